"""Is everything as it should be: rows and objects, hashes, stuck work, search, the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from portal.boot import signer
from portal.documents.archive import data_keys, objects, retention, sealing
from portal.documents.archive.parts import parts
from portal.documents.models import Document, DocumentVersion
from portal.documents.review import binding
from portal.documents.search import index
from portal.documents.signing.takeover import SCANNED
from portal.documents.subjects import record_of, subject, use_of
from portal.engines.approval.models import Approval
from portal.kernel import access, checkpoint, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.config import Config
from portal.kernel.db import session
from portal.kernel.errors import Down, Unmet
from search_index.errors import IndexBroken, IndexBusy
from storage.port import Stat, StoreError, Unavailable

STUCK_AFTER = timedelta(minutes=10)


Seen = Callable[[str, int, int], None]


def _unseen(_words: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def examine(config: Config, *, read_data: bool = False, seen: Seen = _unseen) -> Iterator[str]:
    """Yield one line per fault; nothing means sound. `read_data` reads every object whole.

    What waits for its day is no fault (see `known`).

    `seen` is told how far the long parts are: what, how many done, of how many.
    """
    with access.acting_as(access.SYSTEM):
        yield from _objects(read_data, seen)
        yield from _plain()
        yield from _keys()
        yield from _signed()
        yield from _twofold()
        yield from _stuck()
        yield from _search()
        events = session().scalar(select(func.max(AuditEvent.seq))) or 0
        walk = checkpoint.verify(signer(config), lambda at: seen("Audit log", at, events))
        for fault in walk:
            yield f"audit: event {fault.seq}: {fault.what}"


def _objects(read_data: bool, seen: Seen) -> Iterator[str]:
    """Every stored version has its object, of the right size, and with `read_data` the right bytes."""
    stored = select(DocumentVersion).where(DocumentVersion.state == "stored")
    versions = list(session().scalars(stored))
    for done, version in enumerate(versions, 1):
        seen("Objects", done, len(versions))
        try:
            found = objects.stat(version)
            if found.size != version.size:
                yield f"object: version {version.id} has {found.size} bytes, recorded {version.size}"
            elif version.kind == "signed_scan" and not _kept(version, found):
                yield f"kept: version {version.id} could be destroyed before its day"
            elif read_data:
                objects.read(version)
        except (StoreError, Down) as reason:
            found_wrong = reason.__cause__ if isinstance(reason, Down) else reason
            if isinstance(found_wrong, Unavailable):  # one fault, not one of each paper
                left = len(versions) - done + 1
                yield f"store: {found_wrong}; {left} of {len(versions)} objects were not looked at"
                return
            yield f"object: version {version.id}: {type(found_wrong).__name__}"


def _kept(version: DocumentVersion, found: Stat) -> bool:
    """R10.6: the store itself keeps a signed copy as long as its paper says."""
    until = version.document.retention_until
    config = parts().config
    if until is None or (config.store == "s3" and config.s3_lock == "none"):
        return until is not None
    day = retention.moment(until)
    return day <= clock.now() or (found.retain_until is not None and found.retain_until >= day)


def _plain() -> Iterator[str]:
    """R8.1.3: of a confidential or secret paper nothing is in the store as it is."""
    open_jobs = select(jobs.Job.payload).where(
        jobs.Job.kind == "paper.seal", jobs.Job.state.in_(("ready", "running"))
    )
    under_way = {payload["document_id"] for payload in session().scalars(open_jobs)}
    query = select(DocumentVersion).join(Document).where(sealing.is_plain())
    for version in session().scalars(query.where(Document.classification.in_(sealing.ASKING))):
        document = version.document
        if document.id not in under_way:
            yield (
                f"plain: version {version.id} of the {document.classification} paper {document.no} "
                "is not encrypted in the store"
            )


def known() -> Iterator[str]:
    """Yield one line for what is not as it should be and waits for a day: nobody can do anything.

    R8.1.3: an unencrypted copy that the store may not destroy yet (R10.6).
    """
    with access.acting_as(access.SYSTEM):
        for left in sealing.left_plain():
            document = session().get_one(Document, left.document_id)
            held = " or longer, as the paper is held" if document.legal_hold else ""
            yield (
                f"known: paper {document.no} is encrypted; an unencrypted copy of it, {left.key}, "
                f"waits until {left.until.astimezone(clock.zone()):%Y-%m-%d}{held}"
            )


def _keys() -> Iterator[str]:
    """Every data key is wrapped by a key the ring holds; without it its object is lost."""
    kids = parts().sealed.ring.kids
    for kid, count in data_keys.counted().items():
        if kid not in kids:
            yield f"keys: {count} data keys are wrapped by {kid!r}, which the key ring does not hold"


def _signed() -> Iterator[str]:
    """I2: signed means a stored scan, and the approval's hash is the frozen paper's (R3.3.2)."""
    states = ("signed", "archived", "superseded")
    for document in session().scalars(select(Document).where(Document.state.in_(states))):
        comes_back = any(subject(link.subject_type).copy for link in document.links)
        if not comes_back or not document.current_no:
            continue
        if document.file("signed_scan") is None:
            yield f"signed: paper {document.no} has no stored signed copy"
        if document.origin != SCANNED and not _as_approved(record_of(document)):
            yield f"signed: paper {document.no} or its record is not what was approved"


def _twofold() -> Iterator[str]:
    """One file is the signed copy of one paper; what was registered before that was asked is told."""
    mine = (DocumentVersion.kind == "signed_scan", DocumentVersion.state == "stored")
    papers = func.count(DocumentVersion.document_id.distinct())
    several = select(DocumentVersion.sha256).where(*mine).group_by(DocumentVersion.sha256)
    for digest in session().scalars(several.having(papers > 1)):
        held = select(Document.no).join(Document.versions)
        numbers = session().scalars(held.where(DocumentVersion.sha256 == digest, *mine))
        yield f"signed: one file is the signed copy of {', '.join(sorted(numbers))}"


def _as_approved(record: Any) -> bool:
    """Whether files and bound fields are still those that everybody asked said yes to."""
    if record is None:
        return False
    try:
        return use_of(record).approved(record, binding.binding_of(record).sha256)
    except Unmet:
        return False


def _stuck() -> Iterator[str]:
    """I3: nothing stays half done, no job is dead, and none that comes back keeps failing."""
    limit = clock.now() - STUCK_AFTER
    old = select(DocumentVersion).where(
        DocumentVersion.state == "storing", DocumentVersion.made_at < limit
    )
    for version in session().scalars(old):
        yield f"stuck: version {version.id} is still being stored"
    yield from _untaken(limit)
    weary = (jobs.Job.state == "ready") & (jobs.Job.attempts >= jobs.MOST_ATTEMPTS)
    for job in session().scalars(select(jobs.Job).where(or_(jobs.Job.state == "dead", weary))):
        yield f"job: {job.kind} {job.id} gave up: {job.error[:120]}"
    twice = (
        select(Approval.subject_type, Approval.subject_id)
        .where(Approval.status == "pending")
        .group_by(Approval.subject_type, Approval.subject_id, Approval.action)
        .having(func.count() > 1)
    )
    for kind, ident in session().execute(twice):
        yield f"approval: {kind} {ident} has two open steps"


def _untaken(limit: datetime) -> Iterator[str]:
    """Work that was due before `limit` and that no worker has: perhaps none runs."""
    due = (jobs.Job.state == "ready") & (jobs.Job.run_at < limit)
    left = (jobs.Job.state == "running") & (jobs.Job.lease_until < limit)
    query = select(func.count(), func.min(jobs.Job.run_at)).where(or_(due, left))
    count, since = session().execute(query).one()
    if count:
        yield f"jobs: {count} wait, the first since {since:%Y-%m-%d %H:%M} UTC; does a worker run?"


def _search() -> Iterator[str]:
    """I5: once the outbox has drained, the index holds exactly what the database says."""
    if index.pending():
        return
    right = index.wanted()
    try:
        faults = parts().shelf.check()
        have = parts().shelf.reader().fingerprints()
    except IndexBroken as reason:
        if right:  # else nothing was ever to be found; the first paper makes the index
            yield f"search: the index cannot be read: {reason}"
        return
    except IndexBusy as reason:
        yield f"search: the index could not be looked at: {reason}"
        return
    yield from (f"search: {fault}" for fault in faults)
    for ident in sorted(set(right) | set(have)):
        if right.get(ident) != have.get(ident):
            yield f"search: paper {ident} differs between index and database"
