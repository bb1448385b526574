"""What the portal does by itself: at midnight, each hour, at night, once however many workers there are."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.kernel import access, clock, jobs, rhythm, worker
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from portal.kernel.worker import Worker
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee
from tests.faults.disks import paper
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened

pytestmark = [pytest.mark.faults, pytest.mark.office]


@pytest.fixture
def office(base: Path, tmp_path: Path) -> Iterator[Office]:
    """A company whose night comes."""
    with opened(copied(base, tmp_path / "company")) as found:
        yield found


def midnight() -> datetime:
    """The next 00:00 in the company's time zone."""
    tomorrow = clock.today() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), clock.zone()).astimezone(UTC)


def account(office: Office, name: str) -> UserAccount:
    found = session().get_one(UserAccount, office.ids["users"][name])
    session().refresh(found)
    return found


def test_whoever_leaves_is_out_at_midnight(office: Office) -> None:
    with access.acting_as(access.SYSTEM), transaction():
        employee = account(office, "sales_b").employee_id
        session().get_one(Employee, employee).left_on = clock.today() + timedelta(days=1)
    browser = office.visitor("sales_b")
    with clock.standing_at(midnight() - timedelta(seconds=1)):
        work()
        assert browser.get("/").status_code == 200
    with clock.standing_at(midnight() + timedelta(seconds=1)):
        assert browser.get("/").status_code == 302  # before any worker came by
        work()
        with access.acting_as(access.SYSTEM):
            assert account(office, "sales_b").state == "disabled"


def checkpoints(office: Office) -> int:
    return len(list((office.home / "var/checkpoints").glob("*.txt")))


def test_the_log_is_signed_at_every_signing_and_each_hour(office: Office) -> None:
    """C.1: outside the database, so that nobody rewrites what was signed."""
    begun = clock.now()
    with clock.standing_at(begun):
        work()
        before = checkpoints(office)
        office.upload()
        work()
        assert checkpoints(office) == before + 1
        with access.acting_as(access.SYSTEM), transaction():
            account(office, "sales_b").name = "改名"
        work()
        assert checkpoints(office) == before + 1
    with clock.standing_at(begun + timedelta(hours=1)):
        work()
    assert checkpoints(office) == before + 2
    assert faults(office.home) == []


def test_a_clock_put_back_an_hour_holds_nothing_up(office: Office) -> None:
    """Somebody sets the server's clock right: what was promised before is done now, not in an hour."""
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        work()
        taken = office.upload()
        assert taken.status_code == 202
        jobs.claim("dead worker", only=("paper.sign",))
    work()
    assert paper(office) == "signed"
    assert office.visitor("legal").get(taken.headers["Location"]).status_code == 200
    assert faults(office.home, whole=True) == []


def test_two_workers_that_start_at_once_do_recurring_work_once(office: Office) -> None:
    keys = [rhythm.key_of(kind) for kind in rhythm.kinds()]
    with access.acting_as(access.SYSTEM), transaction():
        for row in session().scalars(select(Job).where(Job.dedupe_key.in_(keys))):
            session().delete(row)
    remove_session()
    start, ran = Barrier(2), []

    def begin(_number: int) -> None:
        one = Worker()
        start.wait()
        worker.plan()
        while (ident := jobs.claim(one.name, only=rhythm.kinds())) is not None:
            ran.append(ident)
            jobs.run(ident, one.name)
        remove_session()

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(begin, range(2)))
    assert len(ran) == len(set(ran)) == len(keys)
