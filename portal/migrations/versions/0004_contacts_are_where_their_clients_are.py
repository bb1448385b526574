"""Contacts belong to whoever has their client; one handed over before had left them behind."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BRING_ALONG = """
    UPDATE contact SET
        owner_id = (SELECT customer.owner_id FROM customer WHERE customer.id = contact.customer_id),
        department_id = (
            SELECT customer.department_id FROM customer WHERE customer.id = contact.customer_id
        )
"""


def upgrade() -> None:
    op.execute(BRING_ALONG)
