"""What a template's manifest calls for is asked: approvals beyond Legal for values beyond the usual (R3.3.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.engines.approval import rounds
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.seed import records, walk

pytestmark = pytest.mark.office


def asked(kind, ident):
    """The roles of the open round, in the order in which they are asked."""
    with access.acting_as(access.SYSTEM):
        return [s.approver_ref for s in rounds.steps_of(session().get_one(kind, ident), "approve")]


@pytest.fixture
def contract(portal):
    """A draft of usual terms, small enough for Legal and the head of Sales alone."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    return records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")


def agreed(portal, contract, group, **values):
    """The contract says so, and its paper is made and submitted."""
    with walk.person(portal.accounts, "sales_a"):
        row = session().get_one(Contract, contract.id)
        row.details = {**row.details, group: {**row.details.get(group, {}), **values}}
    walk.generate(portal.accounts, "sales_a", contract)
    walk.submit(portal.accounts, "sales_a", contract)


def test_usual_terms_ask_nobody_else(portal, contract):
    agreed(portal, contract, "scope")
    assert asked(Contract, contract.id) == ["legal", "sales_head"]


def test_collecting_for_the_client_asks_finance(portal, contract):
    agreed(portal, contract, "scope", may_collect=True)
    assert asked(Contract, contract.id) == ["legal", "sales_head", "finance_head"]


def test_two_reasons_are_one_question(portal, contract):
    """Days to pay beyond the standard and collecting for the client both ask the head of Finance."""
    with walk.person(portal.accounts, "sales_a"):
        session().get_one(Contract, contract.id).payment_days = 60
    agreed(portal, contract, "scope", may_collect=True)
    assert asked(Contract, contract.id) == ["legal", "sales_head", "finance_head"]


def test_more_liability_than_usual_asks_management(portal, contract):
    agreed(portal, contract, "liability", cap_pct="150")
    assert asked(Contract, contract.id) == ["legal", "sales_head", "management"]


def test_what_no_rule_asks_for_is_not_passed_over(portal, contract):
    with access.acting_as(access.SYSTEM), transaction():
        rules = select(ApprovalRule).where(ApprovalRule.role == "management")
        for rule in session().scalars(rules):
            APPROVAL_RULE.advance(rule, "ask_retire", "改由其他規則核准", automatic=True)
            APPROVAL_RULE.advance(rule, "retire", automatic=True)
    with pytest.raises(Unmet) as refused:
        agreed(portal, contract, "liability", cap_pct="150")
    assert [str(said) for said in refused.value.missing] == [
        "The template asks for an approval that no rule in force asks for: Management."
    ]
    assert asked(Contract, contract.id) == []
