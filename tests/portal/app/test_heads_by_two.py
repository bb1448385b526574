"""Who heads a department and what it is part of: entered by one, confirmed by Management (R2.1)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.engines.approval.models import ApprovalRule
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Invalid
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Department, Employee
from tests.appointing import appoint, department
from tests.portal.app.test_accounts import GIVEN, account, give_password, grant, step
from tests.portal.app.test_passwords_by_two import hold

NEW = "/organization/department_change/new/"


def ident(code):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return department(code).id


def place(code):
    """(what it is part of, its head) as it holds."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        found = department(code)
        return (found.parent.code if found.parent else None, found.head_id)


def person(name):
    return account(name).employee_id


def asked(browser, who, code, **typed):
    """A change entered on the form that the department's page leads to; the answer."""
    form = f"{NEW}?department_id={ident(code)}"
    above = place(code)[0]
    fields = {"department": str(ident(code)), "parent": str(ident(above)) if above else ""}
    return browser(who).send(form, form, **(fields | typed))


def change(browser, who, code, **typed):
    answer = asked(browser, who, code, **typed)
    assert answer.status_code == 302, answer.text
    return int(re.search(r"id=(\d+)", answer.location)[1])


def changed(kind, row, **values):
    """A record changed past the screens."""
    remove_session()
    with access.acting_as(access.SYSTEM), transaction():
        found = session().get_one(kind, row)
        for name, value in values.items():
            setattr(found, name, value)


def reach(name, role):
    """The departments in which a person holds a role now, by their codes."""
    found = account(name)
    with access.acting_as(access.SYSTEM):
        ids = actor_of(found).departments(role)
        return {session().get_one(Department, one).code for one in ids}


@pytest.mark.parametrize("who", ["hr", "admin"])
def test_a_head_holds_once_management_confirmed_it(app, browser, who):
    before = place("SAL-B")
    one = change(browser, who, "SAL-B", head=str(person("sales_b")), reason="代理組長")
    assert (place("SAL-B"), reach("sales_b", "head")) == (before, set())
    assert step(browser, who, "department_change", one, "confirm").status_code == 403
    assert "張家豪" not in browser("exec").get("/").text
    assert f"department_change/details/?id={one}" in browser("exec").get("/").text
    assert step(browser, "exec", "department_change", one, "confirm").status_code == 302
    assert place("SAL-B") == ("SAL", person("sales_b"))
    assert reach("sales_b", "head") == {"SAL-B"}
    assert reach("sales_b_mgr", "head") == set()
    assert last_act("department", ident("SAL-B")) == account("exec").name


def last_act(kind, row):
    """Who did the last that the log has about a record."""
    with access.acting_as(access.SYSTEM):
        rows = session().query(AuditEvent).filter_by(object_type=kind, object_id=row)
        return rows.order_by(AuditEvent.seq.desc()).first().actor_name


def test_whoever_changed_it_and_whoever_it_appoints_do_not_confirm_it(app, browser):
    hold("hr", "management")
    hold("hr_head", "management")
    one = change(browser, "hr", "FIN", head=str(person("hr_head")))
    assert step(browser, "hr", "department_change", one, "confirm").status_code == 409
    assert step(browser, "hr_head", "department_change", one, "confirm").status_code == 409
    assert step(browser, "chairman", "department_change", one, "confirm").status_code == 302
    assert place("FIN")[1] == person("hr_head")


def test_whoever_would_answer_for_more_does_not_confirm_it(app, browser):
    """A department without a head answers to the one above, and roles reach what lies below."""
    head, top = str(place("SAL-B")[1]), str(ident("MGT"))
    for name in ("sales_head", "sales_a_mgr"):
        hold(name, "management")
    orphaned = change(browser, "hr", "SAL-B", head="")
    assert step(browser, "sales_head", "department_change", orphaned, "confirm").status_code == 409
    assert step(browser, "exec", "department_change", orphaned, "confirm").status_code == 302
    back = change(browser, "hr", "SAL-B", head=head)
    assert step(browser, "sales_head", "department_change", back, "confirm").status_code == 302
    taken = change(browser, "hr", "SAL-B", head=head, parent=str(ident("SAL-A")))
    assert step(browser, "sales_a_mgr", "department_change", taken, "confirm").status_code == 409
    assert step(browser, "sales_head", "department_change", taken, "confirm").status_code == 302
    away = change(browser, "hr", "SAL-B", head=head, parent=top)
    assert step(browser, "sales_a_mgr", "department_change", away, "confirm").status_code == 302
    assert place("SAL-B")[0] == "MGT"


def test_nothing_becomes_part_of_a_department_that_was_closed(app, browser):
    under = str(ident("CSV"))
    one = change(browser, "hr", "OPS", head=str(place("OPS")[1]), parent=under)
    changed(Department, int(under), active=False)
    assert step(browser, "exec", "department_change", one, "confirm").status_code == 409
    assert step(browser, "hr_head", "department_change", one, "withdraw").status_code == 302
    again = asked(browser, "hr", "OPS", head=str(place("OPS")[1]), parent=under)
    assert (again.status_code, "此部門已裁撤" in again.text) == (422, True)


def test_a_department_is_moved_under_another_head_by_two(app, browser):
    """Or whoever keeps the tree would give one team's head the other's contracts."""
    assert reach("sales_a_mgr", "sales_head") == {"SAL-A"}
    head = str(place("SAL-B")[1])
    one = change(browser, "hr", "SAL-B", head=head, parent=str(ident("SAL-A")))
    assert reach("sales_a_mgr", "sales_head") == {"SAL-A"}
    assert step(browser, "exec", "department_change", one, "confirm").status_code == 302
    assert reach("sales_a_mgr", "sales_head") == {"SAL-A", "SAL-B"}


def test_refused_or_withdrawn_all_stays_as_it_is(app, browser):
    before = place("OPS")
    one = change(browser, "hr", "OPS", head=str(person("ops")))
    again = asked(browser, "admin", "OPS", head="")
    assert (again.status_code, "已有一項異動待確認" in again.text) == (422, True)
    assert step(browser, "hr_head", "department_change", one, "withdraw").status_code == 302
    other = change(browser, "hr", "OPS", head="")
    assert (
        step(browser, "exec", "department_change", other, "refuse", reason="不").status_code == 302
    )
    assert place("OPS") == before


def test_what_cannot_be_is_said_at_once_and_once_more_when_it_is_confirmed(app, browser):
    same = asked(browser, "hr", "OPS", head=str(place("OPS")[1]))
    assert (same.status_code, "與目前相同" in same.text) == (422, True)
    circle = asked(browser, "hr", "SAL", head="", parent=str(ident("SAL-A")))
    assert (circle.status_code, "部門不得隸屬於自己" in circle.text) == (422, True)
    one = change(browser, "hr", "OPS", head=str(person("ops")))
    changed(Employee, person("ops"), left_on=clock.today())
    assert step(browser, "exec", "department_change", one, "confirm").status_code == 409


def test_while_a_department_has_no_head_who_is_here_the_one_above_answers(app, browser):
    """From 00:00 of the day on which somebody leaves."""
    mgr = person("sales_a_mgr")
    changed(Employee, mgr, left_on=clock.today() + timedelta(days=1))
    assert reach("sales_head", "head") == {"SAL", "MKT"}
    changed(Employee, mgr, left_on=clock.today())
    assert reach("sales_head", "head") == {"SAL", "SAL-A", "MKT"}


def test_no_other_door_changes_the_head_or_the_place(app, browser):
    """Neither a forged field of the department's own form nor a row past the screens."""
    before, edit = place("SAL-B"), f"/organization/department/edit/?id={ident('SAL-B')}"
    page = browser("admin").get(edit)
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    names = {"name_hant": "新名", "name_hans": "新名", "name_en": "New"}
    head = str(person("sales_b"))
    forged = {"head": head, "head_id": head, "parent": "", "parent_id": ""}
    typed = {"code": "SAL-B", "active": "y", "version": version, **names, **forged}
    assert browser("admin").send(edit, edit, **typed).status_code == 302
    assert place("SAL-B") == before
    unit, other = ident("SAL-B"), person("sales_b")
    for name, value in (("head_id", other), ("parent_id", None)):
        with pytest.raises(Invalid):
            changed(Department, unit, **{name: value})
    with access.acting_as(access.SYSTEM), pytest.raises(Invalid), transaction():
        session().add(Department(code="X", head_id=other, **names))
    assert place("SAL-B") == before


def test_who_is_to_become_a_head_holds_power_already(app, browser):
    """The password of whoever decides as head takes two, also before Management confirmed it."""
    with access.acting_as(access.SYSTEM), transaction():
        session().add(
            ApprovalRule(subject_type="contract", step_no=9, approver_kind="department_head")
        )
    change(browser, "hr", "MKT", head=str(person("mkt")))
    give_password(browser, "mkt")
    assert account("mkt").asked_hash is not None
    give_password(browser, "cs")
    assert browser().sign_in("cs", GIVEN).status_code == 303


def test_whoever_is_moved_takes_no_role_along_to_the_new_department(app, browser):
    """Human Resources moves people; how far a role reaches, Management confirmed."""
    one = grant(browser, "ops", "sales_head", scope="department")
    assert step(browser, "exec", "role_grant", one, "confirm").status_code == 302
    assert reach("ops", "sales_head") == {"OPS"}
    changed(Employee, person("ops"), department_id=ident("SAL"))
    assert reach("ops", "sales_head") == {"OPS"}


def test_a_login_that_is_in_use_is_given_no_person(app, browser):
    """Or an administrator would become a head, or read what is theirs, with a password they know."""
    colleague = person("ops")
    with access.acting_as(access.SYSTEM), transaction():
        template = session().get_one(Employee, colleague)
        fresh = Employee(
            name="新人",
            department_id=template.department_id,
            position_id=template.position_id,
        )
        session().add(fresh)
    appoint("OPS", fresh.id)
    own = account("admin")
    edit = f"/organization/user_account/edit/?id={own.id}"
    version = re.search(r'name="version" value="(\d+)"', browser("admin").get(edit).text)[1]
    fields = {"username": "admin", "name": "管", "locale": "zh_Hant", "version": version}
    answer = browser("admin").send(edit, edit, employee=str(fresh.id), **fields)
    assert answer.status_code == 422
    assert account("admin").employee_id is None
    with access.acting_as(access.SYSTEM), transaction():
        unused = UserAccount(username="unused", name="新人")
        session().add(unused)
        session().flush()
        unused.employee_id = fresh.id
    assert account("unused").employee_id == fresh.id
