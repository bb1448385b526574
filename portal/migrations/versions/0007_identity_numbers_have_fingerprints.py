"""Identity numbers have fingerprints, by which the same one of two employees is found."""

import sqlalchemy as sa
from alembic import op
from cryptography.exceptions import InvalidTag

from portal.kernel.sealed import Sealed
from portal.organization.models import identity_mark

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = sa.table("employee", sa.column("id", sa.Integer), sa.column("id_no", sa.Text))
MARKED = sa.table("employee", sa.column("id", sa.Integer), sa.column("id_no_hmac", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("employee") as batch_op:
        batch_op.add_column(sa.Column("id_no_hmac", sa.String(length=64), nullable=True))
        batch_op.create_index(op.f("ix_employee_id_no_hmac"), ["id_no_hmac"], unique=False)
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """What is sealed cannot be compared by the database: each number is opened once, and marked.

    The key was set when the program started; without it nothing is sealed that could be opened.
    """
    sealed = Sealed()
    rows = connection.execute(sa.select(KEPT.c.id, KEPT.c.id_no).where(KEPT.c.id_no.is_not(None)))
    for ident, kept in rows.all():
        try:
            number = sealed.process_result_value(kept, connection.dialect)
        except (InvalidTag, ValueError):
            continue  # spoiled: nobody can read it, and it keeps nobody from a newer version
        connection.execute(
            sa.update(MARKED).where(MARKED.c.id == ident).values(id_no_hmac=identity_mark(number))
        )
