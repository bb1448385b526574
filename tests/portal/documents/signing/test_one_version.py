"""A signed copy of pages of several versions, or of fewer pages than were sent out (R3.3.2, R8.1.2)."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import select

from portal.documents.models import DocumentVersion
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.seed import walk
from tests.faults.ready import signed_pdf
from tests.portal.documents.signing.test_versions_of_copies import code, contract, paper, sent
from tests.scans import sheets

assert contract  # the fixture: a contract whose second version is out for signature


def after(company, made):
    """The state of the paper and what its failed copy says, once the worker had it."""
    walk.work()
    with access.acting_as(access.SYSTEM):
        found = paper(made)
        copies = [v for v in found.versions if v.kind == "signed_scan"]
        return found.state, [v.error for v in copies if v.state == "failed"]


def test_a_scan_of_pages_of_two_versions_is_not_stored(company, contract):
    """Its first code is that of the approved version, so the form takes it; the worker looks at all."""
    scan = sheets(code(contract, 2), code(contract, 2), code(contract, 1))
    assert sent(company, contract, scan).status_code == 202
    state, (said,) = after(company, contract)
    assert state == "out_for_signature"
    assert "第 3 頁屬於本文件的第 1 版" in said
    assert (
        sent(company, contract, sheets(*[code(contract, 2)] * 3), token="u" * 20).status_code == 202
    )
    assert after(company, contract) == ("signed", [])


@pytest.mark.parametrize("words", ["版次：", "版本：", "Version: "])
def test_a_footer_of_another_version_is_refused_at_once(company, contract, words):
    with access.acting_as(access.SYSTEM):
        number = paper(contract).no
    pages = [signed_pdf("", f"No. {number}\u3000\u3000{words}{version}") for version in (2, 1)]
    joined, out = pypdfium2.PdfDocument.new(), BytesIO()
    for one in pages:
        joined.import_pages(pypdfium2.PdfDocument(one))
    joined.save(out)
    answer = sent(company, contract, out.getvalue())
    assert answer.status_code == 422
    assert "第 2 頁屬於本文件的第 1 版" in answer.text
    assert sent(company, contract, pages[0]).status_code == 202


def test_a_copy_with_fewer_pages_is_taken_once_somebody_says_why(company, contract):
    with access.acting_as(access.SYSTEM), transaction():
        query = select(DocumentVersion).where(DocumentVersion.kind == "pdf")
        for version in session().scalars(query):
            version.pages = 5
    scan = sheets(code(contract, 2), "")
    asked = sent(company, contract, scan, fewer_pages_because="")
    assert asked.status_code == 422
    assert 'id="fewer_pages_because-error"' in asked.text
    assert "此檔案有 2 頁，送簽的文件有 5 頁" in asked.text
    assert sent(company, contract, scan, fewer_pages_because="每頁掃描兩面").status_code == 202
    assert after(company, contract) == ("signed", [])
    with access.acting_as(access.SYSTEM):
        where = f"/papers/{paper(contract).id}?tab=signing"
    assert "每頁掃描兩面" in company.browser("sales_b").get(where).text
