"""A signed copy that somebody was promised is never lost, whatever the record does meanwhile (I3)."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text

from doc_templates.text import pdf_pages
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.sales.workflows import CONTRACT
from portal.commands import doctor
from portal.documents.archive import orphans, uploads
from portal.documents.models import DocumentVersion
from portal.documents.sharing import reading
from portal.documents.signing import signed_copies
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid, Unmet
from portal.seed import walk
from tests.faults.ready import SIGNERS, ready_pdf


def fresh(record):
    return session().get_one(type(record), record.id)


def promised(company, record, name="legal", token="the-token-of-one-form", more=b""):
    received = uploads.keep(ready_pdf() + more)
    with walk.person(company.accounts, name):
        row = fresh(record)
        return signed_copies.register(row, received, token, walk.read_on(row)).id


@pytest.mark.parametrize(
    ("name", "step"), [("sales_a", "text_altered"), ("exec", "cancel_signing")]
)
def test_a_contract_does_not_move_on_while_its_signed_copy_is_stored(company, signing, name, step):
    promised(company, signing)
    with pytest.raises(Unmet) as refused, walk.person(company.accounts, name):
        CONTRACT.advance(fresh(signing), step, "客戶反悔")
    assert [one.english for one in refused.value.missing] == ["A signed copy is being stored."]
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert fresh(signing).state == "signed"


def test_an_issued_agreement_is_not_void_while_its_signed_copy_is_stored(company):
    agreement = company.agreement()
    walk.generate(company.accounts, "hr", agreement)
    for step in ("standard", "issue"):
        with walk.person(company.accounts, "hr"):
            AGREEMENT.advance(fresh(agreement), step)
    promised(company, agreement, "hr")
    with pytest.raises(Unmet), walk.person(company.accounts, "hr"):
        AGREEMENT.advance(fresh(agreement), "void", "離職")
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert fresh(agreement).state == "in_force"


@pytest.mark.parametrize("name", ["hr", "seal"])
def test_administration_brings_a_contract_back_that_it_may_not_open(company, signing, name):
    """Matrix (b): the fees are on it, so the paper is not there for them; its record is."""
    browser = company.browser(name)
    with access.acting_as(access.SYSTEM):
        paper = fresh(signing).document_id
    assert browser.get(f"/papers/{paper}").status_code == 404
    door = f"/papers/back/contract/{signing.id}"
    assert door in browser.get(f"/sales/contract/details/?id={signing.id}").text
    assert browser.get(door).status_code == 200
    fields = {
        "signed_on": clock.today().isoformat(),
        "signer": SIGNERS,
        "token": "the-token-of-one-form",
    }
    refused = browser.post(door, data=fields)
    assert (refused.status_code, fields["signed_on"] in refused.text) == (422, True)
    scan = {"file": (BytesIO(ready_pdf()), "scan.pdf")}
    assert browser.post(door, data=fields | scan).status_code == 202
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert fresh(signing).state == "signed"


def test_the_log_names_who_registered_the_copy_though_the_worker_stores_it(company, signing):
    promised(company, signing)
    walk.work()
    with access.acting_as(access.SYSTEM):
        acts = select(AuditEvent.action, AuditEvent.actor_name).where(
            AuditEvent.action.in_(("register_signed", "register", "signed_copy_stored"))
        )
        assert {tuple(row) for row in session().execute(acts)} == {
            (act, "鄭雅文") for act in ("register_signed", "register", "signed_copy_stored")
        }
    page = company.browser("sales_a").get(f"/sales/contract/details/?id={signing.id}").text
    assert re.search("<b>鄭雅文</b>.{0,80}登錄簽署本", page, re.DOTALL)


def copies(contract):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return [v for v in fresh(contract).document.versions if v.kind == "signed_scan"]


def kept_aside(company, signing):
    """A copy that did not come into force, as the contract was changed past the portal; and the
    days to pay it had before.
    """
    promised(company, signing)
    with access.acting_as(access.SYSTEM), transaction():
        before = fresh(signing).payment_days
        session().execute(text("UPDATE contract SET payment_days = 365"))
    walk.work()
    (kept,) = copies(signing)
    return kept, before


def test_a_copy_that_cannot_come_into_force_is_kept_and_can_be_registered_again(company, signing):
    """Something changed past the portal: the copy waits in the store, for whoever brings it again."""
    kept, before = kept_aside(company, signing)
    assert (kept.state, bool(kept.error)) == ("failed", True)
    with walk.person(company.accounts, "legal"):
        taken = reading.download(fresh(signing).document, kept)
    assert taken.data == ready_pdf()
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET payment_days = :d"), {"d": before})
    promised(company, signing, token="the-token-of-another")
    walk.work()
    (stored,) = copies(signing)
    assert (stored.state, stored.object_key) == ("stored", kept.object_key)
    with access.acting_as(access.SYSTEM):
        assert fresh(signing).state == "signed"
        assert session().get_one(DocumentVersion, stored.id).error == ""


def test_a_kept_copy_whose_row_another_copy_took_is_never_swept(company, signing):
    """It may be the only proof of what somebody signed."""
    kept, before = kept_aside(company, signing)
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET payment_days = :d"), {"d": before})
    promised(company, signing, token="the-token-of-another", more=b"\n")
    walk.work()
    (stored,) = copies(signing)
    assert (stored.state, stored.object_key != kept.object_key) == ("stored", True)
    with access.acting_as(access.SYSTEM):
        found = orphans.orphans()
        assert [one.key for one in found] == [kept.object_key]  # encrypted, as the contract is
        with clock.standing_at(clock.now() + timedelta(days=9)):
            assert list(orphans.old(found)) == []


def wrong(company):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return [line for line in doctor.examine(company.config) if line.startswith("signed:")]


@pytest.mark.parametrize(
    "change", ["contract SET payment_days = 365", "approval SET content_sha256 = 'x'"]
)
def test_the_doctor_tells_a_signed_paper_that_is_not_what_was_approved(company, signing, change):
    """Also when it was changed past the portal, long after (R3.3.2)."""
    walk.sign(company.accounts, "legal", signing, "the-token-of-one-form")
    assert wrong(company) == []
    with access.acting_as(access.SYSTEM), transaction():
        number = fresh(signing).document.no
        session().execute(text(f"UPDATE {change}"))
    assert wrong(company) == [f"signed: paper {number} or its record is not what was approved"]


def _small() -> bytes:
    """A photo of one pixel."""
    out = BytesIO()
    Image.new("RGB", (1, 1), "white").save(out, "PNG")
    return out.getvalue()


def test_a_file_among_several_that_is_no_photo_is_named_as_its_person_knows_it():
    good = BytesIO()
    Image.new("RGB", (600, 850), "white").save(good, "JPEG")
    page = signed_copies.Sent("正面.jpg", good.getvalue())
    for wrong, said in (
        (signed_copies.Sent("背面.pdf", ready_pdf()), "“背面.pdf” is a PDF"),
        (signed_copies.Sent("背面.heic", b"no photo"), "(背面.heic)"),
        (signed_copies.Sent("背面.png", _small()), "too small: nobody can read"),
        (signed_copies.Sent("背面.png", _small()), "(背面.png)"),
    ):
        with pytest.raises(Invalid) as refused:
            signed_copies.as_pdf([page, wrong, page])
        assert said in str(refused.value.fields["file"])
    assert len(pdf_pages(signed_copies.as_pdf([page, page]))) == 2
