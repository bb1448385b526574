"""How far a job is: the time left is reckoned from units done, and a cancelled one ends between units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

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


def test_how_long_work_takes_is_reckoned_when_a_unit_is_done_and_runs_down():
    """It never grows while nothing happens, and a run that goes on from another counts its own."""
    ident = asked()
    start = clock.now()

    def left(seconds: float) -> float | None:
        with clock.standing_at(start + timedelta(seconds=seconds)):
            found = time_left(session().get(Job, ident, populate_existing=True))
        return None if found is None else round(found.total_seconds(), 3)

    def work(job):
        for done in (2, 4):
            with clock.standing_at(start + timedelta(seconds=10 * done)):
                jobs.progress(job, done, 12, within=True)
        assert [left(s) for s in (40, 41, 60, 119)] == [80, 79, 60, 1]
        assert left(120) is left(300) is None  # slower than it was; nobody knows
        with clock.standing_at(start + timedelta(seconds=160)):
            jobs.progress(job, 8, 12)
        assert left(160) == 80

    DURING.append(work)
    with clock.standing_at(start):
        jobs.claim("w")
    jobs.run(ident, "w")

    def again(job):
        assert job.started_count == 8
        with clock.standing_at(start + timedelta(seconds=1003)):
            jobs.progress(job, 11, 12)
        assert left(1003) == 1

    with transaction():
        session().get(Job, ident).state = "ready"
    DURING.append(again)
    with clock.standing_at(start + timedelta(seconds=1000)):
        jobs.claim("w")
    jobs.run(ident, "w")
    assert left(1003) is None  # it has ended


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
