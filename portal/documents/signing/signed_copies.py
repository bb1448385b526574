"""The signed copy comes back: durable at once, stored write-once, and only then in force (B.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from doc_templates.errors import PaperError
from doc_templates.images import PHOTOS, check_pdf, photos_to_pdf
from doc_templates.text import pdf_pages
from portal.documents import labels
from portal.documents.archive import objects, proofs, retention, uploads
from portal.documents.archive.objects import Placed
from portal.documents.archive.uploads import Kept
from portal.documents.models import Document, DocumentVersion
from portal.documents.papers import generation
from portal.documents.search import index
from portal.documents.signing import belonging, signatures
from portal.documents.subjects import SignedCopy, paper_of, record_of, use_of
from portal.documents.word_templates.problems import said
from portal.kernel import access, audit, clock, jobs, text
from portal.kernel.db import after_commit, lock, session, transaction
from portal.kernel.errors import Conflict, Down, Invalid, Refusal, Unmet
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of

MOST_OF_A_REASON = 200
WHY_FEWER = _("Why it has fewer pages")
#: What is said of a copy with fewer pages than the paper that was sent out: why it is whole.
FEWER = "fewer_pages_because"
#: Of a record taken over: its version when its copy was handed in, since it may still be edited.
AS_READ = "record_version"


class Sent(NamedTuple):
    """A file as the person sent it."""

    name: str
    data: bytes

    @property
    def is_pdf(self) -> bool:
        """Whether it says of itself that it is a PDF."""
        return self.data.startswith(b"%PDF-")


def as_pdf(files: Sequence[Sent]) -> bytes:
    """One PDF from what was uploaded: a PDF as it is, or photos put together in order.

    Raises `Invalid` for the file field, naming the file that is neither, or when the photos are
    too many: a page that is left out would be missing from the paper in force.
    """
    if not files or not all(one.data for one in files):
        raise Invalid({"file": _("Choose the scan or the photos of the signed paper.")})
    if len(files) > PHOTOS:
        raise Invalid({"file": _("At most %(n)s photos; scan longer papers as one PDF.", n=PHOTOS)})
    if len(files) > 1 and (pdf := next((one for one in files if one.is_pdf), None)):
        words = _(
            "“%(name)s” is a PDF. Choose one PDF that holds every page, or photos alone.",
            name=pdf.name,
        )
        raise Invalid({"file": words})
    try:
        if files[0].is_pdf:
            check_pdf(files[0].data)
            return files[0].data
        return photos_to_pdf([one.data for one in files], [one.name for one in files])
    except PaperError as reason:
        raise Invalid({"file": said(reason)}) from reason


def keep(record: Any, files: Sequence[Sent], because: str = "") -> Kept:
    """Keep what was uploaded for this record's paper, for `register`; before its transaction.

    Raises `Invalid` when it is no such file (`as_pdf`), another paper's (`belonging.require`) or
    has fewer pages than were sent out and nobody says why (`because`): then nothing of it is kept.
    """
    data = as_pdf(files)
    with access.system():
        require(_paper(record), data, because)
    return uploads.keep(data)


def require(document: Document | None, data: bytes, because: str) -> None:
    """Raise `Invalid` for the field when a file cannot be the signed copy of this paper.

    Two pages of a paper may be on one of a scan: so fewer pages are no fault once somebody who has
    them in hand says why.
    """
    digest, pages = hashlib.sha256(data).hexdigest(), pdf_pages(data)
    belonging.require(document, digest, pages, data)
    text.uncut(because, MOST_OF_A_REASON, FEWER, WHY_FEWER)
    out = 0 if document is None else sent_out(document)
    if len(pages) < out and not text.said(because):
        said = _(
            "The file has %(n)s pages, and the paper that was sent out has %(out)s. Is it whole? Then"
            " say why, and choose the file once more.",
            n=len(pages),
            out=out,
        )
        raise Invalid({FEWER: said})


def sent_out(document: Document) -> int:
    """How many pages the paper has that was sent out; 0 where none was made here."""
    made = document.file("pdf")
    return 0 if made is None else made.pages


def as_sent_out(record: Any, received: Kept) -> bool:
    """Whether what was kept is the very PDF that was made of the record's paper: nobody signed it."""
    with access.system():
        document = _paper(record)
        made = None if document is None else document.file("pdf")
        return made is not None and made.sha256 == received.sha256


def _paper(record: Any) -> Document | None:
    """The record's paper as the session at work sees it, which must be the system's."""
    found: Document | None = paper_of(session().get_one(type(record), record.id))
    return found


def not_being_stored(record: Any) -> Iterator[Words]:
    """A guard of every step that leaves what was sent out: a copy somebody was promised comes first."""
    with access.system():
        query = select(DocumentVersion.id).where(
            DocumentVersion.document_id == record.document_id,
            DocumentVersion.kind == "signed_scan",
            DocumentVersion.state == "storing",
        )
        if record.document_id is not None and session().scalar(query.limit(1)) is not None:
            yield _("A signed copy is being stored.")


def register(record: Any, received: Kept, token: str, facts: dict[str, Any]) -> Job:
    """Tx 1: gate passed, bytes durable, `storing` row and job written; the answer is a job to watch.

    `received` is what `uploads.keep` gave for the PDF, before the transaction. `token` makes it
    once: a second click with the same token finds the first one's job. `facts`: what the person
    read on it, ``signed_on`` (ISO) and ``signatures`` (`signatures.Said`, each side's). Raises
    `Conflict` when another copy is there already, `Invalid` naming the field that cannot be.

    Whoever registers copies of this kind of record (matrix (b)) has the paper in hand and need
    not be able to open it.
    """
    lock(record)  # it does not move on while its copy is taken
    with access.system():
        return _taken(session().get_one(type(record), record.id), received, token, facts)


def _taken(record: Any, received: Kept, token: str, facts: dict[str, Any]) -> Job:
    document: Document | None = paper_of(record)
    if document is None:
        raise Unmet([_("There is no finished paper yet.")])
    lock(document)
    known = session().scalar(
        select(DocumentVersion).where(DocumentVersion.idempotency_key == token)
    )
    if known is not None and known.document_id == document.id:
        after_commit(lambda: uploads.forget(received.name))
        return _job(known, {})
    scan = _scan(document)
    if known is not None or (scan is not None and scan.state != "failed"):
        raise Conflict(_("There is a signed copy already."))
    _require(record, document, facts)
    belonging.require(document, received.sha256, [])  # what it says was read before, and will be
    version = _begun(document, scan, received, token, facts.get(FEWER, ""))
    signed = facts["signatures"]
    signatures.write(version, signed)
    told = facts | {"signatures": [one._asdict() for one in signed]}
    hashed = {"sha256": received.sha256, "size": received.size}
    audit.note(document, "signed_copy_received", hashed | told)
    needed = {name: said for name, said in facts.items() if name != "signatures"}  # have their rows
    return _job(version, needed | {"upload": received.name})


def _begun(
    document: Document, scan: DocumentVersion | None, received: Kept, token: str, because: str
) -> DocumentVersion:
    """The row of the copy while it is stored; one that failed begins anew."""
    version = scan or DocumentVersion(
        document_id=document.id,
        version_no=document.current_no or 1,
        kind="signed_scan",
        mime=objects.MIME["pdf"],
    )
    version.state, version.error, version.idempotency_key = "storing", "", token
    if version.sha256 != received.sha256:
        if scan is not None:
            proofs.forgone_soon(scan)
        version.object_key = ""  # of an earlier copy, which the log names
    version.sha256, version.size = received.sha256, received.size
    version.fewer_pages_because = because
    version.made_by_id, version.made_at = access.behalf().account_id, clock.now()
    session().add(version)
    session().flush()  # the job and the signatures name it
    return version


def _require(record: Any, document: Document, facts: dict[str, Any]) -> None:
    """What was read on the copy can be so; raises `Invalid` for the field, or what the gate says."""
    day, signed = date.fromisoformat(facts["signed_on"]), facts["signatures"]
    _copy_of(record).gate(record, day)
    printed = document.file("pdf")
    began = None if printed is None else printed.made_at.astimezone(clock.zone()).date()
    days = [("signed_on", day)]
    days += ((signatures.box("signer_day", at), one.day) for at, one in enumerate(signed))
    for field, one in days:
        if began is not None and one < began:
            raise Invalid({field: _("The paper did not exist yet on this day.")})
    signatures.require(record, signed, day)


def _copy_of(record: Any) -> SignedCopy:
    """How the signed copy of this kind of record comes back."""
    found = use_of(record).copy
    assert found is not None  # the duty to register copies is given on such kinds alone
    return found


def _scan(document: Document) -> DocumentVersion | None:
    """The signed copy of the version in force, whatever became of it; a failed one is replaced."""
    query = select(DocumentVersion).where(
        DocumentVersion.document_id == document.id,
        DocumentVersion.kind == "signed_scan",
        DocumentVersion.standing == "stands",
        DocumentVersion.version_no == (document.current_no or 1),  # 0: a paper taken over
    )
    return session().scalar(query.execution_options(populate_existing=True))


def _job(version: DocumentVersion, facts: dict[str, Any]) -> Job:
    key = f"paper.sign:{version.id}"
    if not facts and (found := session().scalar(select(Job).where(Job.dedupe_key == key))):
        return found
    payload = {"version_id": version.id} | audit.plain(facts)
    return jobs.enqueue("paper.sign", payload, key=key, total=2)


@handler(
    "paper.sign", _("Storing the signed copy"), undone=objects.given_up, cancellable=False
)  # somebody was told that it will be stored
def store_signed(job: Job) -> dict[str, Any]:
    """Store the scan, then Tx 2: compare-and-set to stored, move paper and record, index.

    Runs on behalf of whoever registered it; killed anywhere, it is run again.
    """
    version = session().get_one(DocumentVersion, job.payload["version_id"])
    document = session().get_one(Document, version.document_id)
    if version.state != "stored":
        with transaction():
            objects.take_up_again(version)
        data = uploads.read(job.payload["upload"])
        pages = pdf_pages(data)
        try:
            belonging.require(document, version.sha256, pages, data, every_code=True)
        except Invalid as reason:
            return _turned_away(version, document, reason)
        encryption = objects.encryption_for(document)
        until = retention.due(document, _record(document), _day(job))
        kept = retention.moment(until)
        placed = objects.put(version, data, encryption, "signed_scan", kept)
        jobs.progress(job, 1)
        try:
            _complete(version, document, job, placed, pages)
        except Down:
            raise  # it can wait
        except Refusal as reason:  # the record moved meanwhile: nothing makes this copy fit again
            with transaction():
                objects.failed(version, str(reason))
                _keep(version, placed, len(pages))
                audit.note(document, "signed_copy_kept", placed.told)
            return {"document_id": document.id, "failed": reason.message.plain()}
    if upload := job.payload.get("upload"):
        uploads.forget(upload)
    return {"document_id": document.id}


def _turned_away(version: DocumentVersion, document: Document, reason: Invalid) -> dict[str, Any]:
    """A file of another paper is not stored a second time, least of all as this one's."""
    with transaction():
        objects.failed(version, str(reason))
        audit.note(document, "signed_copy_refused", {"sha256": version.sha256})
    return {"document_id": document.id, "failed": reason.message.plain()}


def _keep(version: DocumentVersion, placed: Placed, pages: int) -> None:
    """A copy that cannot come into force is not lost: it can be taken out and registered again."""
    objects.at(version, placed)
    version.pages = pages


def _complete(
    version: DocumentVersion, document: Document, job: Job, placed: Placed, pages: list[str]
) -> None:
    with transaction():
        lock(version)
        if version.state != "storing":
            return
        objects.stored(version, placed)
        version.pages = len(pages)
        document.current_no = version.version_no  # changes only for a paper taken over
        if belonging.speaks_for(document, pages, index.page_texts(document)):
            generation.keep_pages(document, version.version_no, pages)
        with access.on_behalf_of(registrar(version)):
            record = _record(document)
            _must_be_as_read(record, job)
            _copy_of(record).stored(record, job.payload)
            retention.keep(document, retention.due(document, record, _day(job)))
            labels.rewrite(document)
            audit.note(document, "signed_copy_stored", placed.told)
            index.later(document)
            jobs.soon("audit.checkpoint")  # at every signing (C.1)


def _must_be_as_read(record: Any, job: Job) -> None:
    """A copy is in force for what its record said when somebody held the two together (R8.1.2)."""
    if job.payload.get(AS_READ, record.row_version) != record.row_version:
        raise Conflict(_("The record was changed after the copy was handed in."))


def registrar(version: DocumentVersion) -> access.Actor:
    """Whoever handed a copy in, as the person the portal stores it for."""
    account = session().get(UserAccount, version.made_by_id)
    return actor_of(account, via="job") if account is not None else access.SYSTEM


def _record(document: Document) -> Any:
    found = record_of(document)
    if found is None:
        raise Conflict(_("The paper belongs to no record."))
    return session().get_one(type(found), found.id)


def _day(job: Job) -> date:
    return date.fromisoformat(job.payload["signed_on"])
