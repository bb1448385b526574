"""Steps are the only way to move: right, state, guards, one transaction with its log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.chapters.customers.models import Customer
from portal.kernel import access, clock
from portal.kernel.actor import Held
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.employment import close_leavers
from portal.organization.models import Employee


@pytest.fixture
def client(company):
    with access.acting_as(access.SYSTEM), transaction():
        row = Customer(name="甲公司", owner_id=company.ann, department_id=company.team_a)
        session().add(row)
    return row.id


def mine(company, client):
    access.become(company.actor(company.ann, Held("sales")))
    return session().get(Customer, client)


def test_a_step_moves_the_record_and_is_logged(company, client):
    row = mine(company, client)
    with transaction():
        Customer.workflow.advance(row, "lose", reason="改用別家")
    assert row.state == "lost"
    entry = session().scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (entry.action, entry.object_id, entry.reason) == ("lose", client, "改用別家")


@pytest.mark.parametrize("said", ["", "\u3000", "\u200b\u2060"])
def test_a_step_without_its_reason_is_refused(company, client, said):
    with pytest.raises(Invalid) as caught, transaction():
        Customer.workflow.advance(mine(company, client), "lose", reason=said)
    assert "reason" in caught.value.fields


def test_somebody_elses_step_is_forbidden(company, client):
    with pytest.raises(Forbidden), transaction():
        Customer.workflow.advance(mine(company, client), "block", reason="x")


def test_the_second_click_finds_the_record_already_moved(company, client):
    row = mine(company, client)
    with transaction():
        Customer.workflow.advance(row, "lose", reason="x")
    with pytest.raises(Conflict), transaction():
        Customer.workflow.advance(row, "lose", reason="x")


def test_only_steps_a_person_may_take_are_offered(company, client):
    assert [o.step.name for o in Customer.workflow.offers(mine(company, client))] == ["lose"]


def test_a_system_step_is_closed_to_everybody(company, client):
    with pytest.raises(Forbidden), transaction():
        Customer.workflow.advance(mine(company, client), "activate")


def grant_for(company, role, by):
    with access.acting_as(access.SYSTEM), transaction():
        user = UserAccount(username=f"u{role}", name="u", employee_id=company.bob)
        session().add(user)
        session().flush()
        grant = RoleGrant(user=user, role=role, created_by_id=by)
        session().add(grant)
    return grant


def test_whoever_enters_a_role_cannot_confirm_it(company):
    """Power needs two: an administrator enters, Management confirms."""
    grant = grant_for(company, "sales", by=1000 + company.ann)
    access.become(company.actor(company.ann, Held("management"), Held("admin")))
    with pytest.raises(Unmet), transaction():
        RoleGrant.workflow.advance(session().get(RoleGrant, grant.id), "confirm")


def test_two_roles_that_exclude_each_other_are_not_confirmed_at_the_same_time(company):
    """Power needs two: the check of one must not miss what the other is about to confirm."""
    grants = [grant_for(company, "admin", by=77).id]
    with access.acting_as(access.SYSTEM), transaction():
        user = session().get_one(RoleGrant, grants[0]).user
        other = RoleGrant(user=user, role="legal", created_by_id=77)
        session().add(other)
    grants.append(other.id)
    remove_session()
    start = Barrier(2)

    def confirm(ident):
        access.become(company.actor(company.ann, Held("management")))
        row = session().get(RoleGrant, ident)
        start.wait()
        try:
            with transaction():
                RoleGrant.workflow.advance(row, "confirm")
        except Unmet:
            return "refused"
        finally:
            remove_session()
        return "confirmed"

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(confirm, grants)) == ["confirmed", "refused"]


def test_a_role_holds_only_once_confirmed(company):
    grant = grant_for(company, "sales", by=77)
    assert not grant.holds_on(clock.today())
    access.become(company.actor(company.ann, Held("management")))
    with transaction():
        row = session().get(RoleGrant, grant.id)
        RoleGrant.workflow.advance(row, "confirm")
    assert row.holds_on(clock.today())


def test_leaving_closes_account_and_grants_at_midnight(company):
    """R-leaving: at 00:00 after the last day everything of a person ends."""
    grant = grant_for(company, "sales", by=77)
    with access.acting_as(access.SYSTEM):
        with transaction():
            RoleGrant.workflow.advance(
                session().get(RoleGrant, grant.id), "confirm", automatic=True
            )
            session().get(Employee, company.bob).left_on = date(2020, 1, 1)
        close_leavers(None)
        close_leavers(None)
        assert session().get(UserAccount, grant.user_id).state == "disabled"
        assert session().get(RoleGrant, grant.id).state == "revoked"


def test_a_step_on_one_record_writes_to_no_other_that_is_frozen(company, client):
    """R3.3.2, through any door: an effect changes the record it is about, and what takes a step."""
    with access.acting_as(access.SYSTEM), transaction():
        other = Customer(name="乙公司", owner_id=company.ann, department_id=company.team_a)
        session().add(other)
        session().flush()
        Customer.workflow.advance(other, "lose", reason="x", automatic=True)
    aimed = {"at": client}

    def write(row, _taken):
        with access.system():  # as effects do that need rows the person may not see
            found = session().get_one(Customer, aimed["at"])
            found.needs = "within the step"
            session().flush()

    effects = Customer.workflow.effects.setdefault("lose", [])
    effects.append(write)
    try:
        aimed["at"] = other.id
        with pytest.raises(Conflict, match="乙公司"), transaction():
            Customer.workflow.advance(mine(company, client), "lose", reason="x")
        assert mine(company, client).state == "prospect"
        aimed["at"] = client
        with transaction():
            Customer.workflow.advance(mine(company, client), "lose", reason="x")
    finally:
        effects.remove(write)
    remove_session()
    notes = [mine(company, ident).needs for ident in (client, other.id)]
    assert notes == ["within the step", ""]
