"""Opening papers: page images for the screen, files for those who may have them, each opening logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from doc_templates.images import page_image
from doc_templates.readingcopy import reading_copy
from portal.documents import labels
from portal.documents.archive import objects
from portal.documents.classes import classified
from portal.documents.models import CopyReplacement, Document, DocumentVersion
from portal.documents.subjects import record_of
from portal.kernel import access, audit, clock, duties
from portal.kernel.audit import AuditEvent
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Forbidden, Unseen
from portal.kernel.words import _

#: An opening so soon after the last one of the same person is the same opening.
SAME_OPENING = timedelta(minutes=10)
#: What the log calls reading on the screen, and reading the clean pages that are printed to be signed.
READ, PRINTED = "opened", "opened_to_sign"
#: Dots to the inch of the pages of a secret paper that are printed to be signed.
SHARP = 200
#: Files a reading copy can be made of.
MARKED = ("pdf", "signed_scan")


@dataclass(frozen=True)
class Delivered:
    """Bytes on their way to a person, under the name they know."""

    data: bytes
    mime: str
    name: str


def document_seen(document_id: int) -> Document:
    """The paper, if the person acting sees it; raises `Unseen` otherwise."""
    document = session().get(Document, document_id)
    if document is None or not (
        access.current() is access.SYSTEM or labels.may_see(document, access.current())
    ):
        raise Unseen
    return document


def log_opening(document: Document, number: int, act: str = READ) -> None:
    """One line per opening of a confidential or secret paper, committed before a byte leaves (R8.1.3)."""
    if not classified(document.classification):
        return
    if _opened_lately(document, act):
        return
    with transaction():
        lock(document)  # the pictures of one opening come side by side; one of them writes it
        if not _opened_lately(document, act):
            audit.note(document, act, {"version": number, "class": document.classification})


def _opened_lately(document: Document, act: str) -> bool:
    """Whether the log holds this opening of the person acting already."""
    last = session().scalar(
        select(AuditEvent.at)
        .where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == document.id,
            AuditEvent.action == act,
            AuditEvent.actor_id == access.current().account_id,
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return last is not None and clock.now() - last <= SAME_OPENING


def opens(version: DocumentVersion) -> bool:
    """Whether who sees the paper may open this file of it.

    A better copy is not the paper's until it is confirmed: it may be anything. So it is open to whom
    the matrix shows what it was brought for: its bringer, and those who confirm.
    """
    if version.standing != "offered":
        return True
    query = select(CopyReplacement.id).where(CopyReplacement.version_id == version.id)
    return session().scalar(query) is not None


def file_named(
    document: Document, kind: str, number: int, copy: int | None
) -> DocumentVersion | None:
    """The stored file of a kind and version; with `copy`, that one of several signed copies.

    None where there is none, or none that is open to the person.
    """
    if copy is None:
        return document.file(kind, number)
    found = next((v for v in document.versions if v.id == copy), None)
    fits = found is not None and found.kept and (found.kind, found.version_no) == (kind, number)
    return found if found is not None and fits and opens(found) else None


def page(
    document: Document, kind: str, number: int, at: int, dpi: int = 110, copy: int | None = None
) -> bytes:
    """One page as a picture, with the reader's name and the time burnt in from *confidential* up."""
    version = file_named(document, kind, number, copy)
    if version is None or not 1 <= at <= max(1, version.pages):
        raise Unseen
    clean = to_be_signed(document, version)
    log_opening(document, number, PRINTED if clean else READ)
    mark, dpi = (None, SHARP) if clean else (watermark(document), dpi)
    return page_image(objects.read(version), at - 1, dpi=dpi, watermark=mark)


def to_be_signed(document: Document, version: DocumentVersion) -> bool:
    """Whether these pages are a secret paper's as it goes out, which its custodian prints.

    No file of it leaves (R8.1.3), so what is signed is printed from its pages; nobody signs on a
    watermark.
    """
    out = document.state == "out_for_signature" and version.version_no == document.current_no
    return (
        out and version.kind == "pdf" and document.classification == "secret" and _keeps(document)
    )


def watermark(document: Document) -> str | None:
    """Who reads when; nothing on public and internal papers."""
    if not classified(document.classification):
        return None
    moment = clock.now().astimezone(clock.zone())
    return f"{access.current().name} {moment:%Y-%m-%d %H:%M}"


def may_download(document: Document) -> bool:
    """Whether the person acting may take the paper away as a file, or as a reading copy (R8.1.3).

    Of a secret paper nobody does; of a public or internal one whoever sees it. A confidential one
    goes to whoever sees it by a right of their own, or by a grant that says download.
    """
    if document.classification == "secret":
        return False
    if not classified(document.classification):
        return True
    who = access.current()
    return labels.by_right(document, who) or labels.taken_by_grant(document, who)


def may_print(document: Document) -> bool:
    """Whether the pages one reads are shown on paper too: a secret paper's custodian alone prints it.

    What a browser does with pictures nobody can see; this is what the portal's own pages do.
    """
    return document.classification != "secret" or _keeps(document)


def _keeps(document: Document) -> bool:
    custodian = document.custodian_id
    return custodian is not None and custodian == access.current().employee_id


def takes_original(document: Document, version: DocumentVersion) -> bool:
    """Whether the person gets the bytes themselves, without a watermark (R8.1.3, README §6).

    Public and internal papers are nobody's secret. Of the others Legal takes the original,
    whoever checked the paper out its Word file, and whoever sends it out for signature the PDF
    that is to be signed.
    """
    who = access.current()
    if not classified(document.classification) or duties.has("paper.take_original"):
        return True
    if version.version_no != document.current_no:
        return False
    if version.kind == "docx":
        return who.account_id is not None and document.checked_out_by_id == who.account_id
    record = record_of(document)
    goes_out = version.kind == "pdf" and document.state == "out_for_signature"
    return goes_out and record is not None and access.may(record, access.EDIT)


def may_take(document: Document, version: DocumentVersion) -> bool:
    """Whether the person may have this file, be it as a reading copy: that is made of pages only."""
    original = takes_original(document, version)
    return may_download(document) and opens(version) and (original or version.kind in MARKED)


def download(document: Document, version: DocumentVersion) -> Delivered:
    """The file, or a copy with the reader's name on each page; the log's entry is committed before
    the first byte (R8.1.3).
    """
    if version.document_id != document.id or not (version.kept and opens(version)):
        raise Unseen
    if not may_download(document):
        raise Forbidden(_("This paper may be read here, but not taken away as a file."))
    if not may_take(document, version):
        raise Forbidden(_("The Word file goes to Legal and to whoever checked the paper out."))
    mark = None if takes_original(document, version) else watermark(document)
    with transaction():
        audit.note(
            document,
            "downloaded",
            {
                "version": version.version_no,
                "kind": version.kind,
                "sha256": version.sha256,
                "copy": mark is not None,
            },
        )
    data = objects.read(version)
    name = file_name(document, version, copy=mark is not None)
    return Delivered(data if mark is None else reading_copy(data, mark), version.mime, name)


#: As much of a title goes into a file's name, in letters: disks take 255 bytes.
NAMED = 60


def file_name(document: Document, version: DocumentVersion, *, copy: bool = False) -> str:
    """What the file is called on the reader's disk."""
    ending = {"docx": "docx", "pdf": "pdf", "signed_scan": "pdf"}.get(version.kind, "bin")
    which = "-signed" if version.kind == "signed_scan" else ""
    which += {"stands": "", "offered": "-offered", "replaced": "-replaced"}[version.standing]
    which += "-copy" if copy else ""
    title = document.title[:NAMED].replace("/", "／")
    return f"{document.no}-{title}-v{version.version_no}{which}.{ending}"
