"""Approval rules: entered in boxes by administrators, confirmed by Management, read by Legal (R3.3.2)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.chapters.sales.models import Contract
from portal.engines.approval import deciders, rounds
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.rules import Request
from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Unmet
from portal.organization.identity import actor_of
from portal.organization.models import Employee
from portal.seed import records, walk
from tests.appointing import appoint
from tests.portal.web.record_view.conftest import sent_back, words

LIST, NEW = "/organization/approval_rule/", "/organization/approval_rule/new/"
ADVANCE = "/organization/approval_rule/advance/"
TEXT = "a" * 64


def entered(company, /, **typed):
    browser = company.as_person("admin")
    return browser.post(NEW, browser.fields(NEW) | {"subject_type": "contract", **typed})


def rule(company, /, **typed):
    """A rule in force; returns its id."""
    ident = company.as_person("admin").ident_after(entered(company, **typed))
    assert step(company, "exec", ident, "confirm").status_code == 302
    return ident


def step(company, who, ident, name, **more):
    data = {"id": ident, "step": name, "from": "details", **more}
    return company.as_person(who).post(ADVANCE, data)


@pytest.fixture
def contract(company):
    """A draft of sales_a, whose manager is sales_a_mgr."""
    client = company.client("sales_a", "Cloud")
    accounts = company.accounts
    with access.acting_as(access.SYSTEM), transaction():
        mine = session().get_one(Employee, accounts["sales_a"].employee_id)
        mine.manager_id = accounts["sales_a_mgr"].employee_id
    found = records.contract(accounts, "sales_a", company.row(records.Customer, client), "Deal")
    remove_session()
    return found.id


def asked(company, contract, amount="100", **facts):
    """Whom the steps of a new round address, as (kind, reference)."""
    with walk.person(company.accounts, "sales_a"):
        request = Request(TEXT, Decimal(amount), "TWD", facts)
        steps = rounds.ask(session().get_one(Contract, contract), "approve", request)
        return [(s.approver_kind, s.approver_ref) for s in steps]


def waits_for(company, who):
    remove_session()
    with access.acting_as(access.SYSTEM):
        actor = actor_of(company.accounts[who])
    with access.acting_as(actor):
        return len(session().scalars(deciders.waiting_for(actor)).all())


def test_a_rule_is_entered_in_boxes_and_says_itself_in_words(company, contract):
    conditions = {
        "condition-0-field": "amount",
        "condition-0-op": "ge",
        "condition-0-setting": "approval.L1",
        "condition-1-field": "payment_days",
        "condition-1-op": "gt",
        "condition-1-value": "60",
    }
    answer = entered(company, role="management", step_no="4", **conditions)
    ident = company.as_person("admin").ident_after(answer)
    row = company.row(ApprovalRule, ident)
    assert row.condition == [
        {"field": "amount", "op": "ge", "setting": "approval.L1"},
        {"field": "payment_days", "op": "gt", "value": "60"},
    ]
    said = company.as_person("admin").read(f"/organization/approval_rule/details/?id={ident}")
    assert "Amount at least “Contract total from which Management approves”" in said
    assert "Payment term (days) more than 60" in said
    assert "Management confirms; only then the rule holds." in said
    assert '"field"' not in company.as_person("admin").get(LIST).text


def test_a_rule_holds_only_once_another_person_confirmed_it(company, contract):
    ident = company.as_person("admin").ident_after(entered(company, role="legal"))
    with pytest.raises(Unmet):
        asked(company, contract)
    assert step(company, "admin", ident, "confirm").status_code == 403
    assert step(company, "exec", ident, "confirm").status_code == 302
    assert asked(company, contract) == [("role", "legal")]
    details = company.as_person("exec").read(f"/organization/approval_rule/details/?id={ident}")
    assert "Confirmed by 林知遠" in details


def test_conditions_decide_whether_a_step_is_asked(company, contract):
    rule(company, role="legal")
    big = {"condition-0-field": "amount", "condition-0-op": "ge", "condition-0-value": "1,000.50"}
    rule(company, role="management", step_no="2", **big)
    changed = {"condition-0-field": "standard_text", "condition-0-op": "false"}
    rule(company, role="legal_head", step_no="3", **changed)
    assert asked(company, contract, "1000", standard_text=True) == [("role", "legal")]
    assert asked(company, contract, "1000.50", standard_text=False) == [
        ("role", "legal"),
        ("role", "management"),
        ("role", "legal_head"),
    ]


def test_the_head_of_the_department_or_of_the_one_above_is_asked(company, contract):
    rule(company, approver_kind="department_head")
    appoint("SAL-A", None)
    asked(company, contract)
    assert waits_for(company, "sales_head") == 1  # team A has no head of its own
    appoint("SAL-A", company.accounts["sales_a_mgr"].employee_id)
    assert waits_for(company, "sales_head") == 0
    assert waits_for(company, "sales_a_mgr") == 1
    assert waits_for(company, "ops_head") == 0


def test_the_manager_of_the_owner_and_a_named_person_can_be_asked(company, contract):
    rule(company, approver_kind="line_manager")
    named = company.accounts["finance_mgr"].id
    rule(company, approver_kind="named_user", person=str(named), step_no="2")
    manager = company.accounts["sales_a_mgr"].employee_id
    assert asked(company, contract) == [("line_manager", str(manager)), ("named_user", str(named))]
    assert waits_for(company, "sales_a_mgr") == 1
    assert waits_for(company, "finance_mgr") == 0  # only once the first said yes


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"subject_type": ""}, "Subject is needed."),
        ({"subject_type": "contact"}, "Subject: this is not one of the choices."),
        ({"role": ""}, "Say which role decides."),
        ({"role": "wizard"}, "Say which role decides."),
        ({"approver_kind": "named_user", "role": ""}, "Person: choose who decides."),
        ({"approver_kind": "line_manager"}, "A role belongs only to"),
        ({"step_no": "0"}, "Steps are numbered 1 to 20."),
        ({"sla_hours": "99999"}, "One to 2,000 hours."),
        ({"valid_to": "2020-01-01"}, "The term ends before it begins."),
        ({"condition-0-field": "amount"}, "A condition says how to compare."),
        ({"condition-0-op": "ge"}, "A condition names something this record has."),
        (
            {
                "condition-0-field": "seal_kind",
                "condition-0-op": "eq",
                "condition-0-value": "company",
            },
            "A condition names something this record has.",
        ),
        (
            {"condition-0-field": "amount", "condition-0-op": "ge", "condition-0-value": "much"},
            "Write the sum in digits",
        ),
        (
            {"condition-0-field": "amount", "condition-0-op": "ge", "condition-0-value": "12,5"},
            "Write the sum in digits",
        ),
        (
            {"condition-0-field": "amount", "condition-0-op": "eq", "condition-0-value": "1,0"},
            "Write the sum in digits",
        ),
        ({"condition-0-field": "amount", "condition-0-op": "true"}, "cannot be compared like this"),
        (
            {"condition-0-field": "fee_model", "condition-0-op": "ge", "condition-0-value": "1"},
            "cannot be compared like this",
        ),
        (
            {"condition-0-field": "fee_model", "condition-0-op": "eq", "condition-0-value": "x"},
            "Fee model is one of: fixed",
        ),
        ({"condition-0-field": "amount", "condition-0-op": "ge"}, "with a setting or with a value"),
        (
            {
                "condition-0-field": "amount",
                "condition-0-op": "ge",
                "condition-0-value": "1",
                "condition-0-setting": "approval.L1",
            },
            "with a setting or with a value",
        ),
        (
            {
                "condition-0-field": "amount",
                "condition-0-op": "ge",
                "condition-0-setting": "seal.code",
            },
            "compares with a setting that is a sum",
        ),
        (
            {
                "condition-0-field": "amount",
                "condition-0-op": "ge",
                "condition-0-setting": "retention.years",
            },
            "Amount cannot be compared with this setting.",
        ),
        (
            {
                "condition-0-field": "payment_days",
                "condition-0-op": "ge",
                "condition-0-setting": "retention.years",
            },
            "cannot be compared with this setting.",
        ),
    ],
)
def test_a_rule_that_could_not_be_read_is_refused_in_words(company, typed, said):
    answer = entered(company, **{"role": "legal", **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    back = sent_back(answer)
    for name, value in typed.items():
        if name.endswith(("value", "op", "_no", "_hours", "_to")):  # forged choices are no choices
            assert back[name] == value


def test_a_rule_in_force_does_not_change_and_two_people_retire_it(company, contract):
    ident = rule(company, role="legal")
    browser, edit = company.as_person("admin"), f"/organization/approval_rule/edit/?id={ident}"
    assert browser.get(edit).status_code == 409
    assert browser.post(edit, {"version": "2", "role": "sales"}).status_code == 409
    assert step(company, "exec", ident, "ask_retire", reason="x").status_code == 302
    assert step(company, "exec", ident, "retire").status_code == 409
    assert step(company, "exec", ident, "keep").status_code == 302
    assert step(company, "admin", ident, "ask_retire", reason="x").status_code == 302
    assert step(company, "admin", ident, "retire").status_code == 403
    assert asked(company, contract) != []
    assert step(company, "exec", ident, "retire").status_code == 302
    with pytest.raises(Unmet):
        asked(company, contract)


def test_an_administrator_takes_back_what_nobody_confirmed_yet(company):
    ident = company.as_person("admin").ident_after(entered(company, role="legal"))
    assert step(company, "admin", ident, "withdraw").status_code == 302
    assert company.row(ApprovalRule, ident).state == "retired"
