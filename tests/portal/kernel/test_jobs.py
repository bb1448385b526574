"""Jobs: in the transaction that asks, run at least once, cancelled when asked, never doubled by key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.kernel import access, clock, jobs
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, Later, handler
from portal.kernel.words import _

SEEN: list[int] = []


@handler("test.count", _("Counting"))
def _count(job):
    for n in range(job.payload["to"]):
        jobs.progress(job, n, job.payload["to"])
        SEEN.append(n)
    return {"counted": job.payload["to"]}


@handler("test.wait", _("Waiting"))
def _wait(job):
    raise Later("the store is down")


@pytest.fixture(autouse=True)
def as_system(company):
    SEEN.clear()
    access.become(access.SYSTEM)


def asked(kind="test.count", key=None, **payload):
    with transaction():
        return jobs.enqueue(kind, payload or {"to": 3}, key=key).id


def test_a_job_runs_and_keeps_its_result():
    ident = asked()
    assert jobs.drain() == 1
    job = session().get(Job, ident)
    assert (job.state, job.result, SEEN) == ("done", {"counted": 3}, [0, 1, 2])


def test_a_job_of_a_rolled_back_transaction_does_not_exist():
    with pytest.raises(RuntimeError), transaction():
        jobs.enqueue("test.count", {"to": 1})
        raise RuntimeError
    assert jobs.drain() == 0


def test_the_same_key_is_one_job():
    assert asked(key="k") == asked(key="k")
    assert jobs.drain() == 1


def test_a_finished_key_may_run_again():
    first = asked(key="k")
    jobs.drain()
    assert asked(key="k") == first
    assert jobs.drain() == 1


def test_a_job_whose_worker_died_is_taken_by_another():
    ident = asked()
    assert jobs.claim("dead worker") == ident
    assert jobs.claim("other") is None
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.claim("other") == ident


def test_a_late_zombie_cannot_finish_anothers_run():
    ident = asked()
    jobs.claim("zombie")
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        jobs.claim("other")
        jobs.run(ident, "zombie")
    assert SEEN == []
    assert session().get(Job, ident).worker == "other"


def test_something_down_makes_the_job_wait_and_try_again():
    ident = asked("test.wait", x=1)
    jobs.drain()
    job = session().get(Job, ident)
    assert job.state == "ready"
    assert job.run_at > clock.now()
    assert "down" in job.error


def test_after_the_last_try_the_job_is_dead_and_says_why():
    ident = asked("test.wait", x=1)
    at = clock.now()
    for _attempt in range(jobs.MOST_ATTEMPTS):
        at += timedelta(hours=2)
        with clock.standing_at(at):
            jobs.drain()
    assert session().get(Job, ident).state == "dead"


def test_a_cancelled_job_stops_at_its_next_unit():
    ident = asked(to=50)
    assert jobs.claim("w") == ident
    with transaction():
        session().get(Job, ident).cancel_asked = True
    jobs.run(ident, "w")
    assert session().get(Job, ident).state == "cancelled"
    assert len(SEEN) <= 1


def test_a_job_not_started_is_cancelled_at_once():
    ident = asked()
    with transaction():
        jobs.cancel(session().get(Job, ident))
    assert jobs.drain() == 0
    assert session().scalars(select(Job.state)).all() == ["cancelled"]
