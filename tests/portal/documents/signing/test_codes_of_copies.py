"""A scan without text is known by the QR code its pages carry: another paper's is refused (R3.3.2)."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from portal.documents.archive import uploads
from portal.documents.models import SigningEvent
from portal.documents.papers import generation
from portal.documents.signing import signed_copies
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.jobs import Job
from portal.seed import records, walk
from tests.faults.ready import read_on_it, ready_pdf
from tests.scans import sheets

ANOTHER = "此檔案上的 QR 碼屬於另一份文件"


@pytest.fixture
def foreign(company):
    """What the code of a paper of team A says, and its number."""
    contract = company.approved()
    with access.acting_as(access.SYSTEM):
        document = session().get_one(type(contract), contract.id).document
        return generation.verify_url(document), document.no


@pytest.fixture
def contract(company, foreign):
    """A contract of team B with another client, out for signature."""
    client = records.client(company.accounts, "sales_b", "高雄物流股份有限公司", "04595257")
    made = records.contract(company.accounts, "sales_b", client, "物流業務外包")
    walk.generate(company.accounts, "sales_b", made)
    walk.submit(company.accounts, "sales_b", made)
    walk.approve_contract(company.accounts, made, "sales_b_mgr")
    walk.seal_contract(company.accounts, "sales_b", made)
    return made


def own(contract):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return generation.verify_url(session().get_one(type(contract), contract.id).document)


def state(contract):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return session().get_one(type(contract), contract.id).document.state


def sent(company, contract, data, name="legal"):
    with access.acting_as(access.SYSTEM):
        page = f"/papers/{session().get_one(type(contract), contract.id).document_id}/signed-copy"
    if name == "seal":
        page = f"/papers/back/contract/{contract.id}"
    scan = {"file": (BytesIO(data), "scan.pdf"), "token": "t" * 20}
    return company.browser(name).post(page, data=read_on_it() | scan)


def test_the_scan_of_another_paper_is_refused_and_named_to_who_may_see_it(
    company, contract, foreign
):
    code, number = foreign
    scan = sheets("", code)
    seen = sent(company, contract, scan)
    assert seen.status_code == 422
    assert 'id="file-error"' in seen.text
    assert f"此檔案上的 QR 碼屬於文件 {number}，而非本文件" in seen.text
    unseen = sent(company, contract, scan, "seal")
    assert unseen.status_code == 422
    assert ANOTHER in unseen.text
    assert number not in unseen.text
    assert state(contract) == "out_for_signature"


def test_a_code_of_no_paper_at_all_is_answered_alike(company, contract, foreign):
    """Who registers copies does not learn by it which numbers there are (R8.1.3)."""
    code, number = foreign
    answers = [
        sent(company, contract, sheets(one), "seal")
        for one in (code, code.replace(number, "DOC-2026-999999"))
    ]
    assert [one.status_code for one in answers] == [422, 422]
    assert all(ANOTHER in one.text for one in answers)


@pytest.mark.parametrize(
    "pages",
    [
        ("",),
        ("https://elsewhere.example/v/DOC-2026-000001", "DOC-2026-000001", "不是文件"),
        ("own",),
        ("other", "own"),
    ],
    ids=["none", "of somebody else", "its own", "its own beside another's"],
)
def test_every_other_scan_is_taken_as_before(company, contract, foreign, pages):
    """A contract may come back together with the one that it adds to."""
    codes = {"own": own(contract), "other": foreign[0]}
    scan = sheets(*[codes.get(one, one) for one in pages])
    assert sent(company, contract, scan).status_code == 202
    walk.work()
    assert state(contract) == "signed"


def test_where_the_text_names_the_paper_no_code_is_asked(company, contract):
    number = own(contract).rpartition("/")[2]
    assert sent(company, contract, ready_pdf(f"signed {number}")).status_code == 202


def test_the_form_that_asked_for_its_seal_is_known_by_its_code(company, contract):
    with access.acting_as(access.SYSTEM):
        seal = session().scalars(select(SigningEvent)).one()
        code = generation.verify_url(seal.form)
    answer = sent(company, contract, sheets(code))
    assert answer.status_code == 422
    assert "這是為本文件申請用印的申請單" in answer.text


def test_the_worker_asks_again(company, contract, foreign):
    """A file that came past the form."""
    with walk.person(company.accounts, "legal"):
        record = session().get_one(type(contract), contract.id)
        received = uploads.keep(sheets(foreign[0]))
        job = signed_copies.register(record, received, "t" * 20, walk.read_on(record)).id
    walk.work()
    assert state(contract) == "out_for_signature"
    with access.acting_as(access.SYSTEM):
        said = session().get_one(Job, job).result["failed"]["text"]
        assert said.startswith("The QR code on this file is that of another paper")


@pytest.mark.parametrize(("code", "status"), [("known", 422), ("unknown", 202)])
def test_a_record_taken_over_is_not_a_paper_of_this_portal(company, foreign, code, status):
    """It may well carry the code of another portal at the same address, which is gone."""
    client = records.client(company.accounts, "sales_a", "新竹半導體股份有限公司", "22099131")
    row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    page = f"/papers/existing/confidentiality_agreement/{row.id}"
    said = foreign[0] if code == "known" else foreign[0].replace(foreign[1], "DOC-2026-999999")
    scan = {"file": (BytesIO(sheets(said)), "scan.pdf"), "token": "t" * 20}
    assert company.browser("legal").post(page, data=read_on_it() | scan).status_code == status
