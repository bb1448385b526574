"""A signed copy is its own paper's: nobody's file stands for another paper's, nor its words (R3.3.2, R8.1.3)."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text

from portal.commands import doctor
from portal.documents.archive import objects, uploads
from portal.documents.models import Document, DocumentVersion, SigningEvent
from portal.documents.search import index
from portal.documents.signing import belonging, signed_copies
from portal.kernel import access, numbering
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid
from portal.kernel.jobs import Job
from portal.seed import records, walk
from tests.faults.ready import WORDS, read_on_it, ready_pdf


@pytest.fixture
def signed(company):
    """A contract of team A with its signed copy."""
    contract = out(company, company.approved())
    walk.sign(company.accounts, "legal", contract, "the-token-of-the-first")
    return contract


@pytest.fixture
def other(company, signed):
    """A contract of team B with another client, out for signature."""
    return another(company)


def another(company):
    client = records.client(company.accounts, "sales_b", "高雄物流股份有限公司", "04595257")
    contract = records.contract(company.accounts, "sales_b", client, "物流業務外包")
    walk.generate(company.accounts, "sales_b", contract)
    walk.submit(company.accounts, "sales_b", contract)
    walk.approve_contract(company.accounts, contract, "sales_b_mgr")
    return out(company, contract, "sales_b")


def out(company, contract, name="sales_a"):
    walk.seal_contract(company.accounts, name, contract)
    return contract


def paper(record):
    """The record's paper as it stands now."""
    session().expire_all()
    return session().get_one(type(record), record.id).document


def bytes_of(record, kind):
    with access.acting_as(access.SYSTEM):
        return objects.read(paper(record).file(kind))


def number(record):
    with access.acting_as(access.SYSTEM):
        return paper(record).no


def states(record):
    with access.acting_as(access.SYSTEM):
        found = paper(record)
        return found.state, [v.state for v in found.versions if v.kind == "signed_scan"]


def sent(company, record, data, name="legal", token="t" * 20):
    """Somebody chooses a file in the form of the paper, or of the record where the paper is closed."""
    with access.acting_as(access.SYSTEM):
        page = f"/papers/{paper(record).id}/signed-copy"
    if name == "seal":
        page = f"/papers/back/contract/{record.id}"
    scan = {"file": (BytesIO(data), "scan.pdf"), "token": token}
    return company.browser(name).post(page, data=read_on_it() | scan)


def refused(answer, said):
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert read_on_it()["signed_on"] in answer.text
    assert said in answer.text, answer.text
    walk.work()


def test_no_file_of_another_paper_is_taken_at_any_door(company, signed, other):
    """Its signed copy, the PDF made of it, and its text in a file of other bytes: a scan made anew."""
    no, anew = number(signed), ready_pdf(f"{WORDS} {number(signed)}") + b"\n"
    mine = f"這個檔案已屬於文件 {no}，請選擇本文件的簽署本。"
    refused(sent(company, other, bytes_of(signed, "signed_scan")), mine)
    refused(sent(company, other, bytes_of(signed, "pdf")), mine)
    refused(sent(company, other, anew), f"載明的是文件 {no}，而非本文件")
    assert states(other) == ("out_for_signature", [])
    client = records.client(company.accounts, "sales_a", "新竹半導體股份有限公司", "22099131")
    row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    page = f"/papers/existing/confidentiality_agreement/{row.id}"
    for data, said in ((bytes_of(signed, "pdf"), mine), (anew, f"載明的是文件 {no}")):
        scan = {"file": (BytesIO(data), "scan.pdf"), "token": "t" * 20}
        refused(company.browser("legal").post(page, data=read_on_it() | scan), said)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(type(row), row.id).document_id is None


def test_photos_that_were_taken_for_another_paper_are_not_taken_again(company):
    """Also later: a file is known by its bytes, whatever the portal itself made of the photos."""
    first, other, scan = out(company, company.approved()), another(company), BytesIO()
    Image.effect_noise((800, 1200), 60).save(scan, "JPEG")
    assert sent(company, first, scan.getvalue(), token="p" * 20).status_code == 202
    walk.work()
    assert states(first) == ("signed", ["stored"])
    refused(sent(company, other, scan.getvalue()), f"這個檔案已屬於文件 {number(first)}")


def test_no_earlier_version_and_no_form_of_its_seal_is_its_signed_copy(company):
    """They are of this paper and name it; the text that was approved is neither (R3.3.2)."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    earlier = ready_pdf() + b"\n"  # the papers of these tests have all the same pages
    with access.acting_as(access.SYSTEM), transaction():
        said = {"d": hashlib.sha256(earlier).hexdigest(), "p": paper(contract).id}
        session().execute(
            text("UPDATE document_version SET sha256 = :d WHERE kind = 'pdf' AND document_id = :p"),
            said,
        )
    with walk.person(company.accounts, "sales_a"):
        session().get_one(type(contract), contract.id).scope = "另有約定"
    company.approve(contract)
    out(company, contract)
    refused(sent(company, contract, earlier), "此檔案是本文件的另一個版本")
    with access.acting_as(access.SYSTEM):
        asked = session().scalars(select(SigningEvent)).one()
        form = asked.document.no, asked.form.no
    again = ready_pdf(f"{WORDS} {' '.join(form)}") + b"\n"
    refused(sent(company, contract, again), "這是為本文件申請用印的申請單")
    assert states(contract) == ("out_for_signature", [])


def test_whoever_may_not_see_the_other_paper_does_not_learn_which_it_is(company, signed, other):
    no = number(signed)
    by_bytes = sent(company, other, bytes_of(signed, "signed_scan"), "seal")
    refused(by_bytes, "這個檔案已屬於另一份文件，請選擇本文件的簽署本。")
    by_text = sent(company, other, ready_pdf(f"{WORDS} {no}") + b"\n", "seal")
    refused(by_text, "載明的是另一份文件的編號")
    assert no not in by_bytes.text + by_text.text
    received = uploads.keep(bytes_of(signed, "signed_scan"))
    with pytest.raises(Invalid) as wrong, walk.person(company.accounts, "legal"):
        record = session().get_one(type(other), other.id)
        signed_copies.register(record, received, "t" * 20, walk.read_on(record))  # whoever calls it
    assert no in str(wrong.value.fields["file"])


def test_the_worker_asks_again_and_the_unsigned_paper_is_taken_with_a_caution(
    company, signed, other
):
    """Two requests brought one file at once: each was taken before the other was there."""
    foreign = ready_pdf(f"{WORDS} {number(signed)}") + b"\n"  # past the form that reads it
    with walk.person(company.accounts, "legal"):
        record = session().get_one(type(other), other.id)
        job = signed_copies.register(
            record, uploads.keep(foreign), "t" * 20, walk.read_on(record)
        ).id
    walk.work()
    assert states(other) == ("out_for_signature", ["failed"])
    with access.acting_as(access.SYSTEM):
        done = session().get_one(Job, job)
        assert "names another paper" in done.result["failed"]["text"]
        noted = select(AuditEvent.seq).where(AuditEvent.action == "signed_copy_refused")
        assert len(session().scalars(noted).all()) == 1
        version = (
            session()
            .scalars(select(DocumentVersion).where(DocumentVersion.state == "failed"))
            .one()
        )
        assert version.object_key == ""
    unsigned = sent(company, other, bytes_of(other, "pdf"), token="u" * 20)
    assert unsigned.status_code == 202
    assert "此檔案與送出待簽的文件完全相同" in unsigned.text
    walk.work()
    assert states(other) == ("signed", ["stored"])


def test_bytes_that_reach_two_papers_at_once_are_stored_for_one_at_most(company, signed, other):
    """Both rows are there, as two databases' transactions side by side leave them."""
    assert sent(company, other, ready_pdf()).status_code == 202
    with access.acting_as(access.SYSTEM), transaction():
        twin = {"d": bytes_of_row(other), "s": paper(signed).id}
        session().execute(
            text(
                "UPDATE document_version SET sha256 = :d WHERE kind = 'signed_scan'"
                " AND document_id = :s"
            ),
            twin,
        )
    walk.work()
    assert states(other) == ("out_for_signature", ["failed"])


def bytes_of_row(record):
    return next(v.sha256 for v in paper(record).versions if v.kind == "signed_scan")


def test_what_is_searched_is_what_was_approved_unless_the_copy_is_surely_this_paper(
    company, signed, other
):
    """A page with much text that is not this paper's leaves the approved text where it is."""
    with access.acting_as(access.SYSTEM):
        before = index.page_texts(paper(other))
    strange = ready_pdf(f"fees of somebody else entirely 987654 {number(other)}")
    assert sent(company, other, strange).status_code == 202
    walk.work()
    assert states(other) == ("signed", ["stored"])
    with access.acting_as(access.SYSTEM):
        assert index.page_texts(paper(other)) == before


def test_the_own_text_of_a_copy_of_this_paper_is_searched(company, signed, other):
    """It may well name others beside itself."""
    own = ready_pdf(f"{WORDS} {number(other)} {number(signed)} zqxcountersigned")
    assert sent(company, other, own).status_code == 202
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert "zqxcountersigned" in "".join(index.page_texts(paper(other)))


def test_text_without_the_number_never_takes_the_place_of_what_was_approved():
    document = Document(no="DOC-2026-000007")
    approved = ["第一條　費用為每月新臺幣十萬元整，\n於次月十日前給付。 DOC-2026-000007"]
    misread = [approved[0].replace("整", "鏊").replace("次", "欠")]
    foreign = [approved[0].replace("十萬", "九萬").replace("000007", "000008")]
    assert belonging.speaks_for(document, misread, approved)
    assert not belonging.speaks_for(document, foreign, approved)
    assert not belonging.speaks_for(document, ["本件補充 DOC-2026-000007"], approved)
    assert belonging.speaks_for(document, ["任何內容"], [])  # a paper taken over


def test_the_doctor_tells_two_papers_that_hold_one_file(company, signed, other):
    """Registered before anybody asked."""
    walk.sign(company.accounts, "legal", other, "the-token-of-the-other")
    said = f"signed: one file is the signed copy of {number(signed)}, {number(other)}"
    assert said not in told(company)
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(
            text("UPDATE document_version SET sha256 = 'a' WHERE kind = 'signed_scan'")
        )
    assert said in told(company)


def told(company):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return list(doctor.examine(company.config))


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("文件編號：DOC-2026-000012，第 2 頁", {"DOC-2026-000012"}),
        ("ＤＯＣ－２０２６－０００００１ doc‑2026‑000002", {"DOC-2026-000001", "DOC-2026-000002"}),
        ("DOC-2026-\n000003", {"DOC-2026-000003"}),
        ("DOC-2026-0000012 SO-2026-000001 XDOC-2026-000004 DOC 2026", set()),
    ],
)
def test_the_numbers_that_a_text_prints(printed, found):
    assert numbering.printed("document", printed) == found
