"""Heads of departments are confirmed by a second person; a role keeps the department it was given for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PROPOSED = sa.text("status = 'proposed'")
#: Until now a role without a department went along with the person; it stays where they are today.
KEEP_DEPARTMENTS = """
    UPDATE role_grant SET department_id = (
        SELECT employee.department_id FROM user_account
        JOIN employee ON employee.id = user_account.employee_id
        WHERE user_account.id = role_grant.user_id
    )
    WHERE department_id IS NULL AND delegated_from_id IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "department_change",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'confirmed', 'refused', 'withdrawn')",
            name=op.f("ck_department_change_status"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_department_change_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["head_id"], ["employee.id"], name=op.f("fk_department_change_head_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["department.id"], name=op.f("fk_department_change_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_change")),
    )
    with op.batch_alter_table("department_change") as change:
        for column in ("department_id", "head_id", "status"):
            change.create_index(change.f(f"ix_department_change_{column}"), [column], unique=False)
        change.create_index(
            "uq_department_change_open",
            ["department_id"],
            unique=True,
            sqlite_where=PROPOSED,
            postgresql_where=PROPOSED,
        )
    op.execute(KEEP_DEPARTMENTS)
