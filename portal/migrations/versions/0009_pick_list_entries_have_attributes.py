"""Pick-list entries have attributes: what else the company says of one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lookup") as batch_op:
        batch_op.add_column(sa.Column("attrs", sa.JSON(), nullable=True))
