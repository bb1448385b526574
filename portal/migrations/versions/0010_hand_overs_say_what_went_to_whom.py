"""Hand-overs say what went to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=True),
        sa.Column("receiver_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'given', 'taken', 'closed')", name=op.f("ck_hand_over_status")
        ),
        sa.CheckConstraint("what IN ('work', 'custody', 'secret')", name=op.f("ck_hand_over_what")),
        sa.ForeignKeyConstraint(
            ["former_id"], ["employee.id"], name=op.f("fk_hand_over_former_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["employee.id"], name=op.f("fk_hand_over_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    with op.batch_alter_table("hand_over") as batch_op:
        batch_op.create_index("ix_hand_over_former_id", ["former_id", "receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_over_receiver_id"), ["receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_over_status"), ["status"], unique=False)

    op.create_table(
        "hand_over_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hand_over_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("fk_hand_over_item_hand_over_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_item")),
    )
    with op.batch_alter_table("hand_over_item") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hand_over_item_hand_over_id"), ["hand_over_id"], unique=False
        )
        batch_op.create_index(
            "ix_hand_over_item_subject", ["subject_type", "subject_id", "sort"], unique=False
        )

    op.add_column("signing_event", sa.Column("taken_over_by_id", sa.Integer(), nullable=True))
