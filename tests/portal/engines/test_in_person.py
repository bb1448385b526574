"""What is asked of somebody in person goes to who stands in for them; who left is passed over ((c), R2.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.engines.approval import rounds
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid
from portal.organization import delegation, handing_on
from portal.organization.accounts import IN_PERSON, RoleGrant, UserAccount
from portal.organization.employment import close_leavers
from portal.organization.models import Employee
from portal.organization.services import ask_password
from portal.organization.workflows import ACCOUNT
from tests.appointing import appoint
from tests.portal.engines.asked import TEXT, the
from tests.portal.engines.test_delegation import acting, ask, confirm, confirmed, lend, waits_for

KINDS = ("named_user", "line_manager", "department_head")


@pytest.fixture
def people(company, subject):
    """Chief manages Ann, heads her team and is named; above stands Top; Second may read; Boss is Management."""
    made = {}
    with access.acting_as(access.SYSTEM), transaction():
        ann = session().get_one(Employee, company.ann)
        staff = {}
        for name, role in (
            ("top", "legal"),
            ("chief", "legal"),
            ("second", "legal"),
            ("boss", "management"),
        ):
            person = Employee(name=name, department_id=company.team_a, position_id=ann.position_id)
            account = UserAccount(username=name, name=name.title(), employee=person)
            session().add(account)
            session().flush()
            confirmed(RoleGrant(user_id=account.id, role=role, scope="all"))
            made[name], staff[name] = account.id, person
        ann.manager, staff["chief"].manager = staff["chief"], staff["top"]
        staff["second"].manager = staff["chief"]
        for rule in session().scalars(select(ApprovalRule)).all():
            APPROVAL_RULE.advance(rule, "ask_retire", reason="x", automatic=True)
            APPROVAL_RULE.advance(rule, "retire", automatic=True)
        heads = {"A": staff["chief"].id, "SAL": staff["top"].id}
    for code, head in heads.items():
        appoint(code, head)
    return made


def asks(people, kind):
    """From now on one rule asks somebody in person."""
    with access.acting_as(access.SYSTEM), transaction():
        person = people["chief"] if kind == "named_user" else None
        rule = ApprovalRule(
            subject_type="customer", step_no=1, approver_kind=kind, person_id=person
        )
        session().add(rule)
        session().flush()
        APPROVAL_RULE.advance(rule, "confirm", automatic=True)


def leaves(people, *names):
    with access.acting_as(access.SYSTEM):
        for name in names:
            with transaction():
                person = session().get_one(UserAccount, people[name]).employee
                person.left_on = clock.today()
        close_leavers(None)


def yes(people, name, subject):
    acting(people[name])
    with transaction():
        return rounds.decide(the(subject), "approve", "approved", "", TEXT)


@pytest.mark.parametrize("kind", KINDS)
def test_who_stands_in_answers_and_the_log_names_both(people, subject, kind):
    """Not because they act in some role of theirs: in person is lent by itself."""
    asks(people, kind)
    ask(subject)
    confirm(people, lend(people, giver="chief", role="legal"))
    assert not waits_for(people, "second", subject)
    confirm(people, lend(people, giver="chief", role=IN_PERSON))
    assert waits_for(people, "second", subject)
    assert waits_for(people, "chief", subject)
    assert yes(people, "second", subject) == "approved"
    with access.acting_as(access.SYSTEM):
        step = rounds.steps_of(the(subject), "approve")[0]
        assert (step.acted_by, step.acted_for) == ("Second", "Chief")


@pytest.mark.parametrize("maker", ["chief", "second"])
def test_neither_approves_what_one_of_them_made(people, subject, maker):
    with access.acting_as(access.SYSTEM), transaction():
        the(subject).created_by_id = people[maker]
    asks(people, "line_manager")
    ask(subject)
    confirm(people, lend(people, giver="chief", role=IN_PERSON))
    assert not waits_for(people, "second", subject)
    with pytest.raises(Forbidden):
        yes(people, "second", subject)


def test_it_opens_nothing_and_is_lent_on_by_nobody(people, company):
    confirm(people, lend(people, giver="chief", role=IN_PERSON))
    with access.acting_as(access.SYSTEM), transaction():
        grants = select(RoleGrant).where(
            RoleGrant.user_id == people["second"], RoleGrant.role == "legal"
        )
        session().delete(session().scalars(grants).one())
    actor = acting(people["second"])
    lent = {held.role for held in actor.roles if held.lent_by is not None}
    named = {one.role for model in access.governed() for one in access.rules(model)}
    assert (lent, lent & named) == ({IN_PERSON, "head"}, set())
    assert delegation.own_roles() == {}


def test_it_is_power_so_a_password_takes_two(people):
    with access.acting_as(access.SYSTEM), transaction():
        plain = UserAccount(username="plain", name="Plain")
        session().add(plain)
        session().flush()
        assert ask_password(plain, "x")
        today = clock.today()
        lent = RoleGrant(user_id=plain.id, role=IN_PERSON, valid_to=today)
        lent.delegated_from_id = people["chief"]
        session().add(lent)
        session().flush()
        assert not ask_password(plain, "y")


def test_nobody_holds_it_but_in_another_s_place(people):
    with pytest.raises(Invalid) as caught, access.acting_as(access.SYSTEM), transaction():
        session().add(RoleGrant(user_id=people["second"], role=IN_PERSON))
    assert set(caught.value.fields) == {"delegated_from"}


@pytest.mark.parametrize("kind", KINDS)
def test_where_who_is_asked_leaves_the_next_above_is_asked(people, subject, kind):
    asks(people, kind)
    ask(subject)
    leaves(people, "chief")
    assert waits_for(people, "top", subject)
    assert not waits_for(people, "boss", subject)
    assert yes(people, "top", subject) == "approved"


@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_above_could_answer_management_is_asked(people, subject, kind):
    """The next above made it, so they do not answer either."""
    asks(people, kind)
    ask(subject)
    leaves(people, "top")
    leaves(people, "chief")
    assert waits_for(people, "boss", subject)


def test_who_made_it_is_passed_over(people, subject):
    asks(people, "named_user")
    with access.acting_as(access.SYSTEM), transaction():
        the(subject).created_by_id = people["top"]
    ask(subject)
    leaves(people, "chief")
    assert not waits_for(people, "top", subject)
    assert waits_for(people, "boss", subject)
    with access.acting_as(access.SYSTEM):
        told = session().scalars(select(AuditEvent.action)).all()
    assert "approve_passed_on" in told


@pytest.mark.parametrize("kind", ["named_user", "line_manager"])
def test_who_left_before_it_is_asked_is_not_asked(people, subject, kind):
    asks(people, kind)
    leaves(people, "chief")
    ask(subject)
    assert waits_for(people, "top", subject)


def test_an_account_that_is_closed_answers_no_more(people, subject):
    asks(people, "named_user")
    ask(subject)
    with access.acting_as(access.SYSTEM), transaction():
        account = session().get_one(UserAccount, people["chief"])
        ACCOUNT.advance(account, "disable", reason="x", automatic=True)
    assert waits_for(people, "top", subject)


def test_what_waits_for_who_leaves_is_told_beforehand(people, subject):
    asks(people, "line_manager")
    ask(subject)
    with access.acting_as(access.SYSTEM):
        person = session().get_one(UserAccount, people["chief"]).employee
        told = [(one.sort, one.heir) for one in handing_on.ahead(person, secret=False)]
    assert told == [("approval", "top")]
