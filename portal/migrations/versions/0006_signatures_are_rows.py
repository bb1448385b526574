"""Signatures are rows: side, signer, how and when; what was said of them in one line is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: How and on which day was not asked when it was one line.
KEEP_LINES = """
    INSERT INTO signature (version_id, sequence, party, signer_name, signer_title)
    SELECT id, 1, 'other', signers, '' FROM document_version WHERE signers <> ''
"""


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_title", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "method IN ('wet_ink', 'company_seal', 'e_sign')", name=op.f("ck_signature_method")
        ),
        sa.CheckConstraint(
            "party IN ('client', 'employee', 'supplier', 'company', 'other')",
            name=op.f("ck_signature_party"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name=op.f("fk_signature_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint(
            "version_id", "sequence", name=op.f("uq_signature_version_id_sequence")
        ),
    )
    op.execute(KEEP_LINES)
    op.drop_column("document_version", "signers")  # in place: rows of other tables point to it
