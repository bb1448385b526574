"""A paper goes to review, and stays approved, only while it says what its record says (R3.3.1, R3.3.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Contact
from portal.chapters.sales.models import Contract
from portal.documents.signing import seal_requests
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.seed import terms, walk

CHANGED = "The record changed since the paper was made; make it again."


def said(refused):
    return [words.english for words in refused.value.missing]


def test_fees_changed_after_the_paper_was_made_are_not_approved_by_their_new_sum(company):
    """Else a paper over five million would ask those whom a thousand asks."""
    contract = company.contract(fee_terms=terms.fixed(5_000_000))
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Contract, contract.id).fee_terms = terms.fixed(1_000)
    with pytest.raises(Unmet) as refused:
        walk.submit(company.accounts, "sales_a", contract)
    assert said(refused) == [CHANGED]
    walk.generate(company.accounts, "sales_a", contract)
    walk.submit(company.accounts, "sales_a", contract)


def test_what_the_paper_says_of_the_client_is_the_record_s_too(company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        session().query(Contact).one().email = "another@client.example"
    with pytest.raises(Unmet) as refused:
        walk.submit(company.accounts, "sales_a", contract)
    assert said(refused) == [CHANGED]


@pytest.mark.parametrize("step", ["standard", "submit"])
def test_an_agreement_over_other_months_than_its_paper_is_not_standard(company, step):
    agreement = company.agreement()
    walk.generate(company.accounts, "hr", agreement)
    with walk.person(company.accounts, "hr"):
        session().get_one(ConfidentialityAgreement, agreement.id).survival_months = 120
    with pytest.raises(Unmet) as refused, walk.person(company.accounts, "hr"):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, agreement.id), step)
    assert CHANGED in said(refused)


@pytest.mark.parametrize(
    ("column", "value"), [("report_every", "week"), ("details", "{}"), ("locale", "en")]
)
def test_whatever_the_record_says_is_bound_by_the_approval(company, column, value):
    contract = company.approved()
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text(f"UPDATE contract SET {column} = :value"), {"value": value})
    with pytest.raises(Unmet), walk.person(company.accounts, "sales_a"):
        seal_requests.request_seal(
            session().get_one(Contract, contract.id), seal_requests.Asked(purpose="簽約")
        )
