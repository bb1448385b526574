"""Keys are known by marks; jobs tell their pace."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_mark")),
    )
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("started_count", sa.Integer(), nullable=False, server_default="0"))
        job.add_column(sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
        job.add_column(sa.Column("moved_count", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("job") as job:  # the count of jobs to come is given by the program
        job.alter_column("started_count", server_default=None)
        job.alter_column("moved_count", server_default=None)
