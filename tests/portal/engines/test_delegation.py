"""Somebody away lets another act in their role: dated, within their own rights, never for the maker (R2.1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.engines.approval import deciders, rounds
from portal.engines.approval.models import Approval, ApprovalRule
from portal.engines.approval.rules import Request
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unmet, Unseen
from portal.organization import delegation
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Employee
from portal.organization.workflows import ACCOUNT, ROLE_GRANT
from tests.portal.engines.asked import TEXT, the


@pytest.fixture
def people(company, subject):
    """Away holds Legal, Second stands ready, Boss is Management; each with a login of their own."""
    made = {}
    with access.acting_as(access.SYSTEM), transaction():
        model = session().get_one(Employee, company.ann)
        for name, role in (("away", "legal"), ("second", ""), ("boss", "management")):
            person = Employee(
                name=name, department_id=company.team_a, position_id=model.position_id
            )
            account = UserAccount(username=name, name=name.title(), employee=person)
            session().add(account)
            session().flush()
            if role:
                confirmed(RoleGrant(user_id=account.id, role=role, scope="all"))
            made[name] = account.id
    return made


def confirmed(grant):
    session().add(grant)
    session().flush()
    ROLE_GRANT.advance(grant, "confirm", automatic=True)
    return grant


def acting(ident):
    """Become a person with the rights they have at this moment."""
    with access.acting_as(access.SYSTEM):
        actor = actor_of(session().get_one(UserAccount, ident))
    access.become(actor)
    return actor


def lend(people, days=7, giver="away", role="legal", to="second"):
    """The person who is away enters it."""
    acting(people[giver])
    with access.acting_as(access.SYSTEM):
        delegate = session().get_one(UserAccount, people[to]).employee
    with transaction():
        today = clock.today()
        grant = delegation.give(role, delegate, today, today + timedelta(days=days - 1), "出差")
    return grant.id


def confirm(people, ident, by="boss"):
    acting(people[by])
    with transaction():
        ROLE_GRANT.advance(session().get_one(RoleGrant, ident), "confirm")


def ask(subject, by=None):
    access.become(access.Actor(by, None, "Asker", roles=(access.Held("sales_head"),)))
    with access.acting_as(access.SYSTEM), transaction():
        rounds.ask(the(subject), "approve", Request(TEXT, Decimal(1), "TWD"))


def waits_for(people, name, subject):
    """Whether the open step waits for a person; the statement and the judgement of one step agree."""
    actor = acting(people[name])
    found = list(session().scalars(deciders.waiting_for(actor)))
    step = session().scalars(select(Approval).where(Approval.status == "pending")).one()
    assert bool(found) is (deciders.barred(step, the(subject), actor) is None)
    return bool(found)


def test_the_delegate_decides_and_the_log_names_both(people, subject):
    ask(subject)
    ident = lend(people)
    assert not waits_for(people, "second", subject)
    confirm(people, ident)
    assert waits_for(people, "second", subject)
    with transaction():
        assert rounds.decide(the(subject), "approve", "approved", "", TEXT) == "approved"
    with access.acting_as(access.SYSTEM):
        step = rounds.steps_of(the(subject), "approve")[0]
        assert (step.acted_by, step.acted_for) == ("Second", "Away")
        assert str(step.answered_by) == "Second for Away"
        entry = (
            session()
            .scalars(select(AuditEvent).where(AuditEvent.action == "approve_approved"))
            .one()
        )
        assert entry.actor_name == "Second"
        assert '"on_behalf_of":"Away"' in session().get_one(AuditPayload, entry.seq).body


def test_the_delegate_of_a_maker_approves_nothing_of_theirs(people, subject):
    """Persons are compared: also with the role in their own right."""
    with access.acting_as(access.SYSTEM), transaction():
        the(subject).created_by_id = people["away"]
        confirmed(RoleGrant(user_id=people["second"], role="legal", scope="all"))
    ask(subject)
    assert waits_for(people, "second", subject)
    confirm(people, lend(people))
    assert not waits_for(people, "second", subject)
    with pytest.raises(Forbidden), transaction():
        rounds.decide(the(subject), "approve", "approved", "", TEXT)


def test_what_one_decided_for_another_neither_decides_again(people, subject):
    """A step on behalf of somebody counts for both of them."""
    confirm(people, lend(people))
    with access.acting_as(access.SYSTEM), transaction():
        rule = RoleGrant(user_id=people["away"], role="management", scope="all")
        confirmed(rule)
    access.become(access.SYSTEM)
    with transaction():
        rounds.ask(the(subject), "approve", Request(TEXT, Decimal(2000), "TWD"))
    acting(people["second"])
    with transaction():
        assert rounds.decide(the(subject), "approve", "approved", "", TEXT) == "open"
    assert not waits_for(people, "away", subject)
    assert waits_for(people, "boss", subject)


def test_nobody_confirms_their_own_delegation_nor_receives_it_by_themselves(people):
    """Power needs two; the one who enters it and the one who gains by it are none of them."""
    with access.acting_as(access.SYSTEM), transaction():
        for name in ("away", "second"):
            confirmed(RoleGrant(user_id=people[name], role="management", scope="all"))
    ident = lend(people)
    for name in ("away", "second"):
        with pytest.raises(Unmet):
            confirm(people, ident, by=name)
    confirm(people, ident)


def test_a_delegation_gives_no_more_than_there_is(people, company):
    """The lender's scope and departments at this moment, whatever the grant says."""
    with access.acting_as(access.SYSTEM), transaction():
        own = RoleGrant(user_id=people["away"], role="sales_head", scope="department")
        own.department_id = company.team_b
        confirmed(own)
        today = clock.today()
        wider = RoleGrant(
            user_id=people["second"],
            role="sales_head",
            scope="all",
            valid_from=today,
            valid_to=today,
            delegated_from_id=people["away"],
        )
        confirmed(wider)
    held = next(one for one in acting(people["second"]).roles if one.role == "sales_head")
    assert (held.scope, held.departments) == ("dept", {company.team_b})


def test_it_ends_with_the_role_it_rests_on(people):
    ident = lend(people)
    confirm(people, ident)
    assert acting(people["second"]).role_names(acting(people["second"]).stands_for[0]) == {"legal"}
    with access.acting_as(access.SYSTEM), transaction():
        own = select(RoleGrant).where(RoleGrant.user_id == people["away"])
        ROLE_GRANT.advance(session().scalars(own).one(), "revoke", "x", automatic=True)
    assert acting(people["second"]).stands_for == ()
    with access.acting_as(access.SYSTEM):
        assert session().get_one(RoleGrant, ident).state == "revoked"


def test_somebody_who_left_lends_nothing(people):
    confirm(people, lend(people))
    with access.acting_as(access.SYSTEM), transaction():
        away = session().get_one(UserAccount, people["away"])
        ACCOUNT.advance(away, "disable", "x", automatic=True)
    assert acting(people["second"]).stands_for == ()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"days": 31}, "valid_to"),
        ({"days": 0}, "valid_to"),
        ({"role": "finance_head"}, "role"),
        ({"to": "away"}, "user"),
    ],
)
def test_what_cannot_be_lent_is_refused_naming_the_field(people, more, field):
    with pytest.raises(Invalid) as caught:
        lend(people, **more)
    assert set(caught.value.fields) == {field}


def test_a_role_that_was_lent_is_not_lent_on(people, company):
    confirm(people, lend(people))
    with pytest.raises(Invalid) as caught:
        lend(people, giver="second", to="boss")
    assert set(caught.value.fields) == {"role"}


def test_an_administrator_enters_it_and_the_person_away_may_end_it(people):
    """A33: somebody fell ill. What they do not hold for all of the time is not confirmed."""
    with access.acting_as(access.SYSTEM), transaction():
        today = clock.today()
        for role in ("legal", "finance_head"):
            session().add(
                RoleGrant(
                    user_id=people["second"],
                    role=role,
                    valid_from=today,
                    valid_to=today,
                    delegated_from_id=people["away"],
                )
            )
    with access.acting_as(access.SYSTEM):
        rows = session().scalars(select(RoleGrant).where(RoleGrant.user_id == people["second"]))
        good, bad = sorted(row.id for row in rows)
    with pytest.raises(Unmet):
        confirm(people, bad)
    confirm(people, good)
    acting(people["second"])
    with pytest.raises(Unseen), transaction():
        delegation.take_back(good)
    assert [one.other for one in delegation.received()] == ["Away", "Away"]
    acting(people["away"])
    with transaction():
        delegation.take_back(good)
    assert [(one.other, one.open) for one in delegation.given()] == [
        ("Second", True),
        ("Second", False),
    ]


def test_a_role_that_shows_more_lets_nobody_answer_for_another_department(company, people, subject):
    """A head of another team who stands in for somebody who sees every client."""
    with access.acting_as(access.SYSTEM), transaction():
        rule = session().scalars(select(ApprovalRule).where(ApprovalRule.role == "legal")).one()
        APPROVAL_RULE.advance(rule, "ask_retire", reason="試", automatic=True)
        APPROVAL_RULE.advance(rule, "retire", automatic=True)
        other = ApprovalRule(subject_type="customer", step_no=1, role="sales_head")
        session().add(other)
        session().flush()
        APPROVAL_RULE.advance(other, "confirm", automatic=True)
        for department in (company.team_b, company.team_a):
            head = "second" if department == company.team_b else "boss"
            confirmed(
                RoleGrant(
                    user_id=people[head],
                    role="sales_head",
                    scope="department",
                    department_id=department,
                )
            )
    ask(subject)
    confirm(people, lend(people))
    acting(people["second"])
    assert the(subject) is not None
    assert not waits_for(people, "second", subject)
    assert waits_for(people, "boss", subject)


def test_nobody_stands_for_whoever_left_today(people, subject):
    """From 00:00 of the day of leaving, whether their account is closed yet or not."""
    ask(subject)
    confirm(people, lend(people))
    assert waits_for(people, "second", subject)
    with access.acting_as(access.SYSTEM), transaction():
        person = session().get_one(UserAccount, people["away"]).employee
        person.left_on = clock.today()
    assert not waits_for(people, "second", subject)
