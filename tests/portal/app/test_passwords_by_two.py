"""No administrator alone gains what others hold: a password for power takes two (R2.1, R3.3.2)."""

from __future__ import annotations

import pytest

from portal.engines.approval.models import ApprovalRule
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.organization.accounts import RoleGrant
from tests.appointing import appoint
from tests.portal.app.conftest import PASSWORD
from tests.portal.app.test_accounts import (
    GIVEN,
    OWN,
    account,
    give_password,
    grant,
    step,
)

GIVING = 'value="give_password"'


def hold(name, role):
    """Give a role past the doors."""
    ident = account(name).id
    with access.acting_as(access.SYSTEM), transaction():
        entry = RoleGrant(user_id=ident, role=role, valid_from=clock.today(), reason="試")
        entry._state = "confirmed"
        session().add(entry)


def confirm(browser, who, name, step_name="give_password", **more):
    return step(browser, who, "user_account", account(name).id, step_name, **more).status_code


def acts(name):
    """What the log has about an account, oldest first."""
    ident = account(name).id
    with access.acting_as(access.SYSTEM):
        rows = session().query(AuditEvent).filter_by(object_type="user_account", object_id=ident)
        return [row.action for row in rows.order_by(AuditEvent.seq)]


def test_an_administrator_alone_does_not_become_management(app, browser):
    """Neither by the reset nor by a role they then confirm as somebody else."""
    person = browser("exec")
    assert give_password(browser, "exec").status_code == 303
    assert browser().sign_in("exec", GIVEN).status_code == 422
    assert confirm(browser, "admin", "exec") in (403, 409)
    assert confirm(browser, "exec", "exec") in (403, 409)
    assert confirm(browser, "legal", "exec") in (403, 404)
    assert browser().sign_in("exec", GIVEN).status_code == 422
    page = person.get("/").get_data(as_text=True)  # the session goes on and its person is told
    assert "系統管理員已為您的帳號申請新密碼" in page


def test_whom_a_rule_asks_by_name_or_as_head_holds_power_too(app, browser):
    """Whoever decides could be signed in as, and decide, by who alone gave them a password."""
    ident = {name: account(name).id for name in ("cs", "mkt")}.__getitem__
    with access.acting_as(access.SYSTEM), transaction():
        session().add(asking(approver_kind="named_user", person_id=ident("cs")))
        session().add(asking(approver_kind="role", role="ops"))
    appoint("MKT", account("mkt").employee_id)
    for name, by_two in (("cs", True), ("ops", True), ("mkt", False)):
        give_password(browser, name)
        assert (browser().sign_in(name, GIVEN).status_code == 422) is by_two, name
    with access.acting_as(access.SYSTEM), transaction():
        session().add(asking(approver_kind="department_head"))
    give_password(browser, "mkt")
    assert account("mkt").asked_hash is not None


def asking(**whom):
    return ApprovalRule(subject_type="contract", step_no=9, **whom)


@pytest.mark.parametrize("second", ["chairman", "sysadmin"])
def test_a_second_person_lets_the_password_hold_and_the_sessions_end(app, browser, second):
    if second == "sysadmin":
        hold("sysadmin", "admin")
    person = browser("exec")
    give_password(browser, "exec")
    assert GIVING in browser(second).get(page_of("exec")).get_data(as_text=True)
    assert confirm(browser, second, "exec") == 302
    assert person.get("/").location.startswith("/sign-in")
    assert browser().sign_in("exec", PASSWORD).status_code == 422
    again = browser()
    assert again.sign_in("exec", GIVEN).status_code == 303
    assert again.get("/").location.startswith("/profile")
    assert GIVING not in browser(second).get(page_of("exec")).get_data(as_text=True)
    assert confirm(browser, second, "exec") == 409
    done = [one for one in acts("exec") if "password" in one]
    assert done == ["password_asked", "give_password", "password_changed"]


def page_of(name):
    return f"/organization/user_account/details/?id={account(name).id}"


def test_what_is_asked_calls_who_confirms_it_and_can_be_refused(app, browser):
    waits = "已申請新密碼"
    assert waits not in browser("chairman").get("/").get_data(as_text=True)
    give_password(browser, "exec")
    assert waits in browser("chairman").get("/").get_data(as_text=True)
    assert confirm(browser, "chairman", "exec", "refuse_password", reason="未申請") == 302
    assert confirm(browser, "chairman", "exec") == 409
    assert browser().sign_in("exec", GIVEN).status_code == 422
    assert browser().sign_in("exec").status_code == 303


def test_a_password_of_ones_own_takes_the_place_of_what_was_asked(app, browser):
    person = browser("exec")
    give_password(browser, "exec")
    own = {"current": PASSWORD, "fresh": OWN, "again": OWN}
    assert person.send("/profile/password", **own).status_code == 303
    assert confirm(browser, "chairman", "exec") == 409


@pytest.mark.parametrize("role", ["legal_head", "auditor", "admin", "seal_keeper"])
def test_a_role_that_is_only_proposed_counts(app, browser, role):
    """Else the password would be set first, and the power would come to it."""
    grant(browser, "ops", role)
    give_password(browser, "ops")
    assert browser().sign_in("ops", GIVEN).status_code == 422


def test_a_plain_reset_stays_the_administrators_own(app, browser):
    give_password(browser, "sales_a")
    assert browser().sign_in("sales_a", GIVEN).status_code == 303
