"""How far a job is: the time left is reckoned from units done, and a cancelled one ends between units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal.kernel import access, clock, jobs
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _
from portal.web.jobs_page import stopping, time_left

DURING: list[Callable[[Job], object]] = []


@handler("test.units", _("Unit by unit"))
def _units(job):
    DURING.pop()(job)


@pytest.fixture(autouse=True)
def as_system(company):
    DURING.clear()
    access.become(access.SYSTEM)


def asked() -> int:
    with transaction():
        return jobs.enqueue("test.units", {}).id


#: Later than any job of these tests is asked for.
START = datetime(2090, 1, 1, tzinfo=UTC)


def left(ident: int, seconds: float) -> float | None:
    """What the page says is left, so many seconds after the start."""
    with clock.standing_at(START + timedelta(seconds=seconds)):
        found = time_left(session().get(Job, ident, populate_existing=True))
    return None if found is None else round(found.total_seconds(), 3)


def at(seconds: float, job: Job, done: int, *, within: bool = False) -> None:
    """So much is done, so many seconds after the start."""
    with clock.standing_at(START + timedelta(seconds=seconds)):
        jobs.progress(job, done, 12, within=within)


def run(ident: int, seconds: float, work: Callable[[Job], object]) -> None:
    """One run of the job, begun so many seconds after the start."""
    DURING.append(work)
    with clock.standing_at(START + timedelta(seconds=seconds)):
        jobs.claim("w")
    jobs.run(ident, "w")


def test_how_long_work_takes_is_reckoned_between_units_and_runs_down():
    """It never grows while nothing happens, and a run that goes on from another counts its own."""
    ident = asked()

    def work(job):
        at(20, job, 2)
        at(40, job, 4)
        assert [left(ident, s) for s in (40, 41, 60, 119)] == [80, 79, 60, 1]
        assert left(ident, 120) is left(ident, 300) is None  # slower than it was; nobody knows
        at(150, job, 5, within=True)
        assert left(ident, 150) is None  # the first of some made together says nothing of the rest
        at(160, job, 8)
        assert left(ident, 160) == 80

    def again(job):
        assert job.started_count == 8
        at(1003, job, 11)
        assert left(ident, 1003) == 1

    run(ident, 0, work)
    with transaction():
        session().get(Job, ident).state = "ready"
    run(ident, 1000, again)
    assert left(ident, 1003) is None  # it has ended


def test_nobody_stops_what_was_begun_together_in_the_middle():
    ident, reached = asked(), []

    def work(job):
        with transaction():
            jobs.cancel(session().get_one(Job, ident))
        assert stopping(session().get(Job, ident, populate_existing=True))
        for done in (1, 2):
            jobs.progress(job, done, 3, within=done < 2)
            reached.append(done)

    DURING.append(work)
    jobs.claim("w")
    jobs.run(ident, "w")
    job = session().get(Job, ident, populate_existing=True)
    assert (job.state, job.done_count, reached) == ("cancelled", 2, [1])
