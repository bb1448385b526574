"""What the portal does by itself and when: intervals counted from an hour of the company's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from portal.kernel import clock
from portal.kernel.registry import Registry


@dataclass(frozen=True)
class Rhythm:
    """Every `interval`, counted anew each day from `at` in the company's time zone."""

    interval: timedelta
    at: time

    def next_after(self, moment: datetime) -> datetime:
        """The first slot after `moment`, in UTC; a missed slot is made up for once, not each."""
        local = moment.astimezone(clock.zone())
        begun = self._start(local, 0)
        if begun > moment:
            begun = self._start(local, -1)
        following = begun + ((moment - begun) // self.interval + 1) * self.interval
        coming = self._start(local, 0)
        return min(following, coming if coming > moment else self._start(local, 1))

    def _start(self, local: datetime, days: int) -> datetime:
        day = local.date() + timedelta(days=days)
        return datetime.combine(day, self.at, clock.zone()).astimezone(UTC)


_rhythms = Registry[str, Rhythm]("recurring job")


def every(kind: str, interval: timedelta, at: time = time(0)) -> None:
    """Let the job `kind` run by itself, once per slot however many workers there are.

    It is one row of the job table that becomes due again when it ends, so it is claimed like
    any other job. It may be late or repeated: its handler looks at what is due, not at the hour.
    """
    _rhythms.tell(kind, Rhythm(interval, at))


def kinds() -> tuple[str, ...]:
    """Every kind of job that runs by itself."""
    return tuple(_rhythms)


def key_of(kind: str) -> str:
    """The key of the one row of a recurring job."""
    return f"every:{kind}"


def due_again(kind: str, key: str | None) -> datetime | None:
    """When a job that just ended is due again; None for a job somebody asked for."""
    return _rhythms[kind].next_after(clock.now()) if key == key_of(kind) else None
