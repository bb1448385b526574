"""Accounts and roles: given passwords, revoked sessions, two persons for power, leaving at midnight."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kernel import access, clock
from portal.kernel.db import in_transaction, remove_session, session, transaction
from portal.organization import passwords
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.employment import close_leavers
from portal.organization.identity import actor_of
from portal.organization.models import Employee
from portal.organization.services import end_grants
from tests.portal.app.conftest import PASSWORD

GIVEN, OWN = "given-by-the-admin-2026", "a-sentence-of-my-own-2026"


def account(name):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().query(UserAccount).filter_by(username=name).one()


def give_password(browser, name):
    page = f"/organization/accounts/{account(name).id}/password"
    return browser("admin").send(page, page, password=GIVEN)


def grant(browser, name, role, /, **typed):
    """Entered by the administrator; returns its id."""
    new = "/organization/role_grant/new/"
    fields = {"role": role, "scope": "all", "user": str(account(name).id), **typed}
    answer = browser("admin").send(new, new, **{"valid_from": "2026-01-01", **fields})
    assert answer.status_code == 302, answer.text
    return int(re.search(r"id=(\d+)", answer.location)[1])


def step(browser, who, kind, ident, name, **more):
    data = {"id": ident, "step": name, "from": "details", **more}
    return browser(who).send(f"/organization/{kind}/advance/", **data)


def roles_of(name):
    """The roles that hold for a person now."""
    found = account(name)
    with access.acting_as(access.SYSTEM):
        return {held.role for held in actor_of(found).roles}


def test_nobody_waits_while_a_password_is_hashed(app, browser, monkeypatch):
    """A hash is slow on purpose; on SQLite a transaction would keep everybody from writing."""
    made, busy = passwords.hashed, []

    def watched(password):
        busy.append(in_transaction())
        return made(password)

    monkeypatch.setattr(passwords, "hashed", watched)
    assert give_password(browser, "sales_a").status_code == 303
    person = browser()
    person.sign_in("sales_a", GIVEN)
    own = {"current": GIVEN, "fresh": OWN, "again": OWN}
    assert person.send("/profile/password", **own).status_code == 303
    assert busy == [False, False]


def test_whoever_got_a_password_chooses_their_own_before_anything_else(app, browser):
    assert give_password(browser, "sales_a").status_code == 303
    person = browser()
    assert person.sign_in("sales_a", PASSWORD).status_code == 422
    assert person.sign_in("sales_a", GIVEN).status_code == 303
    for address in ("/", "/customers/customer/", "/documents/search", "/employees/lookup?query="):
        answer = person.get(address)
        assert answer.status_code == 303, address
        assert answer.location.startswith("/profile")
    sent = person.send("/customers/customer/new/", name="Cloud")
    assert sent.location.startswith("/profile")
    assert "請先改為自己的密碼" in person.get("/profile").text
    chosen = person.send("/profile/password", current=GIVEN, fresh=OWN, again=OWN)
    assert chosen.status_code == 303
    assert person.get("/customers/customer/").status_code == 200
    assert browser().sign_in("sales_a", GIVEN).status_code == 422


def test_a_new_account_signs_in_once_it_has_a_password_and_has_no_rights_of_its_own(app, browser):
    new, admin = "/organization/user_account/new/", browser("admin")
    answer = admin.send(new, new, username="new_one", name="新人", locale="zh_Hant")
    assert answer.status_code == 302
    assert browser().sign_in("new_one", "").status_code == 422
    give_password(browser, "new_one")
    person = browser()
    assert person.sign_in("new_one", GIVEN).status_code == 303
    person.send("/profile/password", current=GIVEN, fresh=OWN, again=OWN)
    for address in ("/customers/customer/", "/organization/employee/", "/organization/setting/"):
        assert person.get(address).status_code == 404


def test_an_administrator_ends_every_session_of_an_account(app, browser):
    here, there = browser("sales_a"), browser("sales_a")
    ident = account("sales_a").id
    done = step(browser, "admin", "user_account", ident, "sign_out_everywhere")
    assert done.status_code == 302
    for one in (here, there):
        assert one.get("/").location.startswith("/sign-in")
    assert browser("sales_a").get("/").status_code == 200


def test_locking_and_disabling_end_the_session_at_once(app, browser):
    person, ident = browser("sales_a"), account("sales_a").id
    assert (
        step(browser, "admin", "user_account", ident, "lock", reason="lost phone").status_code
        == 302
    )
    assert person.get("/").location.startswith("/sign-in")
    assert browser().sign_in("sales_a").status_code == 422
    assert step(browser, "admin", "user_account", ident, "unlock").status_code == 302
    person = browser("sales_a")
    assert step(browser, "admin", "user_account", ident, "disable", reason="x").status_code == 302
    assert person.get("/").location.startswith("/sign-in")
    assert give_password(browser, "sales_a").status_code == 409


def test_a_role_holds_once_another_person_confirmed_it(app, browser):
    ident = grant(browser, "ops", "finance")
    assert "finance" not in roles_of("ops")
    assert step(browser, "admin", "role_grant", ident, "confirm").status_code == 403
    assert step(browser, "sysadmin", "role_grant", ident, "confirm").status_code == 403
    assert step(browser, "exec", "role_grant", ident, "confirm").status_code == 302
    assert "finance" in roles_of("ops")
    page = browser("admin").get(f"/organization/role_grant/details/?id={ident}")
    assert "林知遠" in page.text
    assert step(browser, "admin", "role_grant", ident, "revoke", reason="x").status_code == 302
    assert "finance" not in roles_of("ops")


def test_nobody_holds_the_same_role_twice(app, browser):
    once, again, later = (
        grant(browser, "ops", "finance", valid_from=day, valid_to=until)
        for day, until in (("2026-01-01", "2027-12-31"), ("2026-06-01", ""), ("2028-01-01", ""))
    )
    assert step(browser, "exec", "role_grant", once, "confirm").status_code == 302
    refused = step(browser, "exec", "role_grant", again, "confirm")
    assert (refused.status_code, "此人在這段期間已持有" in refused.text) == (409, True)
    assert step(browser, "exec", "role_grant", later, "confirm").status_code == 302


def test_nobody_confirms_a_role_of_their_own_nor_two_that_exclude_each_other(app, browser):
    own = grant(browser, "exec", "chairman")
    refused = step(browser, "exec", "role_grant", own, "confirm")
    assert refused.status_code == 409
    later = grant(browser, "legal", "seal_keeper", valid_from="2030-01-01")
    assert step(browser, "exec", "role_grant", later, "confirm").status_code == 409
    assert {"chairman"} & roles_of("exec") == set()


@pytest.mark.parametrize("other", ["exec", ""])
def test_an_account_stays_with_its_person(app, browser, other):
    """Rights as head, agreements and own papers hang on the employee: no administrator moves them."""
    own = account("ops")
    edit = f"/organization/user_account/edit/?id={own.id}"
    version = re.search(r'name="version" value="(\d+)"', browser("admin").get(edit).text)[1]
    new = str(account(other).employee_id) if other else ""
    fields = {"username": "ops", "name": "新名", "locale": "zh_Hant", "version": version}
    refused = browser("admin").send(edit, edit, employee=new, **fields)
    assert (refused.status_code, "帳號不得改屬他人" in refused.text) == (422, True)
    assert account("ops").employee_id == own.employee_id
    kept = browser("admin").send(edit, edit, employee=str(own.employee_id), **fields)
    assert (kept.status_code, account("ops").name) == (302, "新名")


def test_a_proposed_grant_can_be_corrected_and_withdrawn_by_who_entered_it(app, browser):
    ident = grant(browser, "ops", "finance")
    edit = f"/organization/role_grant/edit/?id={ident}"
    page = browser("admin").get(edit)
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    fields = {
        "role": "finance",
        "scope": "own",
        "user": str(account("ops").id),
        "valid_from": "2026-01-01",
        "version": version,
    }
    assert browser("admin").send(edit, edit, **fields).status_code == 302
    assert step(browser, "admin", "role_grant", ident, "withdraw").status_code == 302
    assert step(browser, "exec", "role_grant", ident, "confirm").status_code == 409


@pytest.mark.parametrize(
    ("today", "holds"),
    [("2026-12-31", False), ("2027-01-01", True), ("2027-01-31", True), ("2027-02-01", False)],
)
def test_a_role_holds_in_its_term_alone(app, browser, stand_at, today, holds):
    ident = grant(browser, "ops", "finance", valid_from="2027-01-01", valid_to="2027-01-31")
    step(browser, "exec", "role_grant", ident, "confirm")
    stand_at(datetime.fromisoformat(f"{today}T04:00:00+00:00"))
    assert ("finance" in roles_of("ops")) is holds
    with access.acting_as(access.SYSTEM):
        end_grants(None)
        end_grants(None)
        state = session().get_one(RoleGrant, ident).state
    assert state == ("ended" if today == "2027-02-01" else "confirmed")


def test_leaving_ends_sessions_at_midnight_of_the_company_and_grants_with_the_next_round(
    app, browser, stand_at
):
    """At `left_on` 00:00 in Taipei, which is 16:00 UTC of the day before (c)."""
    stand_at(datetime(2027, 3, 9, 15, 50, tzinfo=UTC))
    ident, employee = account("sales_a").id, account("sales_a").employee_id
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Employee, employee).left_on = date(2027, 3, 10)
    person = browser("sales_a")
    assert person.get("/").status_code == 200
    with access.acting_as(access.SYSTEM):
        assert close_leavers(None) == {"closed": 0}
    stand_at(datetime(2027, 3, 9, 16, 0, tzinfo=UTC))
    assert person.get("/").location.startswith("/sign-in")  # before any job ran
    assert browser().sign_in("sales_a").status_code == 422
    with access.acting_as(access.SYSTEM):
        assert close_leavers(None) == {"closed": 1}
        assert close_leavers(None) == {"closed": 0}
    assert account("sales_a").state == "disabled"
    with access.acting_as(access.SYSTEM):
        grants = session().query(RoleGrant).filter_by(user_id=ident).all()
        assert {g.state for g in grants} == {"revoked"}
        assert session().get_one(Employee, employee).state == "left"


def employee_of(name):
    ident = account(name).employee_id
    with access.acting_as(access.SYSTEM):
        return session().get_one(Employee, ident)


def leaving(browser, name, step_name, **more):
    return step(browser, "hr", "employee", employee_of(name).id, step_name, **more)


def test_notice_is_given_for_a_day_and_the_person_works_until_it_comes(app, browser, stand_at):
    """R2.1, (c): leaving is a step of Human Resources, and takes the day of it."""
    stand_at(datetime(2027, 3, 1, 4, 0, tzinfo=UTC))
    person = browser("sales_a")
    for wrong in ("", "31 Feb", "2027-02-30"):
        assert leaving(browser, "sales_a", "give_notice", day=wrong).status_code == 422
    assert employee_of("sales_a").state == "regular"
    refused = step(browser, "exec", "employee", employee_of("sales_a").id, "give_notice")
    assert refused.status_code == 403
    assert leaving(browser, "sales_a", "give_notice", day="2027-04-01").status_code == 302
    assert leaving(browser, "sales_a", "move_leaving", day="2027-03-10").status_code == 302
    found = employee_of("sales_a")
    assert (found.state, found.left_on) == ("notice", date(2027, 3, 10))
    with access.acting_as(access.SYSTEM):
        assert close_leavers(None) == {"closed": 0}
    assert person.get("/").status_code == 200
    stand_at(datetime(2027, 3, 9, 16, 0, tzinfo=UTC))
    assert person.get("/").location.startswith("/sign-in")  # before any job ran
    assert leaving(browser, "sales_a", "withdraw_notice", reason="x").status_code == 409
    with access.acting_as(access.SYSTEM):
        assert close_leavers(None) == {"closed": 1}
    assert employee_of("sales_a").state == "left"


def test_whoever_leaves_today_is_out_at_once(app, browser):
    person = browser("sales_a")
    assert person.get("/").status_code == 200
    today = clock.today().isoformat()
    assert leaving(browser, "sales_a", "give_notice", day=today).status_code == 302
    assert person.get("/").location.startswith("/sign-in")


def test_a_withdrawn_notice_leaves_nothing_behind(app, browser):
    assert leaving(browser, "cs", "give_notice", day="2099-01-01").status_code == 302
    assert leaving(browser, "cs", "withdraw_notice").status_code == 422
    assert leaving(browser, "cs", "withdraw_notice", reason="留任").status_code == 302
    assert (employee_of("cs").state, employee_of("cs").left_on) == ("regular", None)


def test_somebody_joins_when_the_day_has_come(app, browser):
    """A form sets no state: a new employee is joining until Human Resources records it."""
    with access.acting_as(access.SYSTEM):
        seat = employee_of("cs")
        typed = {"name": "新人", "department": seat.department_id, "position": seat.position_id}
    new = "/organization/employee/new/"
    typed["manager"] = seat.manager_id
    fields = typed | {"locale": "zh_Hant", "jurisdiction": "taiwan", "status": "regular"}
    answer = browser("hr").send(new, new, **fields)
    assert answer.status_code == 302, answer.text
    ident = int(re.search(r"id=(\d+)", answer.location)[1])

    def now(name, **more):
        return step(browser, "hr", "employee", ident, name, **more).status_code

    def state():
        remove_session()
        with access.acting_as(access.SYSTEM):
            return session().get_one(Employee, ident).state

    assert state() == "pre_hire"
    assert now("join") != 302
    for day, allowed in ((clock.today() + timedelta(days=1), False), (clock.today(), True)):
        with access.acting_as(access.SYSTEM), transaction():
            session().get_one(Employee, ident).hired_on = day
        assert (now("join") == 302) is allowed
    assert (now("confirm"), state()) == (302, "regular")


def test_the_administrator_sees_a_lock_out_and_lifts_it(app, browser):
    """Wrong tries shut a name for everybody; the page says so, and a step opens it again."""
    page = f"/organization/user_account/details/?id={account('sales_a').id}"
    assert 'id="shut"' not in browser("admin").get(page).get_data(as_text=True)
    refused = step(browser, "admin", "user_account", account("sales_a").id, "let_try")
    assert refused.status_code == 409
    wrong = [browser().sign_in("SALES_A", "no password of mine").status_code for _try in range(9)]
    assert wrong == [*[422] * 8, 429]
    assert browser().sign_in("sales_a").status_code == 429
    assert 'id="shut"' in browser("admin").get(page).get_data(as_text=True)
    own = browser("exec").get(page).get_data(as_text=True)  # Management reads accounts
    assert 'id="shut"' not in own
    lifted = step(browser, "admin", "user_account", account("sales_a").id, "let_try")
    assert lifted.status_code == 302
    assert 'id="shut"' not in browser("admin").get(page).get_data(as_text=True)
    assert browser().sign_in("sales_a").status_code == 303
