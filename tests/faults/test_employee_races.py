"""Two changes of employees at one moment: each right alone, together against a rule of all (R2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.kernel import access
from portal.kernel.db import remove_session, session
from portal.kernel.words import Words
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee, identity_mark
from tests.faults.test_races import at_once, codes, count, form_on, office
from tests.faults.test_tree_races import circles
from tests.faults.web import Office

__all__ = ["office"]
pytestmark = [pytest.mark.faults, pytest.mark.office]


def person(username: str) -> int:
    """The employee behind an account."""
    with access.acting_as(access.SYSTEM):
        account = select(UserAccount.employee_id).where(UserAccount.username == username)
        found = session().scalars(account).one()
    remove_session()
    assert found is not None
    return found


def saying(office: Office, who: str, **typed: object) -> Callable[[], TestResponse]:
    """Human Resources enters something about somebody."""
    page = f"/organization/employee/edit/?id={person(who)}"
    browser = office.visitor("hr")
    fields = form_on(browser, page, "version") | typed
    fields.pop("form_token")
    return lambda: browser.post(page, data=fields)


def managers() -> dict[str, str | None]:
    with access.acting_as(access.SYSTEM):
        people = session().scalars(select(Employee)).all()
        found = {one.no: one.manager.no if one.manager else None for one in people}
    remove_session()
    return found


@pytest.fixture
def checked_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change is found right before the other is saved, unless one waits for the other."""
    meet, checked = Barrier(2), Employee.check

    def together(one: Employee) -> Iterator[tuple[str, Words]]:
        yield from checked(one)
        with suppress(BrokenBarrierError):
            meet.wait(2)

    monkeypatch.setattr(Employee, "check", together)


@pytest.mark.usefixtures("checked_together")
@pytest.mark.parametrize(
    "moves",
    [("sales_a", "ops", "ops", "sales_a"), ("sales_a_mgr", "ops", "ops_head", "sales_a")],
    ids=["near", "far"],
)
def test_two_managers_given_at_once_make_no_circle(office: Office, moves: tuple[str, ...]) -> None:
    """Whoever comes second finds the form again, with what is wrong at its field."""
    pairs = (moves[:2], moves[2:])
    both = [saying(office, who, manager=person(manager)) for who, manager in pairs]
    answers = at_once(*both)
    assert not circles(managers())
    assert codes(answers) == [302, 422]
    assert "不得以本人為直屬主管。" in next(one.text for one in answers if one.status_code == 422)


@pytest.mark.usefixtures("checked_together")
def test_one_number_given_to_two_at_once_is_given_to_one(office: Office) -> None:
    both = [saying(office, who, id_no="Z123456789") for who in ("sales_a", "ops")]
    answers = at_once(*both)
    assert codes(answers) == [302, 422]
    assert count(Employee, Employee.id_no_hmac == identity_mark("Z123456789")) == 1
