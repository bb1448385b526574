"""Human Resources, the heads of Finance and of Legal propose roles; Management confirms ((c))."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.organization.accounts import RoleGrant
from portal.organization.workflows import ROLE_GRANT
from tests.portal.app.test_accounts import account, roles_of, step

NEW, LIST = "/organization/role_grant/new/", "/organization/role_grant/"


def proposes(browser, who, whom, role="ops"):
    """The answer to the form, sent by one for another."""
    today = clock.today().isoformat()
    typed = {"user": str(account(whom).id), "role": role, "scope": "all", "valid_from": today}
    return browser(who).send(NEW, NEW, **typed)


def made(answer):
    assert answer.status_code == 302, answer.text
    return int(re.search(r"id=(\d+)", answer.location)[1])


def page(ident):
    return f"{LIST}details/?id={ident}"


@pytest.mark.parametrize("who", ["hr", "hr_head", "finance_mgr", "legal_head"])
def test_they_propose_follow_and_withdraw_their_own_and_management_confirms(app, browser, who):
    ident, other = (made(proposes(browser, who, name)) for name in ("sales_a", "cs"))
    assert browser(who).get(page(ident)).status_code == 200
    assert "ops" not in roles_of("sales_a")
    assert step(browser, who, "role_grant", ident, "confirm").status_code == 403
    assert step(browser, who, "role_grant", other, "withdraw").status_code == 302
    assert step(browser, "exec", "role_grant", ident, "confirm").status_code == 302
    assert "ops" in roles_of("sales_a")
    assert "ops" not in roles_of("cs")


def test_nobody_sees_or_touches_what_somebody_else_proposed(app, browser):
    ident = made(proposes(browser, "hr", "sales_a"))
    for name in ("hr_head", "finance_mgr", "legal_head", "sales_a"):
        assert browser(name).get(page(ident)).status_code == 404, name
        assert step(browser, name, "role_grant", ident, "withdraw").status_code == 404, name
    for name in ("admin", "exec"):
        assert browser(name).get(page(ident)).status_code == 200, name


@pytest.mark.parametrize("who", ["finance", "legal", "sales_head", "ops_head", "sales_a", "seal"])
def test_nobody_else_proposes(app, browser, who):
    assert browser(who).get(NEW).status_code == 404
    assert proposes(browser, who, "cs").status_code == 404


@pytest.mark.parametrize("who", ["hr", "admin"])
def test_nobody_proposes_for_themselves(app, browser, who):
    answer = proposes(browser, who, who)
    assert (answer.status_code, "不得為自己提出" in answer.text) == (422, True)


def test_nor_by_changing_what_they_proposed_for_another(app, browser):
    ident = made(proposes(browser, "hr", "cs"))
    edit, shown = f"{LIST}edit/?id={ident}", browser("hr").get(f"{LIST}edit/?id={ident}")
    version = re.search(r'name="version" value="(\d+)"', shown.text)[1]
    typed = {"user": str(account("hr").id), "role": "ops", "scope": "all"}
    today = clock.today().isoformat()
    sent = browser("hr").send(edit, edit, version=version, valid_from=today, **typed)
    assert sent.status_code == 422


def test_who_proposed_does_not_confirm_with_both_roles(app, browser):
    own = account("hr").id
    with access.acting_as(access.SYSTEM), transaction():
        both = RoleGrant(user_id=own, role="management", scope="all")
        session().add(both)
        session().flush()
        ROLE_GRANT.advance(both, "confirm", automatic=True)
    ident = made(proposes(browser, "hr", "cs"))
    step(browser, "hr", "role_grant", ident, "confirm")
    remove_session()
    with access.acting_as(access.SYSTEM):
        query = select(RoleGrant.state).where(RoleGrant.id == ident)
        assert session().scalar(query) == "proposed"


def test_of_the_logins_they_see_whose_each_is(app, browser):
    ident = account("cs").id
    shown = browser("hr").get(f"/organization/user_account/details/?id={ident}").text
    assert account("cs").name in shown
    assert account("cs").email not in shown
    assert browser("hr").get(f"/organization/user_account/edit/?id={ident}").status_code == 403
    assert browser("hr").get(f"/organization/accounts/{ident}/password").status_code == 403
