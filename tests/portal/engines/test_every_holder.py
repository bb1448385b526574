"""Quorum `all`: every holder of a role is asked, and the round goes on without those who are gone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.engines.approval import deciders, rounds
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.rules import Request
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access
from portal.kernel.actor import Held
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Unmet
from portal.kernel.events import approval_ended
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.workflows import ACCOUNT, ROLE_GRANT
from tests.portal.engines.asked import OTHER, TEXT, deciding, the


@pytest.fixture
def all_of_legal(company, subject):
    """Every holder of Legal decides; two can, one asked for it, one is closed, one no longer holds."""
    made = {}
    with access.acting_as(access.SYSTEM), transaction():
        rule = session().scalars(select(ApprovalRule).where(ApprovalRule.step_no == 1)).one()
        APPROVAL_RULE.advance(rule, "ask_retire", "x", automatic=True)
        APPROVAL_RULE.advance(rule, "retire", automatic=True)
        fresh = ApprovalRule(subject_type="customer", step_no=1, role="legal", quorum="all")
        session().add(fresh)
        session().flush()
        APPROVAL_RULE.advance(fresh, "confirm", automatic=True)
        for name in ("one", "two", "asker", "closed", "gone"):
            account = UserAccount(username=name, name=name.title())
            grant = RoleGrant(user=account, role="legal", scope="all")
            session().add(grant)
            session().flush()
            ROLE_GRANT.advance(grant, "confirm", automatic=True)
            made[name] = account.id
            if name == "gone":
                ROLE_GRANT.advance(grant, "revoke", "x", automatic=True)
        ACCOUNT.advance(
            session().get_one(UserAccount, made["closed"]), "disable", "x", automatic=True
        )
    return made


def test_where_all_are_asked_every_holder_who_may_says_yes_in_turn(company, subject, all_of_legal):
    """Quorum `all`: makers, closed accounts and former holders are not asked, nobody stands twice."""
    people = all_of_legal
    access.become(access.Actor(people["asker"], None, "Asker", roles=(Held("legal"),)))
    with transaction():
        steps = rounds.ask(the(subject), "approve", Request(TEXT, Decimal(2000), "TWD"))
    assert [(s.step_no, s.approver_ref, s.holder) for s in steps] == [
        (1, "legal", "One"),
        (2, "legal", "Two"),
        (3, "management", ""),
    ]

    def waits(name):
        access.become(access.Actor(people[name], None, name, roles=(Held("legal"),)))
        return [s.step_no for s in session().scalars(deciders.waiting_for(access.current()))]

    assert (waits("one"), waits("two")) == ([1], [])
    with pytest.raises(Forbidden):
        deciding(company, subject, "legal", who=None)
    for name, answer in (("one", "open"), ("two", "open")):
        assert waits(name)
        with transaction():
            assert rounds.decide(the(subject), "approve", "approved", "", TEXT) == answer
        assert not rounds.holds(the(subject), "approve", TEXT)
    assert deciding(company, subject, "management") == "approved"
    assert rounds.holds(the(subject), "approve", TEXT)


@pytest.fixture
def asked_of_all(company, subject, all_of_legal):
    """One and Two of Legal are asked, in turn, and nobody else."""
    access.become(access.Actor(all_of_legal["asker"], None, "Asker", roles=(Held("legal"),)))
    with transaction():
        rounds.ask(the(subject), "approve", Request(TEXT, Decimal(1), "TWD"))
    return all_of_legal


def loses_the_role(account_id):
    with access.acting_as(access.SYSTEM), transaction():
        query = select(RoleGrant).where(
            RoleGrant.user_id == account_id, RoleGrant.state == "confirmed"
        )
        for grant in session().scalars(query.limit(1)).all():
            ROLE_GRANT.advance(grant, "revoke", "x", automatic=True)


def leaves(account_id):
    with access.acting_as(access.SYSTEM), transaction():
        account = session().get_one(UserAccount, account_id)
        ACCOUNT.advance(account, "disable", "x", automatic=True)


def says_yes(subject, account_id):
    access.become(access.Actor(account_id, None, "x", roles=(Held("legal"),)))
    with transaction():
        return rounds.decide(the(subject), "approve", "approved", "", TEXT)


def how_it_stands(subject):
    with access.acting_as(access.SYSTEM):
        return [(s.holder, s.status) for s in rounds.steps_of(the(subject), "approve")]


@pytest.mark.parametrize("goes", [loses_the_role, leaves])
def test_a_round_goes_on_without_a_holder_who_is_gone(subject, asked_of_all, goes):
    """Quorum `all`: whoever can no longer answer is not waited for; the others still decide."""
    goes(asked_of_all["one"])
    assert how_it_stands(subject) == [("One", "unasked"), ("Two", "pending")]
    assert says_yes(subject, asked_of_all["two"]) == "approved"
    with access.acting_as(access.SYSTEM):
        assert rounds.holds(the(subject), "approve", TEXT)
        assert not rounds.holds(the(subject), "approve", OTHER)


@pytest.mark.parametrize("goes", [loses_the_role, leaves])
def test_a_round_ends_when_the_last_who_was_asked_is_gone(subject, asked_of_all, goes):
    ended = []

    def hear(_sender, **said):
        ended.append((said["outcome"], said["subject"].id))

    says_yes(subject, asked_of_all["one"])
    with approval_ended.connected_to(hear):
        goes(asked_of_all["two"])
    assert ended == [("approved", subject)]
    with access.acting_as(access.SYSTEM):
        assert rounds.holds(the(subject), "approve", TEXT)


def test_a_rule_is_not_met_because_all_it_named_are_gone(company, subject, asked_of_all):
    """Any holder of the role decides instead; without an answer nothing is approved."""
    for name in ("one", "two"):
        loses_the_role(asked_of_all[name])
    assert how_it_stands(subject) == [("One", "unasked"), ("", "pending")]
    with access.acting_as(access.SYSTEM):
        assert not rounds.holds(the(subject), "approve", TEXT)
    assert deciding(company, subject, "legal") == "approved"


def test_who_still_holds_the_role_by_another_grant_is_still_asked(subject, asked_of_all):
    with access.acting_as(access.SYSTEM), transaction():
        second = RoleGrant(user_id=asked_of_all["one"], role="legal", scope="own")
        session().add(second)
        session().flush()
        ROLE_GRANT.advance(second, "confirm", automatic=True)
    loses_the_role(asked_of_all["one"])
    assert how_it_stands(subject) == [("One", "pending"), ("Two", "waiting")]


def test_where_nobody_of_all_could_decide_nothing_is_asked(company, subject, all_of_legal):
    with access.acting_as(access.SYSTEM), transaction():
        for name in ("one", "two"):
            account = session().get_one(UserAccount, all_of_legal[name])
            ACCOUNT.advance(account, "lock", "x", automatic=True)
    access.become(access.Actor(all_of_legal["asker"], None, "Asker", roles=(Held("legal"),)))
    with pytest.raises(Unmet), transaction():
        rounds.ask(the(subject), "approve", Request(TEXT, Decimal(1), "TWD"))
    assert rounds.steps_of(the(subject), "approve") == []
