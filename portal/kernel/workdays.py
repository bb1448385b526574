"""Working days: which days the company works, and when hours that count on those alone are over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal.kernel import clock, setting
from portal.kernel.words import Words, _

SATURDAY = 5
A_DAY = timedelta(days=1)


def _both(days: Mapping[str, Iterable[date]]) -> Iterator[Words]:
    """A day is either off or worked; which of both was meant only who entered it knows."""
    if both := set(days["off"]) & set(days["worked"]):
        yield _("%(days)s: entered both as off and as worked.", days=clock.days_said(both))


setting.declare(
    "calendar.days",
    {"off": (), "worked": ()},
    _("Days off beside Saturdays and Sundays, and weekend days that are worked"),
    parts={"off": _("Days off"), "worked": _("Days worked")},
    contradicts=_both,
)


@dataclass(frozen=True)
class Calendar:
    """The company's week, with days `off` beside its end, and days `worked` though they would be off."""

    off: Set[date] = frozenset()
    worked: Set[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether the company works on a day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, moment: datetime, hours: int) -> datetime:
        """When so many hours of working days are over, 24 to each from 00:00 on; in UTC.

        Days begin and end in the company's time zone.
        """
        here, left = moment.astimezone(clock.zone()).replace(tzinfo=None), timedelta(hours=hours)
        while True:
            tomorrow = datetime.combine(here + A_DAY, time.min)
            if self.works(here.date()):
                if left <= tomorrow - here:
                    return (here + left).replace(tzinfo=clock.zone()).astimezone(UTC)
                left -= tomorrow - here
            here = tomorrow


def calendar() -> Calendar:
    """The company's calendar as it is set today."""
    days = setting.value("calendar.days")
    return Calendar(frozenset(days["off"]), frozenset(days["worked"]))
