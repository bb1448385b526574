"""What a person keeps for themselves: form drafts, saved list views, chosen columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, clock
from portal.kernel.db import Base, Moment, session

MOST_BYTES = 200_000


class Kept(Base):
    """A value that one account keeps under a name, such as a draft; replaced, never added to."""

    __tablename__ = "kept"

    account_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now, onupdate=clock.now)


def kept(key: str) -> dict[str, Any] | None:
    """What the person acting kept under `key`; None for nothing, and for who has no account."""
    row = _row(key)
    return None if row is None else row.value


def kept_at(key: str) -> datetime | None:
    """When what the person acting has under `key` was last kept; None for nothing."""
    row = _row(key)
    return None if row is None else row.at


def keep(key: str, value: dict[str, Any]) -> None:
    """Keep `value` for the person acting, replacing what was there; nothing without an account."""
    who = access.current().account_id
    if who is None:
        return
    row = _row(key)
    if row is None:
        session().add(Kept(account_id=who, key=key, value=value))
    else:
        row.value, row.at = value, clock.now()


def forget(key: str) -> None:
    """Drop what the person acting kept under `key`, if anything."""
    if (row := _row(key)) is not None:
        session().delete(row)


def _row(key: str) -> Kept | None:
    who = access.current().account_id
    return None if who is None else session().get(Kept, (who, key))
