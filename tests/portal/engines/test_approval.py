"""Approval: rules as rows decide who, a yes binds exactly what was seen (R3.3.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal import policy
from portal.chapters.customers.models import Customer
from portal.engines import my_work
from portal.engines.approval import conditions, deciders, rounds
from portal.engines.approval.models import Approval, ApprovalRule
from portal.engines.approval.rules import Request
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access, clock
from portal.kernel.actor import Held
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.setting import SETTING, Setting
from portal.organization.models import Employee
from tests.portal.engines.asked import OTHER, TEXT, asking, deciding, the
from tests.portal.statements import counting


def test_below_the_limit_legal_alone_decides(company, subject):
    assert asking(company, subject) == ["legal"]
    assert deciding(company, subject, "legal") == "approved"
    assert rounds.holds(the(subject), "approve", TEXT)


@pytest.mark.parametrize(("amount", "currency"), [("1000", "TWD"), (None, "TWD"), ("1", "USD")])
def test_at_the_limit_or_with_an_unknown_sum_management_decides_too(
    company, subject, amount, currency
):
    """An empty amount, or a currency without a limit, takes the highest tier."""
    assert asking(company, subject, amount, currency) == ["legal", "management"]


def test_steps_are_asked_one_after_the_other(company, subject):
    asking(company, subject, "2000")
    with pytest.raises(Forbidden):
        deciding(company, subject, "management")
    assert deciding(company, subject, "legal") == "open"
    assert not rounds.holds(the(subject), "approve", TEXT)
    assert deciding(company, subject, "management") == "approved"


def test_one_person_cannot_decide_two_steps(company, subject):
    asking(company, subject, "2000")
    deciding(company, subject, "legal")
    with pytest.raises(Forbidden):
        deciding(company, subject, "management", who=51)


def test_whoever_asks_cannot_approve_even_with_the_role(company, subject):
    """Maker and checker are different persons, whatever roles one person holds."""
    asking(company, subject)
    access.become(company.actor(company.ann, Held("legal")))
    with pytest.raises(Forbidden), transaction():
        rounds.decide(the(subject), "approve", "approved", "", TEXT)


def test_a_yes_to_another_text_is_refused(company, subject):
    asking(company, subject)
    with pytest.raises(Conflict):
        deciding(company, subject, "legal", text=OTHER)


def test_an_approval_does_not_hold_for_another_text(company, subject):
    asking(company, subject)
    deciding(company, subject, "legal")
    assert not rounds.holds(the(subject), "approve", OTHER)


def test_an_answer_is_kept_whole_or_refused(company, subject):
    """Conditions written beneath the four-thousandth letter would bind nobody."""
    asking(company, subject)
    with pytest.raises(Invalid) as caught:
        deciding(company, subject, "legal", comment="字" * 4001)
    assert list(caught.value.fields) == ["comment"]
    assert not rounds.holds(the(subject), "approve", TEXT)
    deciding(company, subject, "legal", comment="字" * 4000)
    assert rounds.steps_of(the(subject), "approve")[0].comment == "字" * 4000


def test_a_no_needs_words_and_ends_the_round(company, subject):
    asking(company, subject, "2000")
    with pytest.raises(Invalid) as caught:
        deciding(company, subject, "legal", "returned")
    assert "comment" in caught.value.fields
    assert deciding(company, subject, "legal", "returned", "請改第 9 條") == "returned"
    assert [s.status for s in rounds.steps_of(the(subject), "approve")] == ["returned", "withdrawn"]


def test_deciding_twice_finds_it_decided(company, subject):
    asking(company, subject)
    deciding(company, subject, "legal")
    with pytest.raises(Conflict):
        deciding(company, subject, "legal", who=53)


def test_voiding_takes_back_what_was_approved(company, subject):
    asking(company, subject)
    deciding(company, subject, "legal")
    with transaction():
        assert rounds.void(the(subject), "approve", "text changed")
    assert not rounds.holds(the(subject), "approve", TEXT)


def test_without_a_confirmed_rule_nothing_can_be_asked(company, subject):
    access.become(company.actor(company.ann, Held("sales")))
    with pytest.raises(Unmet), transaction():
        rounds.ask(the(subject), "another_action", Request(TEXT))


def test_a_rule_not_yet_confirmed_decides_nothing(company, subject):
    """Power needs two: a proposed rule is no rule."""
    with access.acting_as(access.SYSTEM), transaction():
        session().add(ApprovalRule(subject_type="customer", step_no=3, role="chairman"))
    assert asking(company, subject) == ["legal"]


def test_a_condition_that_cannot_be_read_is_refused_when_entered(company):
    with access.acting_as(access.SYSTEM), pytest.raises(Invalid) as caught, transaction():
        session().add(
            ApprovalRule(
                subject_type="customer",
                step_no=1,
                role="legal",
                condition=[{"field": "amount", "op": "about"}],
            )
        )
    assert "condition" in caught.value.fields


def waiting(company, subject, who, *roles):
    """The steps that wait for a person, found by one statement, and each asked one by one."""
    access.become(actor := company.actor(who, *map(Held, roles)))
    found = list(session().scalars(deciders.waiting_for(actor)))
    every = session().scalars(select(Approval).where(Approval.status == "pending"))
    record = the(subject)
    fitting = [s for s in every if record is not None and deciders.barred(s, record, actor) is None]
    assert found == fitting
    return [step.approver_ref for step in found]


def test_only_what_is_asked_of_a_person_waits_for_them(company, subject):
    asking(company, subject)
    assert waiting(company, subject, 51, "legal") == ["legal"]
    assert waiting(company, subject, 52, "management") == []


def test_what_one_asked_made_or_cannot_see_does_not_wait_for_them(company, subject):
    asking(company, subject)
    assert waiting(company, subject, company.ann, "legal") == []  # asked
    made = company.actor(53, Held("legal"))
    with access.acting_as(access.SYSTEM), transaction():
        stepping_by(the(subject), made.account_id)
    assert waiting(company, subject, 53, "legal") == []  # made
    access.forget_rules()
    try:
        assert waiting(company, subject, 54, "legal") == []  # cannot see
    finally:
        policy.apply()
    assert waiting(company, subject, 54, "legal") == ["legal"]


def stepping_by(row, account_id):
    """As if this account had entered the row."""
    row.created_by_id = account_id


def test_who_said_yes_is_not_asked_again(company, subject):
    asking(company, subject, "2000")
    deciding(company, subject, "legal")
    assert waiting(company, subject, 51, "legal", "management") == []
    assert waiting(company, subject, 55, "legal", "management") == ["management"]


def test_my_work_takes_as_many_statements_for_many_steps_as_for_one(company, subject):
    asking(company, subject)
    access.become(company.actor(51, Held("legal")))
    with counting(session().get_bind()) as one:
        assert len(my_work.waiting(50)) == my_work.count(50) == 1
    with access.acting_as(access.SYSTEM), transaction():
        more = [
            Customer(name=f"丙公司{at}", owner_id=company.ann, department_id=company.team_a)
            for at in range(5)
        ]
        session().add_all(more)
    for other in more:
        asking(company, other.id)
    access.become(company.actor(51, Held("legal")))
    with counting(session().get_bind()) as many:
        assert len(my_work.waiting(50)) == my_work.count(50) == 6
    assert len(many) == len(one)


def test_a_kind_whose_makers_nobody_named_cannot_be_asked_about(company, subject):
    with access.acting_as(access.SYSTEM), transaction():
        employee = session().get_one(Employee, company.ann)
        with pytest.raises(LookupError):
            rounds.ask(employee, "approve", Request(TEXT))


def test_only_holders_of_a_role_can_all_be_asked(company):
    with access.acting_as(access.SYSTEM), pytest.raises(Invalid) as caught, transaction():
        session().add(
            ApprovalRule(subject_type="customer", approver_kind="department_head", quorum="all")
        )
    assert set(caught.value.fields) == {"quorum"}


def test_every_step_has_the_time_its_rule_gave_when_it_was_asked(company, subject):
    """Also the next one, though whoever decides the first may not read the rule."""
    with access.acting_as(access.SYSTEM), transaction():
        late = ApprovalRule(subject_type="customer", step_no=3, role="finance_head", sla_hours=4)
        session().add(late)
        session().flush()
        APPROVAL_RULE.advance(late, "confirm", automatic=True)
    with clock.standing_at(datetime(2035, 1, 10, 2, tzinfo=UTC)):
        asking(company, subject, "500")
        deciding(company, subject, "legal")
    with access.acting_as(access.SYSTEM):
        step = rounds.steps_of(the(subject), "approve")[-1]
        assert (step.status, step.due_at - step.requested_at) == ("pending", timedelta(hours=4))


def test_days_off_do_not_count_for_the_time_a_step_has(company, subject):
    """Friday 17:00 with 48 hours: Tuesday 17:00; later where the company's calendar says so (A06)."""
    friday, due = datetime(2035, 1, 12, 9, tzinfo=UTC), []
    for off in ("", "2035-01-15 2035-01-16"):
        with access.acting_as(access.SYSTEM), transaction():
            row = Setting(
                key="calendar.days", value={"off": off}, source="x", valid_from=friday.date()
            )
            session().add(row)
            session().flush()
            SETTING.advance(row, "confirm", automatic=True)
        with clock.standing_at(friday):
            asking(company, subject, "500")
        with access.acting_as(access.SYSTEM):
            due.append(rounds.steps_of(the(subject), "approve")[0].due_at - friday)
    assert due == [timedelta(days=4), timedelta(days=6)]


@pytest.mark.parametrize(
    ("given", "op", "value", "asked"),
    [
        (Decimal("100.00"), "eq", "100", True),
        (Decimal("1000"), "eq", "1,000.00", True),
        (Decimal("1000"), "ge", "１，０００", True),
        (Decimal("999"), "ge", "１，０００", False),
        (Decimal("10"), "eq", "1,0", False),
        (Decimal("100.01"), "eq", "100", False),
        (Decimal("100.00"), "ne", "100", False),
        (None, "eq", "100", False),
        ("TWD", "eq", "TWD", True),
        (True, "eq", "1", False),
    ],
)
def test_a_sum_is_the_same_however_it_is_written(given, op, value, asked):
    assert conditions.hold([{"field": "x", "op": op, "value": value}], {"x": given}, "TWD") is asked
