"""Two changes of managers at one moment: each right alone, together a circle of managers (R2.1)."""

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
from portal.organization.models import Employee
from tests.faults.test_races import at_once, codes, form_on, office
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


def giving(office: Office, who: str, manager: str) -> Callable[[], TestResponse]:
    """Human Resources gives somebody another manager."""
    page = f"/organization/employee/edit/?id={person(who)}"
    browser = office.visitor("hr")
    fields = form_on(browser, page, "version") | {"manager": person(manager)}
    fields.pop("form_token")
    return lambda: browser.post(page, data=fields)


def managers() -> dict[str, str | None]:
    with access.acting_as(access.SYSTEM):
        people = session().scalars(select(Employee)).all()
        found = {one.no: one.manager.no if one.manager else None for one in people}
    remove_session()
    return found


@pytest.mark.parametrize(
    "moves",
    [("sales_a", "ops", "ops", "sales_a"), ("sales_a_mgr", "ops", "ops_head", "sales_a")],
    ids=["near", "far"],
)
def test_two_managers_given_at_once_make_no_circle(
    office: Office, monkeypatch: pytest.MonkeyPatch, moves: tuple[str, ...]
) -> None:
    """Whoever comes second finds the form again, with what is wrong at its field."""
    both = [giving(office, *moves[:2]), giving(office, *moves[2:])]
    meet, checked = Barrier(2), Employee.check

    def together(one: Employee) -> Iterator[tuple[str, Words]]:
        yield from checked(one)
        with suppress(BrokenBarrierError):
            meet.wait(2)

    monkeypatch.setattr(Employee, "check", together)
    answers = at_once(*both)
    assert not circles(managers())
    assert codes(answers) == [302, 422]
    assert "不得以本人為直屬主管。" in next(one.text for one in answers if one.status_code == 422)
