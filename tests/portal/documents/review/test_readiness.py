"""A paper goes to review, and stays approved, only while it says what its record says (R3.3.1, R3.3.2)."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import text

from doc_templates import catalogue
from doc_templates.zipped import read_members, write_members
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Contact
from portal.chapters.sales.models import Contract
from portal.documents.archive import objects
from portal.documents.papers import checkout
from portal.documents.signing import seal_requests
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.seed import terms, walk

CHANGED = "The record changed since the paper was made; make it again."


EARLIER = "{{ contract.title }}"


def earlier_text():
    """A D01 in use that does not know the title of its contract."""
    members = read_members(catalogue.built_in("D01", "zh-Hant"))
    body = members["word/document.xml"].decode()
    assert EARLIER in body
    members["word/document.xml"] = body.replace(EARLIER, "").encode()
    manifest = catalogue.manifest_text("D01").splitlines(keepends=True)
    kept = [line for line in manifest if not line.startswith('"contract.title"')]
    assert len(kept) == len(manifest) - 1
    with access.acting_as(access.SYSTEM), transaction():
        library.add("D01", "zh_Hant", write_members(members), "".join(kept), into_use=True)


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
    ("column", "value"),
    [("report_every", "week"), ("details", "{}"), ("locale", "en"), ("title", "別案")],
)
def test_whatever_the_record_says_is_bound_by_the_approval(company, column, value):
    contract = company.approved()
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text(f"UPDATE contract SET {column} = :value"), {"value": value})
    with pytest.raises(Unmet), walk.person(company.accounts, "sales_a"):
        seal_requests.request_seal(
            session().get_one(Contract, contract.id), seal_requests.Asked(purpose="簽約")
        )


def test_a_contract_renamed_after_its_paper_was_made_is_not_submitted_under_the_old_name(company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Contract, contract.id).title = "別案"
    with pytest.raises(Unmet) as refused:
        walk.submit(company.accounts, "sales_a", contract)
    assert said(refused) == [CHANGED]


def test_a_paper_of_an_earlier_text_is_held_to_what_that_text_says(company):
    """It is neither out of date nor loses its approval for a value newer texts print (R3.3.2)."""
    earlier_text()
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Contract, contract.id).title = "別案"
    walk.submit(company.accounts, "sales_a", contract)
    walk.approve_contract(company.accounts, contract, "sales_a_mgr")
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET title = '第三案'"))
    with walk.person(company.accounts, "sales_a"):
        asked = seal_requests.Asked(purpose="簽約")
        assert seal_requests.request_seal(session().get_one(Contract, contract.id), asked).no


def test_a_record_is_read_while_the_store_is_away_and_its_step_waits(company, tmp_path):
    """A draft edited in Word is held against its record, which takes its bytes."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        paper = session().get_one(Contract, contract.id).document
        checkout.check_out(paper)
        ident, word = paper.id, objects.read(paper.file("docx"))
    back = {"file": (io.BytesIO(word), "改.docx")}
    company.browser("sales_a").post(f"/papers/{ident}/upload", data=back)
    walk.work()
    page = f"/sales/contract/details/?id={contract.id}"
    store = company.config.data / "store"
    store.rename(tmp_path / "not-mounted")
    try:
        answer = company.browser("sales_a").get(page)
    finally:
        (tmp_path / "not-mounted").rename(store)
    assert (answer.status_code, "文件儲存區沒有回應" in answer.text) == (200, True)
    assert "文件儲存區沒有回應" not in company.browser("sales_a").get(page).text
