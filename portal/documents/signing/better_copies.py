"""A better copy of a signed paper: brought by one person, confirmed by another; both copies are kept.

What was signed does not change, so neither the record nor its state does. The signatures stay where
they were read, on the copy they were registered with: it is kept, and nobody read them on another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from doc_templates.text import pdf_pages
from portal.documents import labels
from portal.documents.archive import objects, retention, uploads
from portal.documents.archive.uploads import Kept
from portal.documents.models import CopyReplacement, Document, DocumentVersion
from portal.documents.models.replacement import MOST_OF_A_REASON, OPEN
from portal.documents.papers import generation
from portal.documents.search import index
from portal.documents.signing import belonging
from portal.documents.signing.signed_copies import FEWER, Sent, as_pdf, registrar, require
from portal.documents.subjects import record_of, use_of
from portal.documents.workflows import COPY_REPLACEMENT
from portal.kernel import access, audit, clock, duties, jobs, text
from portal.kernel.db import after_commit, lock, session, stale, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, by_another

NOTHING_TO_REPLACE = _("The paper has no signed copy that another could replace.")
ONE_WAITS = _("Another better copy of this paper waits already.")


def may_bring(document: Document) -> bool:
    """Whether the person may bring a better copy of this paper, now: its custodian, and whoever
    registers the copies of its kind of record.
    """
    if document.state not in retention.SIGNED or document.file("signed_scan") is None:
        return False
    record, me = record_of(document), access.current().employee_id
    if me is None or record is None or use_of(record).copy is None:
        return False
    return document.custodian_id == me or duties.has("copy.register", record)


def waiting(document: Document) -> CopyReplacement | None:
    """The better copy of a paper about which nobody has decided yet, whoever may see it."""
    with access.system():
        query = select(CopyReplacement).where(
            CopyReplacement.document_id == document.id, CopyReplacement.state.in_(OPEN)
        )
        return session().scalar(query)


def bring(document: Document, received: Kept, token: str, facts: dict[str, str]) -> Job:
    """Take another scan of what was signed; the answer is a job to watch.

    `facts`: the ``reason``, and why it has fewer pages than were sent out (``FEWER``). Must be
    called inside a transaction. Raises `Forbidden`, `Invalid` naming the field, and `Conflict`
    while another one waits.
    """
    lock(document)
    known = session().scalar(
        select(DocumentVersion).where(DocumentVersion.idempotency_key == token)
    )
    if known is not None and known.document_id == document.id:
        after_commit(lambda: uploads.forget(received.name))
        return _job(known, received)
    former, me = document.file("signed_scan"), access.current().employee_id
    if former is None or document.state not in retention.SIGNED:
        raise Conflict(NOTHING_TO_REPLACE)
    if me is None or not may_bring(document):
        raise Forbidden
    if known is not None or waiting(document) is not None:
        raise Conflict(ONE_WAITS)
    reason = reasoned(facts["reason"])
    _require_another(document, received.sha256, token)
    version = _begun(document, received, token, facts.get(FEWER, ""))
    session().add(
        CopyReplacement(
            document_id=document.id,
            former_id=former.id,
            version_id=version.id,
            owner_id=me,
            reason=reason,
            office=_office(document),
        )
    )
    hashed = {"sha256": [former.sha256, received.sha256], "size": received.size}
    audit.note(document, "better_copy_received", hashed, reason=reason)
    return _job(version, received)


def reasoned(typed: str) -> str:
    """Why another copy is brought; raises `Invalid` for its box where nothing is said, or too much."""
    if not (reason := text.uncut(typed, MOST_OF_A_REASON, "reason", _("Reason"))):
        raise Invalid({"reason": _("Say what is wrong with the copy there is.")})
    return reason


def _office(document: Document) -> str:
    record = record_of(document)
    copy = None if record is None else use_of(record).copy
    assert copy is not None  # or nobody might have brought it
    return copy.office(record)


def _begun(document: Document, received: Kept, token: str, fewer: str) -> DocumentVersion:
    version = DocumentVersion(
        document_id=document.id,
        version_no=document.current_no,
        kind="signed_scan",
        standing="offered",
        mime=objects.MIME["pdf"],
        sha256=received.sha256,
        size=received.size,
        fewer_pages_because=fewer,
        idempotency_key=token,
        made_by_id=access.behalf().account_id,
        made_at=clock.now(),
    )
    session().add(version)
    session().flush()  # the job and the replacement name it
    return version


def _job(version: DocumentVersion, received: Kept) -> Job:
    payload = {"version_id": version.id, "upload": received.name}
    return jobs.enqueue("paper.sign_again", payload, key=f"paper.sign_again:{version.id}", total=2)


def keep(document: Document, files: Sequence[Sent], token: str, because: str) -> Kept:
    """Keep what was uploaded as a better copy of this paper, for `bring`; before its transaction.

    Raises `Invalid` for the field when it cannot be its signed copy (`signed_copies.require`) or
    is one already: then nothing of it is kept.
    """
    data = as_pdf(files)
    with access.system():
        fresh = session().get_one(Document, document.id)
        _require_another(fresh, hashlib.sha256(data).hexdigest(), token)
        require(fresh, data, because)
    return uploads.keep(data)


def _require_another(document: Document, sha256: str, token: str) -> None:
    """Raise `Invalid` for the file field when the file is a signed copy of the paper already, other
    than by this very form, or the paper as it was sent out: nobody's signature is in that.
    """
    query = select(DocumentVersion).where(
        DocumentVersion.document_id == document.id,
        DocumentVersion.sha256 == sha256,
        DocumentVersion.state == "stored",
        DocumentVersion.idempotency_key.is_distinct_from(token),
    )
    for found in session().scalars(query.order_by(DocumentVersion.kind.desc())):
        if found.kind == "signed_scan":
            raise Invalid({"file": _("This very file is a signed copy of this paper already.")})
        raise Invalid(
            {"file": _("This file is the paper as it was sent out; no signature is in it.")}
        )


def _given_up(job: Job) -> None:
    version = session().get(DocumentVersion, job.payload["version_id"])
    if version is not None:
        _fail(version, job.error or "cancelled")


@handler(
    "paper.sign_again", _("Storing the better copy"), undone=_given_up, cancellable=False
)  # somebody was told that it will be stored
def store(job: Job) -> dict[str, Any]:
    """Store the scan, then compare-and-set to stored and offer it; killed anywhere, it runs again."""
    version = session().get_one(DocumentVersion, job.payload["version_id"])
    document = session().get_one(Document, version.document_id)
    if version.state != "stored":
        with transaction():
            if not _taken_up(version):
                return {"document_id": document.id, "failed": ONE_WAITS.plain()}
        data = uploads.read(job.payload["upload"])
        pages = pdf_pages(data)
        try:
            belonging.require(document, version.sha256, pages, data, every_code=True)
        except Invalid as reason:
            with transaction():
                _fail(version, str(reason))
                audit.note(document, "better_copy_refused", {"sha256": version.sha256})
            return {"document_id": document.id, "failed": reason.message.plain()}
        until = document.retention_until
        kept = None if until is None else retention.moment(until)
        encryption = objects.encryption_for(document)
        placed = objects.put(version, data, encryption, "signed_scan", kept)
        jobs.progress(job, 1)
        _offer(version, document, placed, len(pages))
    uploads.forget(job.payload["upload"])
    return {"document_id": document.id}


def _taken_up(version: DocumentVersion) -> bool:
    """Whether it may be stored: one given up begins anew, unless another was brought meanwhile."""
    row = _of(version)
    if row.state == "failed":
        if waiting(version.document) is not None:
            return False
        COPY_REPLACEMENT.advance(row, "resume", automatic=True)
    objects.take_up_again(version)
    return True


def _offer(
    version: DocumentVersion, document: Document, placed: objects.Placed, pages: int
) -> None:
    with transaction():
        lock(version)
        if version.state != "storing":
            return
        objects.stored(version, placed)
        version.pages = pages
        with access.on_behalf_of(registrar(version)):
            COPY_REPLACEMENT.advance(_of(version), "offer", automatic=True)
            audit.note(document, "better_copy_stored", placed.told)
        objects.protect_soon(document.id)  # how long it is kept may have grown meanwhile


def _fail(version: DocumentVersion, reason: str) -> None:
    objects.failed(version, reason)
    row = _of(version)
    if row.state == "storing":
        COPY_REPLACEMENT.advance(row, "fail", automatic=True)


def _of(version: DocumentVersion) -> CopyReplacement:
    """What a better copy was brought for."""
    query = select(CopyReplacement).where(CopyReplacement.version_id == version.id)
    return session().scalars(query).one()


@COPY_REPLACEMENT.guard("confirm")
def _can_be(row: CopyReplacement) -> Iterator[Words]:
    """Two people, of whom the second can read the paper; and the copy it replaces is the one in force."""
    yield from by_another(row)
    who = access.current()
    with access.system():
        document = session().get_one(Document, row.document_id)
        if who is not access.SYSTEM and not labels.may_see(document, who):
            yield _(
                "The paper is not open to you, and nobody confirms what they cannot read. Its"
                " custodian can give you access."
            )
        now = document.file("signed_scan")
        if document.state not in retention.SIGNED or now is None or now.id != row.former_id:
            yield _("The copy it was to replace is not the signed copy any more.")


@COPY_REPLACEMENT.after("confirm", "refuse", "withdraw")
def _decided(row: CopyReplacement, taken: Taken) -> None:
    row.decided_by_id, row.decided_at = access.behalf().account_id, clock.now()
    with access.system():
        version = session().get_one(DocumentVersion, row.version_id)
        if taken.step.name == "confirm":
            _replace(row, version)
        else:  # it came to nothing; its bytes stay, open to those who see what became of it
            version.state = "failed"
            version.error = taken.reason[:2000] or COPY_REPLACEMENT.label(taken.step.target).english
            session().flush()
    stale(Document, row.document_id)


def _replace(row: CopyReplacement, version: DocumentVersion) -> None:
    """From now on it is what is shown, taken and searched; the former copy is kept beside it."""
    document = session().get_one(Document, row.document_id)
    former = session().get_one(DocumentVersion, row.former_id)
    former.standing = "replaced"
    session().flush()  # one stands at any moment
    version.standing = "stands"
    session().flush()
    told = {"sha256": [former.sha256, version.sha256], "key": version.object_key}
    audit.note(document, "copy_replaced", told, reason=row.reason)
    index.refresh(document)
    key = f"paper.read_again:{document.id}"
    jobs.enqueue("paper.read_again", {"document_id": document.id}, key=key, promised=True)
    jobs.soon("audit.checkpoint")  # as at every signing (C.1)


@handler("paper.read_again", _("Reading the signed copy for the search"), cancellable=False)
def read_again(job: Job) -> None:
    """Search the words of the copy in force, or the approved ones where it has none; repeatable."""
    document = session().get_one(Document, job.payload["document_id"], populate_existing=True)
    copy, made = document.file("signed_scan"), document.file("pdf")
    assert copy is not None  # a better one took its place
    own = pdf_pages(objects.read(copy))
    approved = [] if made is None else pdf_pages(objects.read(made))
    searched = own if belonging.speaks_for(document, own, approved) else approved
    with transaction():
        lock(document)
        generation.keep_pages(document, document.current_no, searched)
        document.revision += 1
        index.later(document)


def told(document: Document) -> dict[int, CopyReplacement]:
    """What is told of a paper's copies, by the copy it is about: what replaced a former one, and
    what became of a better one that does not stand. Whoever may see the paper is told the former.
    """
    with access.system():
        query = select(CopyReplacement).where(CopyReplacement.document_id == document.id)
        people = joinedload(CopyReplacement.owner), joinedload(CopyReplacement.decided_by)
        rows = list(session().scalars(query.options(*people).order_by(CopyReplacement.id)))
    found = {row.version_id: row for row in rows}
    return found | {row.former_id: row for row in rows if row.state == "confirmed"}
