"""Being away, on screen: entered by the person, confirmed by Management, seen on both sides (R2.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.chapters.customers.models import Customer
from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Employee
from portal.organization.workflows import ROLE_GRANT

PAGE = "/profile/delegation/"


def account(name):
    with access.acting_as(access.SYSTEM):
        found = session().scalars(select(UserAccount).where(UserAccount.username == name)).one()
        return found.id, found.employee_id, found.name


def form(**more):
    today = clock.today()
    return {
        "role": "finance_head",
        "user": account("finance")[1],
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=6)).isoformat(),
        "reason": "出差",
        **more,
    }


def entered():
    with access.acting_as(access.SYSTEM):
        query = select(RoleGrant).where(RoleGrant.delegated_from_id.is_not(None))
        found = list(session().scalars(query))
        return [(one.id, one.state) for one in found]


def test_both_sides_see_what_was_entered_and_the_person_ends_it(browser):
    away = browser("finance_mgr")
    assert f'href="{PAGE}"' in away.get("/profile").text
    assert away.send(PAGE, PAGE, **form()).location == PAGE
    [(ident, state)] = entered()
    assert state == "proposed"
    assert account("finance")[2] in away.get(PAGE).text
    assert account("finance_mgr")[2] in browser("finance").get(PAGE).text
    page = browser("exec").get(f"/organization/role_grant/details/?id={ident}")
    assert account("finance_mgr")[2] in page.text
    remove_session()
    with access.acting_as(access.SYSTEM), transaction():
        ROLE_GRANT.advance(session().get_one(RoleGrant, ident), "confirm", automatic=True)
    assert away.send(f"{PAGE}end", PAGE, id=ident).location == PAGE
    assert entered() == [(ident, "revoked")]


def test_what_is_lent_reaches_the_rows_of_who_is_away(browser):
    """A salesperson's delegate keeps the absent person's clients, not clients of their own."""
    with access.acting_as(access.SYSTEM), transaction():
        owners = {"雲端": account("sales_a")[1], "別隊": account("sales_b")[1]}
        for name, owner in owners.items():
            session().add(Customer(name=name, owner_id=owner, department_id=department(owner)))
    clients = "/customers/customer/"
    assert browser("finance").get(f"{clients}new/").status_code in (403, 404)
    browser("sales_a").send(PAGE, PAGE, **form(role="sales"))
    [(ident, _state)] = entered()
    with access.acting_as(access.SYSTEM), transaction():
        ROLE_GRANT.advance(session().get_one(RoleGrant, ident), "confirm", automatic=True)
        kept = {one.name: one.id for one in session().scalars(select(Customer))}
    delegate = browser("finance")
    assert delegate.get(f"{clients}edit/?id={kept['雲端']}").status_code == 200
    assert delegate.get(f"{clients}edit/?id={kept['別隊']}").status_code in (403, 404)


def department(employee):
    return session().get_one(Employee, employee).department_id


def test_what_waits_for_management_holds_the_delegation(browser):
    browser("finance_mgr").send(PAGE, PAGE, **form())
    [(ident, _state)] = entered()
    assert f"/organization/role_grant/details/?id={ident}" in browser("exec").get("/").text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"valid_to": "2199-01-01"}, "valid_to"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_from": "9999-12-31", "valid_to": "9999-12-31"}, "valid_from"),
        ({"role": "chairman"}, "role"),
        ({"user": "999999"}, "user"),
        ({"user": ""}, "user"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_is_lost(browser, more, field):
    answer = browser("finance_mgr").send(PAGE, PAGE, **form(**more))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="出差"' in answer.text
    assert entered() == []


def test_nobody_ends_the_delegation_of_another(browser):
    browser("finance_mgr").send(PAGE, PAGE, **form())
    [(ident, _state)] = entered()
    for name in ("finance", "exec", "admin"):
        assert browser(name).send(f"{PAGE}end", "/profile", id=ident).status_code == 404
    assert entered() == [(ident, "proposed")]


def test_an_administrator_enters_it_for_whoever_fell_ill(browser):
    """A33: the person who is away is named beside the role."""
    today = clock.today()
    sent = browser("admin").send(
        "/organization/role_grant/new/",
        "/organization/role_grant/new/",
        user=account("finance")[0],
        role="finance_head",
        scope="all",
        delegated_from=account("finance_mgr")[0],
        valid_from=today.isoformat(),
        valid_to=today.isoformat(),
    )
    assert sent.status_code == 302, sent.text
    assert [state for _id, state in entered()] == ["proposed"]
    assert account("finance_mgr")[2] in browser("exec").get("/organization/role_grant/").text
