"""Who worked on a record since it was last approved: none of them may approve it (R3.3.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, Integer, String, exists, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.kernel import clock
from portal.kernel.db import Base, Moment, session

#: What every save sets, whoever saves.
STAMPS = frozenset({"updated_at", "updated_by_id", "row_version"})


class Editor(Base):
    """One person changed what one record says."""

    __tablename__ = "record_editor"
    __table_args__ = (Index("ix_record_editor_record", "object_type", "object_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    object_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


def keep(current: Session, record: Any, account_id: int | None) -> None:
    """Remember who saves this record, if it says something else now; part of every save."""
    if account_id is None or not _says_otherwise(record) or _known(current, record, account_id):
        return
    about = {"object_type": record.__tablename__, "object_id": record.id}
    current.add(Editor(**about, account_id=account_id))


def _says_otherwise(record: Any) -> bool:
    free = STAMPS | type(record).always_editable
    changed = {a.key for a in inspect(record).attrs if a.history.has_changes()}
    return any(name not in free and f"{name}_id" not in free for name in changed)


def _known(current: Session, record: Any, account_id: int) -> bool:
    mine = _about(record).where(Editor.account_id == account_id)
    return current.scalar(mine.limit(1)) is not None


def _about(record: Any) -> Any:
    return select(Editor).where(
        Editor.object_type == record.__tablename__, Editor.object_id == record.id
    )


def edited_by(model: Any, account_id: int | None) -> ColumnElement[bool]:
    """The records of a kind that a person worked on, as a criterion on its rows."""
    return exists(select(1)).where(
        Editor.object_type == model.__tablename__,
        Editor.object_id == model.id,
        Editor.account_id == account_id,
    )


def worked_on(record: Any, account_id: int) -> bool:
    """Whether a person changed what this record says."""
    return (
        session().scalar(_about(record).where(Editor.account_id == account_id).limit(1)) is not None
    )


def forget(record: Any) -> None:
    """What was said until now was approved by others; whoever changes it from now on is counted."""
    for row in session().scalars(_about(record)):
        session().delete(row)
