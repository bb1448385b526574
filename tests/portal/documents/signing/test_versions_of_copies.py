"""The QR code of a paper tells its version: an earlier version that was signed is refused (R3.3.2)."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest

from portal.documents.papers import generation
from portal.kernel import access
from portal.kernel.db import session
from portal.seed import records, walk
from tests.faults.ready import read_on_it, ready_pdf
from tests.scans import sheets

EARLIER = "此檔案上的 QR 碼屬於本文件的第 1 版，而核准的是第 2 版"


@pytest.fixture
def contract(company):
    """A contract that was made, changed and made again, and is out for signature."""
    accounts = company.accounts
    client = records.client(accounts, "sales_b", "高雄物流股份有限公司", "04595257")
    made = records.contract(accounts, "sales_b", client, "物流業務外包")
    walk.generate(accounts, "sales_b", made)
    with walk.person(accounts, "sales_b"):
        session().get_one(type(made), made.id).title = "物流業務外包（修訂）"
    walk.generate(accounts, "sales_b", made)
    walk.submit(accounts, "sales_b", made)
    walk.approve_contract(accounts, made, "sales_b_mgr")
    walk.seal_contract(accounts, "sales_b", made)
    return made


def paper(contract):
    session().expire_all()
    return session().get_one(type(contract), contract.id).document


def code(contract, version=None):
    """What the code of a version says; without one, as codes did before they told it."""
    with access.acting_as(access.SYSTEM):
        return generation.verify_url(paper(contract), version)


def named(contract, page):
    """A page after one whose text names the paper."""
    joined = pypdfium2.PdfDocument.new()
    for one in (ready_pdf(f"signed {code(contract).rpartition('/')[2]}"), page):
        joined.import_pages(pypdfium2.PdfDocument(one))
    out = BytesIO()
    joined.save(out)
    return out.getvalue()


def sent(company, contract, data, token="t" * 20, **more):
    with access.acting_as(access.SYSTEM):
        page = f"/papers/{paper(contract).id}/signed-copy"
    scan = {"file": (BytesIO(data), "scan.pdf"), "token": token}
    return company.browser("legal").post(page, data=read_on_it() | scan | more)


def test_an_earlier_version_is_refused_by_its_code_alone(company, contract):
    """Also where the text names the paper: that of its versions does so in each."""
    first = sheets("", code(contract, 1))
    for earlier in (first, named(contract, first)):
        answer = sent(company, contract, earlier)
        assert answer.status_code == 422
        assert EARLIER in answer.text
        assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("version", [2, None], ids=["the approved one", "not told"])
@pytest.mark.parametrize("text", [True, False])
def test_the_approved_version_comes_back_as_ever(company, contract, version, text):
    """So do papers from before codes told the version."""
    page = sheets(code(contract, version))
    copy = named(contract, page) if text else page
    assert sent(company, contract, copy).status_code == 202


def test_a_code_beside_it_is_none_of_a_paper_its_text_names(company, contract):
    other = code(contract, 1).replace("-000001", "-000009")
    assert other != code(contract, 1)
    assert sent(company, contract, named(contract, sheets(other))).status_code == 202


@pytest.mark.parametrize(
    ("more", "told"), [("?v=1", True), ("?v=2", False), ("", False), ("?v=x", False)]
)
def test_whoever_scans_an_earlier_version_is_told_so(company, contract, more, told):
    with access.acting_as(access.SYSTEM):
        number = paper(contract).no
    browser = company.browser("sales_b")
    answer = browser.get(f"/v/{number}{more}")
    assert answer.status_code == 302
    assert ("您掃描的 QR 碼屬於第 1 版" in browser.get(answer.location).text) is told
