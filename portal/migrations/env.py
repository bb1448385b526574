"""Alembic's entry: runs the migrations on the engine it is handed."""

from typing import Any

from alembic import context

import portal.models
from portal.kernel.db import Base
from portal.kernel.record import Record


def render(kind: str, item: Any, _context: Any) -> Any:
    """Columns of our own types stand in migrations as what the database stores."""
    if kind == "type" and type(item).__module__.startswith("portal."):
        return f"sa.{item.impl!r}" if item.impl is not None else False
    return False


assert portal.models.ALL_MODELS
assert issubclass(Record, Base)
engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
