"""Files that leave the portal, and what is logged before they do (R8.1.3, README §6)."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from doc_templates.images import PHOTOS
from doc_templates.text import pdf_pages
from portal.documents.archive import objects
from portal.documents.models import Document
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session
from tests.doors.company import Company
from tests.faults.ready import SIGNERS

pytestmark = pytest.mark.office


def stored(company: Company, paper: str, kind: str) -> tuple[str, bytes]:
    """The address of a paper's file, and its bytes in the store."""
    with access.acting_as(access.SYSTEM):
        document = session().get_one(Document, company.ids["document"][paper])
        version = document.file(kind)
        assert version is not None
        found = f"/papers/{document.id}/files/{version.id}", objects.read(version)
    remove_session()
    return found


def openings(company: Company, who: str, paper: str) -> int:
    """How often the log says that this person opened the paper."""
    with access.acting_as(access.SYSTEM):
        query = select(func.count()).where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == company.ids["document"][paper],
            AuditEvent.action == "opened",
            AuditEvent.actor_id == company.ids["users"][who],
        )
        found = session().scalar(query) or 0
    remove_session()
    return found


@pytest.mark.parametrize(
    ("who", "paper"),
    [("sales_a", "review"), ("finance", "review"), ("auditor", "signing"), ("exec", "signed")],
)
def test_a_reader_takes_a_copy_with_their_name_on_every_page(
    company: Company, who: str, paper: str
):
    """With the record right or a grant that says download: pages without words to copy."""
    address, data = stored(company, paper, "pdf")
    answer = company.visitor(who).get(address)
    assert answer.status_code == 200, answer.text
    assert len(pdf_pages(answer.data)) == len(pdf_pages(data))
    assert "".join(pdf_pages(answer.data)).strip() == ""
    assert "-copy.pdf" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("who", "paper", "kind"),
    [
        ("legal", "review", "pdf"),
        ("legal", "review", "docx"),
        ("legal", "signed", "signed_scan"),
        ("sales_a", "signing", "pdf"),
    ],
)
def test_legal_takes_the_original_and_so_does_who_sends_it_out_for_signature(
    company: Company, who: str, paper: str, kind: str
):
    address, data = stored(company, paper, kind)
    assert company.visitor(who).get(address).data == data


@pytest.mark.parametrize("who", ["sales_a", "sales_a_mgr", "auditor", "finance", "exec"])
def test_the_word_file_of_a_confidential_paper_is_for_legal(company: Company, who: str):
    address, _data = stored(company, "review", "docx")
    assert company.visitor(who).get(address).status_code == 403
    page = company.visitor(who).get(f"{address.rpartition('/files/')[0]}?tab=files")
    assert address not in page.text
    assert stored(company, "review", "pdf")[0] in page.text


def test_the_text_with_its_changes_is_an_opening_that_is_logged(own_company: Company):
    """The tab holds every word of the paper, so its custodian knows who read it."""
    assert openings(own_company, "auditor", "review") == 0
    paper = own_company.ids["document"]["review"]
    answer = own_company.visitor("auditor").get(f"/papers/{paper}?tab=changes")
    assert 'class="redline-text"' in answer.text
    assert openings(own_company, "auditor", "review") == 1


def test_more_photos_than_fit_are_refused_and_none_is_dropped(own_company: Company):
    """A page left out would be missing from the contract in force."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "JPEG")
    photos = [(io.BytesIO(out.getvalue()), f"{n}.jpg") for n in range(PHOTOS + 1)]
    answer = own_company.visitor("legal").send(
        f"/papers/{own_company.ids['document']['signing']}/signed-copy",
        signed_on="2026-01-02",
        signer=SIGNERS,
        token="t" * 20,
        file=photos,
    )
    assert answer.status_code == 422
    assert f"{PHOTOS}" in answer.text
    assert 'href="#file"' in answer.text
