"""A signed copy tells who signed it for each side."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document_version") as batch_op:
        batch_op.add_column(
            sa.Column("signers", sa.String(length=200), nullable=False, server_default="")
        )
