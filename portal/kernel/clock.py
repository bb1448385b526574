"""What time it is: UTC for moments, the company's calendar for days, and tests may set both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

#: The hour of the company's day at which nobody minds long work.
NIGHT = time(2, 30)

_fixed: datetime | None = None
_zone = ZoneInfo("Asia/Taipei")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def today() -> date:
    """The day it is in the company's time zone."""
    return now().astimezone(_zone).date()


def begin_of(day: date) -> datetime:
    """The moment a day of the company's calendar begins, in UTC."""
    return datetime.combine(day, time(), _zone).astimezone(UTC)


def zone() -> ZoneInfo:
    """The company's time zone."""
    return _zone


def use_zone(name: str) -> None:
    """Set the company's time zone, once, at start."""
    global _zone
    _zone = ZoneInfo(name)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let time stand still, for tests and for replaying a day."""
    global _fixed
    before, _fixed = _fixed, moment.astimezone(UTC)
    try:
        yield
    finally:
        _fixed = before


def months_after(day: date, count: int) -> date:
    """The same day `count` months later; where that month is shorter, the first of the next one.

    A term never ends a day early that way.
    """
    whole = day.year * 12 + day.month - 1 + count
    try:
        return day.replace(year=whole // 12, month=whole % 12 + 1)
    except ValueError:
        return date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)


def days_said(days: Iterable[date]) -> str:
    """Several days as they are kept in one text: in order, each once, with blanks between."""
    return " ".join(day.isoformat() for day in sorted(set(days)))


def days_in(kept: str) -> tuple[date, ...]:
    """The days of such a text; raises `ValueError`."""
    return tuple(date.fromisoformat(one) for one in kept.split())
