"""Whoever worked on a text does not approve it, however many worked on it after them (R3.3.2)."""

from __future__ import annotations

import pytest

from portal.chapters.sales.workflows import CONTRACT
from portal.documents.review import binding
from portal.engines.approval import deciders, rounds
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.errors import Forbidden
from portal.seed import terms, walk


def fresh(record):
    return session().get_one(type(record), record.id)


def edit(company, name, record, field, value):
    with walk.person(company.accounts, name):
        setattr(fresh(record), field, value)


def submitted(company, record, name="sales_a"):
    walk.generate(company.accounts, name, record)
    walk.submit(company.accounts, name, record)


def waits(company, name):
    with walk.person(company.accounts, name):
        return len(session().scalars(deciders.waiting_for(access.current())).all())


def test_a_lawyer_who_changed_the_fees_does_not_approve_them(company):
    contract = company.contract()
    edit(company, "legal", contract, "fee_terms", terms.fixed(60_000))
    edit(company, "sales_a", contract, "title", "另一個名稱")
    submitted(company, contract)
    assert waits(company, "legal") == 0
    with pytest.raises(Forbidden):
        walk.answer(company.accounts, "legal", contract, "approved")


def test_a_lawyer_who_changed_an_agreement_does_not_approve_it(company):
    agreement = company.agreement()
    edit(company, "legal", agreement, "survival_months", 48)
    edit(company, "hr", agreement, "survival_months", 60)
    submitted(company, agreement, "hr")
    with pytest.raises(Forbidden):
        walk.answer(company.accounts, "legal", agreement, "approved")


def test_who_approved_is_no_maker_and_what_was_approved_has_no_makers_but_the_first(company):
    """The last approver, in whose name the portal moved the record on, is asked again."""
    contract = company.contract()
    edit(company, "sales_a_mgr", contract, "title", "組長改過的名稱")
    submitted(company, contract)
    walk.answer(company.accounts, "legal", contract, "approved")
    with pytest.raises(Forbidden):
        walk.answer(company.accounts, "sales_a_mgr", contract, "approved")
    walk.answer(company.accounts, "sales_head", contract, "approved")
    with walk.person(company.accounts, "sales_a"):
        CONTRACT.advance(fresh(contract), "text_altered", "客戶要求改期")
    edit(company, "sales_a", contract, "payment_days", 40)
    submitted(company, contract)
    walk.approve_contract(company.accounts, contract, "sales_a_mgr")
    with access.acting_as(access.SYSTEM):
        record = fresh(contract)
        assert rounds.holds(record, "approve", binding.content(record))
