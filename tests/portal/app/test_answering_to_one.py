"""Everybody who works here has one manager, but for the head of Management (R2.1)."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.organization.models import Employee
from tests.portal.app.test_accounts import employee_of, step

NEW = "/organization/employee/new/"


def newcomer(browser, **typed):
    """Entered by Human Resources, joining today; their id."""
    seat = employee_of("cs")
    fields = {"department": seat.department_id, "position": seat.position_id, **typed}
    fields |= {"locale": "zh_Hant", "jurisdiction": "taiwan", "hired_on": clock.today().isoformat()}
    answer = browser("hr").send(NEW, NEW, name="新人", **fields)
    assert answer.status_code == 302, answer.text
    return int(re.search(r"id=(\d+)", answer.location)[1])


def join(browser, ident):
    return step(browser, "hr", "employee", ident, "join").status_code


def manager_of(ident):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(Employee, ident).manager_id


def save(browser, name, manager):
    """The form of a fixed user's employment, sent with this manager."""
    person = employee_of(name)
    edit = f"/organization/employee/edit/?id={person.id}"
    version = re.search(r'name="version" value="(\d+)"', browser("hr").get(edit).text)[1]
    fields = {"name": person.name, "locale": "zh_Hant", "jurisdiction": "taiwan"}
    fields |= {"department": person.department_id, "position": person.position_id}
    return browser("hr").send(edit, edit, manager=manager, version=version, **fields)


def test_nobody_joins_without_a_manager(app, browser):
    """The page says what is missing before the step, and the step is refused through any door."""
    ident = newcomer(browser)
    page = browser("hr").get(f"/organization/employee/details/?id={ident}").text
    assert "請先填寫直屬主管。" in page
    assert join(browser, ident) == 409
    assert join(browser, newcomer(browser, manager=employee_of("ops_head").id)) == 302


def test_a_manager_is_replaced_and_not_taken_away(app, browser):
    answer = save(browser, "cs", "")
    assert answer.status_code == 422
    assert "直屬主管" in answer.text
    assert save(browser, "cs", employee_of("sales_head").id).status_code == 302
    assert manager_of(employee_of("cs").id) == employee_of("sales_head").id


def test_the_head_of_management_needs_none(app, browser):
    assert save(browser, "exec", "").status_code == 302
    assert manager_of(employee_of("exec").id) is None


def test_what_was_entered_before_may_still_be_mended(app, browser):
    """A person without a manager from earlier days keeps an address, a name, a language."""
    ident = employee_of("cs").id
    with access.acting_as(access.SYSTEM), transaction():
        table = Employee.__table__
        told = update(table).where(table.c.id == ident).values(manager_id=None)
        session().connection().execute(told)
    assert save(browser, "cs", "").status_code == 302


def test_everybody_of_the_example_company_has_one(app):
    """All but the one at the top, and nobody is their own, however far up."""
    with access.acting_as(access.SYSTEM):
        working = select(Employee).where(Employee.state.in_(("probation", "regular", "notice")))
        people = list(session().scalars(working))
    assert [one.name for one in people if one.manager_id is None] == ["沈國華"]
