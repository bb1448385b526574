"""How values look to people: money, days, moments, durations, sizes, states. Plain functions, no Flask.

All follow the reader's language (`portal.web.language`) and the company's time zone; days are
always ``yyyy-mm-dd`` and money always names its currency, so that no reader has to guess.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_timedelta

from portal.kernel import clock
from portal.kernel.words import Words, _
from portal.web import language

NOTHING = "—"
SHORT = timedelta(minutes=1.2)  # below, seconds would be counted
LONG = timedelta(days=60)
_UNITS = ("B", "kB", "MB", "GB", "TB")


def money(value: Decimal | int | None, currency: str) -> str:
    """``TWD 6,480,000.00``; the code stands before, because four currencies share the sign $."""
    if value is None:
        return NOTHING
    return f"{currency} {Decimal(value):,.2f}".strip()


def number(value: int | Decimal | None) -> str:
    """A count with thousands: ``12,480``."""
    return NOTHING if value is None else f"{value:,}"


def day(value: date | datetime | None) -> str:
    """``2026-11-23``; of a moment, the day it was in the company's time zone."""
    if value is None:
        return NOTHING
    return (_local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """``2026-11-23 14:05`` in the company's time zone; `value` is aware."""
    return NOTHING if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def deadline(value: datetime | None) -> str:
    """A moment until which there is time; the end of a day is ``24:00`` of it, not the next day's begin."""
    if value is None:
        return NOTHING
    here = _local(value)
    if here.time() != time.min:
        return moment(value)
    return f"{day(here.date() - timedelta(days=1))} 24:00"


def hour(value: datetime | None) -> str:
    """``14:05`` in the company's time zone, beside a moment of the same day."""
    return NOTHING if value is None else _local(value).strftime("%H:%M")


def ago(value: date | datetime | None) -> str:
    """How far from now, in words: 3 小時前, in 26 days, today. Days are never rounded to weeks."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return _moment_ago(value)
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    apart = value - clock.today()
    if apart.days in near:
        return str(near[apart.days])
    return format_timedelta(
        apart, granularity="day", threshold=1000, add_direction=True, locale=language.current()
    )


def _moment_ago(value: datetime) -> str:
    apart = value - clock.now()
    if abs(apart) < SHORT:
        return str(_("just now"))
    if abs(apart) > LONG:
        return day(value)
    return format_timedelta(apart, threshold=1.2, add_direction=True, locale=language.current())


def span(value: timedelta | None) -> str:
    """A duration in its largest fitting unit: 3 分鐘, 45 seconds."""
    if value is None:
        return NOTHING
    return format_timedelta(value, threshold=1.5, locale=language.current())


def seconds(value: int) -> str:
    """So many seconds as a duration: 10 分鐘, 45 seconds."""
    return span(timedelta(seconds=value))


def size(octets: int | None) -> str:
    """``84 kB``, ``1.2 MB``: decimal units, one place from MB up."""
    if octets is None:
        return NOTHING
    at, value = 0, float(octets)
    while value >= 999.5 and at < len(_UNITS) - 1:
        at, value = at + 1, value / 1000
    return f"{value:.{1 if at > 1 else 0}f} {_UNITS[at]}"


def badge_of(state: Any) -> tuple[Words | str, str]:
    """Label and colour (green, amber, red, blue or empty) of a state or of a record that has one.

    Takes a ``(label, colour)`` pair as workflows keep them, a record with ``workflow`` and
    ``state``, or a bare text, which stays grey.
    """
    if isinstance(state, tuple):
        return state[0], state[1]
    if hasattr(state, "workflow"):
        label, colour = state.workflow.states[state.state]
        return label, colour
    return str(state), ""


def words(value: Any) -> str:
    """Anything for a reader, translated now: `Words` in their language, nothing as a dash."""
    return NOTHING if value is None or value == "" else str(value)


def inside(value: Any) -> str:
    """A name inside a sentence: ``New contract``; what is written in capitals stays so."""
    said = str(value)
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def _local(value: datetime) -> datetime:
    return value.astimezone(clock.zone())


COLON = _(": ")
#: What every template may call.
GLOBALS: dict[str, Any] = {
    "money": money,
    "number": number,
    "day": day,
    "moment": moment,
    "deadline": deadline,
    "hour": hour,
    "ago": ago,
    "span": span,
    "seconds": seconds,
    "size": size,
    "inside": inside,
    "colon": COLON,
    "badge_of": badge_of,
    "words": words,
}
