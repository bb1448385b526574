"""A signed copy may be replaced by a better one; both are kept, and one of them stands."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STANDS = sa.text("standing = 'stands'")
UNDECIDED = sa.text("status IN ('storing', 'proposed')")
KEEP_VERSIONS = """
    INSERT INTO document_version_anew (
        id, document_id, version_no, kind, state, object_key, sha256, size, pages, mime, encryption,
        template_id, merge_data, printed_otherwise, file_name, error, idempotency_key, made_by_id,
        made_at, frozen_at, standing, fewer_pages_because
    )
    SELECT
        id, document_id, version_no, kind, state, object_key, sha256, size, pages, mime, encryption,
        template_id, merge_data, printed_otherwise, file_name, error, idempotency_key, made_by_id,
        made_at, frozen_at, 'stands', ''
    FROM document_version
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _anew()
    else:
        _altered()
    op.create_index(
        "uq_document_version_stands",
        "document_version",
        ["document_id", "version_no", "kind"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    _replacements()


def _altered() -> None:
    table = "document_version"
    op.drop_constraint(op.f("uq_document_version_document_id_version_no_kind"), table)
    for name, length, value in (("standing", 12, "stands"), ("fewer_pages_because", 200, "")):
        op.add_column(
            table, sa.Column(name, sa.String(length), nullable=False, server_default=value)
        )
        op.alter_column(table, name, server_default=None)
    op.create_check_constraint(
        op.f("ck_document_version_standing"),
        table,
        "standing IN ('stands', 'offered', 'replaced')",
    )


def _anew() -> None:
    """SQLite cannot take a constraint from a table, so the table is made once more.

    The signatures alone point to it: they wait aside, or its rows could not be let go.
    """
    op.execute("CREATE TEMPORARY TABLE kept_signature AS SELECT * FROM signature")
    op.execute("DELETE FROM signature")
    _versions("document_version_anew")
    op.execute(KEEP_VERSIONS)
    op.execute("DROP TABLE document_version")
    op.execute("ALTER TABLE document_version_anew RENAME TO document_version")
    for column in ("document_id", "sha256"):
        op.create_index(
            op.f(f"ix_document_version_{column}"), "document_version", [column], unique=False
        )
    op.execute("INSERT INTO signature SELECT * FROM kept_signature")
    op.execute("DROP TABLE kept_signature")


def _versions(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("object_key", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("encryption", sa.String(length=8), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("merge_data", sa.Text(), nullable=True),
        sa.Column("printed_otherwise", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("fewer_pages_because", sa.String(length=200), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('docx', 'pdf', 'signed_scan', 'attachment')",
            name=op.f("ck_document_version_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('storing', 'stored', 'failed')", name=op.f("ck_document_version_state")
        ),
        sa.CheckConstraint(
            "standing IN ('stands', 'offered', 'replaced')",
            name=op.f("ck_document_version_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_version_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["document_template.id"], name=op.f("fk_document_version_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_document_version_idempotency_key")),
    )


def _replacements() -> None:
    op.create_table(
        "copy_replacement",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("office IN ('legal', 'hr')", name=op.f("ck_copy_replacement_office")),
        sa.CheckConstraint(
            "status IN ('storing', 'proposed', 'confirmed', 'refused', 'withdrawn', 'failed')",
            name=op.f("ck_copy_replacement_status"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_copy_replacement_{column}")
            )
            for column, table in (
                ("document_id", "document"),
                ("former_id", "document_version"),
                ("version_id", "document_version"),
                ("owner_id", "employee"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_replacement")),
        sa.UniqueConstraint("version_id", name=op.f("uq_copy_replacement_version_id")),
    )
    for column in ("document_id", "owner_id", "status"):
        op.create_index(
            op.f(f"ix_copy_replacement_{column}"), "copy_replacement", [column], unique=False
        )
    op.create_index(
        "uq_copy_replacement_open",
        "copy_replacement",
        ["document_id"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
