"""Jobs: in the transaction that asks, run at least once, cancelled when asked, never doubled by key."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal.kernel import access, clock, jobs, rhythm, worker
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict
from portal.kernel.jobs import Job, handler
from portal.kernel.leaving import Cancelled, Later
from portal.kernel.words import _

SEEN: list[int] = []
UNDONE: list[int] = []
AWAY: list[bool] = []
DURING: list[Callable[[Job], object]] = []


@handler("test.count", _("Counting"))
def _count(job):
    for n in range(job.payload["to"]):
        jobs.progress(job, n, job.payload["to"])
        SEEN.append(n)
    return {"counted": job.payload["to"]}


@handler("test.wait", _("Waiting"))
def _wait(job):
    raise Later("the store is down")


@handler("test.fail", _("Failing"), undone=lambda job: UNDONE.append(job.id), cancellable=False)
def _fail(job):
    raise RuntimeError("a fault of the program")


@handler("test.during", _("Something happens meanwhile"))
def _during(job):
    SEEN.append(job.attempts)
    DURING.pop()(job)


@handler("test.hourly", _("By itself"))
def _hourly(job):
    SEEN.append(job.id)


@handler("test.flaky", _("Waiting now and then"))
def _flaky(job):
    if AWAY:
        raise Later("the store is down")


rhythm.every("test.hourly", timedelta(hours=1))
rhythm.every("test.flaky", timedelta(hours=1))


@pytest.fixture(autouse=True)
def as_system(company):
    SEEN.clear()
    UNDONE.clear()
    AWAY.clear()
    DURING.clear()
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


def test_a_zombie_notices_at_its_next_unit_that_another_has_its_job():
    ident = asked("test.during", x=1)
    jobs.claim("zombie")

    def lose_it(job):
        with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
            assert jobs.claim("other") == ident
        with pytest.raises(Cancelled):
            jobs.progress(job, 1)

    DURING.append(lose_it)
    jobs.run(ident, "zombie")
    job = session().get(Job, ident, populate_existing=True)
    assert (job.worker, job.state, job.attempts, job.done_count) == ("other", "running", 2, 0)


def test_a_zombie_of_the_same_name_cannot_finish_the_second_run():
    ident = asked("test.during", x=1)
    jobs.claim("w")

    def lose_it(_job):
        with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
            assert jobs.claim("w") == ident

    DURING.append(lose_it)
    jobs.run(ident, "w")
    job = session().get(Job, ident, populate_existing=True)
    assert (job.state, job.attempts) == ("running", 2)


def test_what_is_asked_while_the_job_runs_is_done_afterwards():
    """The run may have looked at the facts before they changed (I5)."""
    first = asked("test.during", key="k", x=1)
    DURING.extend([lambda _job: None, lambda _job: asked("test.during", key="k", x=2)])
    assert jobs.drain() == 2
    rows = session().scalars(select(Job).order_by(Job.id)).all()
    assert [(r.id == first, r.state, r.dedupe_key) for r in rows] == [
        (True, "done", None),
        (False, "done", "k"),
    ]


def test_a_job_that_kills_every_worker_is_given_up():
    poison, other = asked("test.fail", x=1), asked()
    at = clock.now()
    for _death in range(jobs.MOST_DEATHS):
        with clock.standing_at(at):
            assert jobs.claim("w", only=("test.fail",)) == poison
        at += jobs.LEASE + timedelta(seconds=1)
    with clock.standing_at(at):
        assert jobs.claim("w") == other
    job = session().get(Job, poison, populate_existing=True)
    assert (job.state, job.error, UNDONE) == ("dead", "its workers died", [poison])


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


def test_waiting_for_something_down_never_uses_up_the_tries():
    ident = asked("test.wait", x=1)
    at = clock.now()
    for _look in range(3 * jobs.MOST_ATTEMPTS):
        at += timedelta(minutes=1)
        with clock.standing_at(at):
            assert jobs.drain() == 1
            job = session().get(Job, ident)
            assert job.state == "ready"
            assert job.run_at - clock.now() < timedelta(minutes=1)
    with clock.standing_at(at + jobs.PATIENCE):
        jobs.drain()
        assert session().get(Job, ident).state == "dead"


def test_a_full_disk_makes_the_job_wait_and_a_broken_one_fails_it():
    for number, attempts in ((errno.ENOSPC, 0), (errno.EIO, 1)):
        ident = asked("test.during", x=1)

        def no_room(_job, number=number):
            raise OSError(number, "no paper is written")

        DURING.append(no_room)
        with suppress(OSError):
            jobs.drain()
        job = session().get(Job, ident, populate_existing=True)
        assert (job.state, job.attempts) == ("ready", attempts)


def fail_till_dead(ident):
    at = clock.now()
    for _attempt in range(jobs.MOST_ATTEMPTS):
        assert session().get(Job, ident).state == "ready"
        at += timedelta(hours=2)
        with clock.standing_at(at), pytest.raises(RuntimeError):
            jobs.drain()


def test_after_the_last_try_the_job_is_dead_and_says_why():
    ident = asked("test.fail", x=1)
    fail_till_dead(ident)
    job = session().get(Job, ident)
    assert (job.state, job.error) == ("dead", "RuntimeError: a fault of the program")
    assert [ident] == UNDONE


def test_a_dead_job_begins_anew_when_somebody_says_so():
    ident = asked("test.fail", x=1)
    with pytest.raises(Conflict), transaction():
        jobs.try_again(session().get(Job, ident))
    fail_till_dead(ident)
    with transaction():
        jobs.try_again(session().get(Job, ident))
    assert (session().get(Job, ident).state, session().get(Job, ident).attempts) == ("ready", 0)


def test_two_handlers_of_one_kind_are_refused():
    with pytest.raises(ValueError, match=r"test\.wait"):
        handler("test.wait", _("Waiting"))(_wait)


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


def test_promised_work_cannot_be_cancelled():
    ident = asked("test.fail")
    with pytest.raises(Conflict), transaction():
        jobs.cancel(session().get(Job, ident))


def test_a_job_cancelled_before_it_began_leaves_nothing_half_done():
    ident = asked("test.undo")
    with transaction():
        jobs.cancel(session().get(Job, ident))
    assert [ident] == UNDONE


@handler("test.undo", _("Undone"), undone=lambda job: UNDONE.append(job.id))
def _undo(job):
    """Does nothing."""


def recurring():
    return session().scalars(select(Job).where(Job.kind == "test.hourly")).all()


def test_recurring_work_is_one_row_that_comes_back_at_its_slot():
    with clock.standing_at(datetime(2026, 3, 5, 15, 20, tzinfo=UTC)):
        worker.plan()
        worker.plan()
        assert jobs.drain(only=("test.hourly",)) == 1
        (job,) = recurring()
        assert (job.state, job.attempts) == ("ready", 0)
        assert job.run_at == datetime(2026, 3, 5, 16, tzinfo=UTC)  # 00:00 in Taipei
    with clock.standing_at(datetime(2026, 3, 6, 9, 1, tzinfo=UTC)):
        assert jobs.drain(only=("test.hourly",)) == 1  # missed slots are made up for once
        assert [j.id for j in recurring()] == [job.id]
        assert job.run_at == datetime(2026, 3, 6, 10, tzinfo=UTC)
        jobs.soon("test.hourly")
        assert jobs.drain(only=("test.hourly",)) == 1
    with pytest.raises(Conflict), transaction():
        jobs.cancel(job)
    assert len(SEEN) == 3


def test_an_interval_counts_from_its_hour_of_the_companys_day():
    night = rhythm.Rhythm(timedelta(days=1), time(2, 30))
    assert night.next_after(datetime(2026, 3, 5, 18, 29, tzinfo=UTC)) == datetime(
        2026, 3, 5, 18, 30, tzinfo=UTC
    )
    assert night.next_after(datetime(2026, 3, 5, 18, 30, tzinfo=UTC)) == datetime(
        2026, 3, 6, 18, 30, tzinfo=UTC
    )
    seven = rhythm.Rhythm(timedelta(hours=7), time(0))
    assert seven.next_after(datetime(2026, 3, 5, 15, 0, tzinfo=UTC)) == datetime(
        2026, 3, 5, 16, 0, tzinfo=UTC
    )  # the last slot of a day is cut short by the next day's first


def test_finished_work_is_forgotten_after_its_time_and_failed_work_is_not():
    done, dead = asked(), asked("test.fail", x=1)
    jobs.drain(only=("test.count",))
    fail_till_dead(dead)
    with clock.standing_at(clock.now() + worker.KEPT + timedelta(days=2)):
        worker.plan()
        jobs.drain(only=("jobs.tidy",))
    session().expire_all()
    left = set(session().scalars(select(Job.id).where(Job.id.in_((done, dead)))))
    assert left == {dead}


def test_recurring_work_waits_as_patiently_in_its_second_week_as_in_its_first():
    """I3: what waits for the store goes on within a minute of its return."""
    first = datetime(2026, 3, 5, 9, 0, 30, tzinfo=UTC)
    for day in (first, first + timedelta(days=8)):
        with clock.standing_at(day):
            worker.plan()
            jobs.drain(only=("test.flaky",))
    AWAY.append(True)
    with clock.standing_at(first + timedelta(days=8, hours=1)):
        jobs.drain(only=("test.flaky",))
        (job,) = session().scalars(select(Job).where(Job.kind == "test.flaky")).all()
        assert job.run_at - clock.now() < timedelta(minutes=1)


def test_a_promised_job_is_stopped_by_nobody():
    """Whatever its kind: the step it completes was taken already."""
    with transaction():
        ident = jobs.enqueue("test.count", {"to": 3}, promised=True).id
    with pytest.raises(Conflict), transaction():
        jobs.cancel(session().get(Job, ident))
    jobs.drain()
    assert session().get(Job, ident, populate_existing=True).state == "done"


def test_a_worker_that_is_told_to_end_leaves_long_work_between_two_units():
    ident, told = asked("test.during", x=1), []

    def work(job):
        jobs.progress(job, 1, restful=True)
        told.append(True)
        jobs.progress(job, 2)  # one that cannot go on from here is not left
        jobs.progress(job, 3, restful=True)
        raise AssertionError("it was told to end")

    DURING.append(work)
    jobs.claim("w")
    jobs.run(ident, "w", stopping=lambda: bool(told))
    job = session().get(Job, ident, populate_existing=True)
    assert (job.state, job.attempts, job.done_count, job.error) == ("ready", 0, 3, "")
    assert jobs.claim("another") == ident


def test_a_clock_that_is_put_back_holds_nothing_up():
    """An hour in which nothing asked for before would be done."""
    begun = clock.now()
    held, waiting = asked(), asked()
    assert jobs.claim("dead worker") == held
    with clock.standing_at(begun - timedelta(hours=1)):
        assert [jobs.claim("w"), jobs.claim("w"), jobs.claim("w")] == [held, waiting, None]


def test_a_clock_that_is_set_right_brings_nothing_forward():
    """By seconds: whoever works goes on. By an hour: what is done by itself keeps to its slots."""
    worker.plan()
    hourly = ("test.hourly",)
    assert jobs.drain(only=hourly) == 1
    held, begun = asked(), clock.now()
    jobs.claim("alive", ident=held)
    with clock.standing_at(begun - timedelta(seconds=20)):
        assert jobs.claim("other", ident=held) is None
    with clock.standing_at(begun - timedelta(hours=1)):
        assert jobs.claim("other", only=hourly) is None
