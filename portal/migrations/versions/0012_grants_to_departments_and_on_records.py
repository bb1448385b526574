"""Access is granted to departments too, and on whole records."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = {
    "rights": "rights IN ('view', 'download')",
    "status": "status IN ('given', 'revoked')",
}
ADDED = {
    "grantee_kind": "grantee_kind IN ('employee', 'department')",
    "to_one": "(grantee_kind = 'employee') = (grantee_id IS NOT NULL)"
    " AND (grantee_kind = 'department') = (grantee_department_id IS NOT NULL)",
    "on_one": "(document_id IS NULL) = (subject_id IS NOT NULL)"
    " AND (subject_id IS NULL) = (subject_type IS NULL)",
}


def kept(checks: dict[str, str]) -> tuple[sa.CheckConstraint, ...]:
    """SQLite copies the table, and Alembic finds no checks on it: they are said again."""
    return tuple(
        sa.CheckConstraint(said, name=op.f(f"ck_access_grant_{name}"))
        for name, said in checks.items()
    )


def upgrade() -> None:
    # no row of another table points to a grant, so the copy takes none of them along
    with op.batch_alter_table("access_grant", table_args=kept(BEFORE)) as grant:
        grant.add_column(sa.Column("subject_type", sa.String(length=32), nullable=True))
        grant.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        grant.add_column(
            sa.Column(
                "grantee_kind", sa.String(length=12), nullable=False, server_default="employee"
            )
        )
        grant.add_column(sa.Column("grantee_department_id", sa.Integer(), nullable=True))
        grant.alter_column("document_id", existing_type=sa.Integer(), nullable=True)
        grant.alter_column("grantee_id", existing_type=sa.Integer(), nullable=True)
        grant.create_foreign_key(
            op.f("fk_access_grant_grantee_department_id"),
            "department",
            ["grantee_department_id"],
            ["id"],
        )
        for name, said in ADDED.items():
            grant.create_check_constraint(op.f(f"ck_access_grant_{name}"), said)
        grant.create_index(
            op.f("ix_access_grant_grantee_department_id"), ["grantee_department_id"], unique=False
        )
        grant.create_index("ix_access_grant_subject", ["subject_type", "subject_id"], unique=False)
    with op.batch_alter_table("access_grant", table_args=kept(BEFORE | ADDED)) as grant:
        grant.alter_column("grantee_kind", server_default=None)
