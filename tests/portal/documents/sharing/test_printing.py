"""Issued agreements are printed as one file, each download logged as its own (R8.1.2, R8.1.3)."""

from __future__ import annotations

import pypdfium2
from sqlalchemy import select

from doc_templates.pdf.stack import stacked
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.documents.sharing import printing
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.seed import walk
from tests.faults.ready import ready_pdf
from tests.portal.documents.conftest import Company

ISSUE = "/confidentiality/issue/"
PRINT = f"{ISSUE}print"


def issued(company: Company, name: str) -> ConfidentialityAgreement:
    """An agreement on its way to be signed."""
    made = company.agreement(name)
    walk.generate(company.accounts, "hr", made)
    with walk.person(company.accounts, "hr"), transaction():
        agreement = session().get_one(ConfidentialityAgreement, made.id)
        AGREEMENT.advance(agreement, "standard")
        AGREEMENT.advance(agreement, "issue")
    return made


def pages(data: bytes) -> list[str]:
    """The words of each page."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_range().strip() for page in pdf]


def downloads(company: Company) -> list[int]:
    """Which papers the log says were downloaded by Human Resources."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        query = select(AuditEvent.object_id).where(
            AuditEvent.object_type == "document",
            AuditEvent.action == "downloaded",
            AuditEvent.actor_id == company.accounts["hr"].id,
        )
        return sorted(session().scalars(query.order_by(AuditEvent.seq)))


def test_each_paper_begins_on_a_sheet_of_its_own():
    one, other = ready_pdf("one"), ready_pdf("other")
    said = pages(stacked([one, stacked([one, other]), other]))
    assert [text.split()[0] if text else "" for text in said] == [
        *("one", ""),
        *("one", "", "other", ""),
        *("other", ""),
    ]


def test_what_is_ticked_is_one_file_and_every_paper_of_it_is_in_the_log(company: Company):
    first, second, third = (issued(company, name) for name in ("mkt", "disabled", "cs"))
    hr = company.browser("hr")
    page = hr.get(ISSUE).text
    for one in (first, second, third):
        assert f'name="agreement" value="{one.id}"' in page
    answer = hr.get(PRINT, query_string={"agreement": [first.id, third.id, third.id, "x"]})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert [bool(text) for text in pages(answer.data)] == [True, False, True, False]
    with access.acting_as(access.SYSTEM):
        papers = [session().get_one(type(one), one.id).document_id for one in (first, third)]
    assert downloads(company) == sorted(papers)


def test_nothing_is_given_out_that_was_not_ticked_or_is_not_issued(company: Company):
    draft = company.agreement("mkt")
    walk.generate(company.accounts, "hr", draft)
    hr = company.browser("hr")
    assert 'name="agreement"' not in hr.get(ISSUE).text
    for query in ({}, {"agreement": [draft.id]}, {"agreement": ["9" * 30]}):
        answer = hr.get(PRINT, query_string=query)
        assert (answer.status_code, answer.location) == (302, ISSUE)
    assert downloads(company) == []


def test_whoever_issues_none_prints_none(company: Company):
    made = issued(company, "mkt")
    for who in ("sales_a", "mkt", "finance"):
        answer = company.browser(who).get(PRINT, query_string={"agreement": [made.id]})
        assert answer.status_code in (403, 404)


def test_one_that_may_not_be_taken_away_is_named_and_the_log_says_of_none_that_it_was(
    company: Company,
):
    first, second = issued(company, "mkt"), issued(company, "cs")
    with access.acting_as(access.SYSTEM), transaction():
        paper = session().get_one(type(second), second.id).document
        paper.classification = "secret"
        number = paper.no
    answer = company.browser("hr").get(PRINT, query_string={"agreement": [first.id, second.id]})
    assert answer.status_code == 403
    assert number in answer.text
    assert downloads(company) == []


def test_more_than_fit_are_listed_in_turn(company: Company, monkeypatch):
    for name in ("mkt", "cs"):
        issued(company, name)
    monkeypatch.setattr(printing, "MOST", 1)
    page = company.browser("hr").get(ISSUE).text
    assert page.count('name="agreement"') == 1
    assert "待簽署：2" in page
    assert "先列出前 1 份" in page
