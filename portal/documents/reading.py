"""Opening papers: page images for the screen, files for those who may have them, each opening logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from doc_templates.images import page_image
from portal.documents import labels, storing
from portal.documents.classes import classified
from portal.documents.models import AccessGrant, Document, DocumentVersion
from portal.kernel import access, audit, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Unseen
from portal.kernel.words import _

#: An opening within this many seconds of the last one of the same person is the same opening.
SAME_OPENING = 600


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


def log_opening(document: Document, number: int) -> None:
    """One line per opening of a confidential or secret paper, committed before a byte leaves (R8.1.3)."""
    if not classified(document.classification):
        return
    who = access.current()
    since = clock.now().timestamp() - SAME_OPENING
    last = session().scalar(
        select(AuditEvent.at)
        .where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == document.id,
            AuditEvent.action == "opened",
            AuditEvent.actor_id == who.account_id,
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    if last is None or last.timestamp() < since:
        with transaction():
            audit.note(document, "opened", {"version": number, "class": document.classification})


def page(document: Document, kind: str, number: int, at: int, dpi: int = 110) -> bytes:
    """One page as a picture, with the reader's name and the time burnt in from *confidential* up."""
    version = document.file(kind, number)
    if version is None or not 1 <= at <= max(1, version.pages):
        raise Unseen
    log_opening(document, number)
    return page_image(storing.read(version), at - 1, dpi=dpi, watermark=watermark(document))


def watermark(document: Document) -> str | None:
    """Who reads when; nothing on public and internal papers."""
    if not classified(document.classification):
        return None
    moment = clock.now().astimezone(clock.zone())
    return f"{access.current().name} {moment:%Y-%m-%d %H:%M}"


def may_download(document: Document) -> bool:
    """Internal and public: whoever sees it. Confidential: with the record right, or a grant that
    says download. Secret: nobody as a file."""
    if document.classification == "secret":
        return False
    if not classified(document.classification):
        return True
    who = access.current()
    reasons = labels.held_by(who) & {row.label for row in document.labels}
    if any(reason[0] in "nck" for reason in reasons):
        return True
    return who.employee_id is not None and _download_granted(document, who.employee_id)


def _download_granted(document: Document, employee_id: int) -> bool:
    now = clock.now()
    with access.system():
        query = select(AccessGrant.id).where(
            AccessGrant.document_id == document.id,
            AccessGrant.grantee_id == employee_id,
            AccessGrant.rights == "download",
            AccessGrant.state == "given",
            AccessGrant.valid_from <= now,
            AccessGrant.valid_to > now,
        )
        return session().scalar(query.limit(1)) is not None


def download(document: Document, version: DocumentVersion) -> Delivered:
    """The file itself; the log's entry is committed before the first byte (R8.1.3)."""
    if version.document_id != document.id or version.state != "stored":
        raise Unseen
    if not may_download(document):
        raise Forbidden(_("This paper may be read here, but not taken away as a file."))
    with transaction():
        audit.note(
            document, "downloaded",
            {"version": version.version_no, "kind": version.kind, "sha256": version.sha256},
        )  # fmt: skip
    return Delivered(storing.read(version), version.mime, file_name(document, version))


def file_name(document: Document, version: DocumentVersion) -> str:
    """What the file is called on the reader's disk."""
    ending = {"docx": "docx", "pdf": "pdf", "signed_scan": "pdf"}.get(version.kind, "bin")
    signed = "-signed" if version.kind == "signed_scan" else ""
    return f"{document.no}-{document.title}-v{version.version_no}{signed}.{ending}".replace(
        "/", "／"
    )


def readers(document: Document, limit: int = 200) -> list[AuditEvent]:
    """Who opened and took the paper, newest first: for its custodian, Legal and the auditor."""
    query = (
        select(AuditEvent)
        .where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == document.id,
            AuditEvent.action.in_(("opened", "downloaded")),
        )
        .order_by(AuditEvent.seq.desc())
    )
    return list(session().scalars(query.limit(limit)))


def may_see_readers(document: Document, who: Any = None) -> bool:
    """The custodian sees the list of readers; so do Legal, the auditor and Management."""
    who = who or access.current()
    return who.holds("legal", "legal_head", "auditor", "management") or (
        who.employee_id is not None and who.employee_id == document.custodian_id
    )
