"""Messengers of contacts, and whom to call when something happens to an employee."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact") as batch_op:
        batch_op.add_column(
            sa.Column("im", sa.String(length=60), nullable=False, server_default="")
        )
    with op.batch_alter_table("employee") as batch_op:
        batch_op.add_column(sa.Column("emergency", sa.Text(), nullable=True))
