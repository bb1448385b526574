"""A paper whose class rose is encrypted in the store, also what was stored before it rose (R8.1.3).

The encrypted object comes first, the row's compare-and-set second, the plain object goes last, by
a job of its own. Each may be repeated; what a kill leaves behind is the repeated job's, or the
sweep's (see `orphans`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.documents.archive import objects, proofs
from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.classes import ORDER, classified
from portal.documents.models import Document, DocumentVersion
from portal.kernel import acts, clock, jobs, rhythm
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Down
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _
from storage.port import Corrupt, Locked, NotFound, Stat

acts.name("sealed", _("encrypted it in the store"))

ASKING = tuple(name for name in ORDER if classified(name))
#: How long a plain object is left that cannot go now, on a day nobody knows yet.
REST = timedelta(days=1)


def follow(document: Document) -> None:
    """The paper has another class, in this transaction: its files are stored as that asks."""
    if objects.encryption_for(document) != "none":
        objects.seal_soon(document.id)


def is_plain() -> ColumnElement[bool]:
    """Whether the store has the bytes of a version as they are (`DocumentVersion.kept`)."""
    failed = and_(DocumentVersion.state == "failed", DocumentVersion.object_key != "")
    return and_(
        DocumentVersion.encryption == "none", or_(DocumentVersion.state == "stored", failed)
    )


@handler("papers.seal", _("Encrypting what is confidential"))
def seal_all(job: Job) -> dict[str, Any]:
    """What rose and was left plain, by whatever way, is encrypted too."""
    query = select(DocumentVersion.document_id).join(Document).distinct()
    due = list(session().scalars(query.where(is_plain(), Document.classification.in_(ASKING))))
    for ident in due:
        with transaction():
            objects.seal_soon(ident)
    return {"papers": len(due)}


rhythm.every("papers.seal", timedelta(days=1), clock.NIGHT)


@handler("paper.seal", _("Encrypting the files of a paper"), cancellable=False)
def seal(job: Job) -> dict[str, Any]:
    """Store every plain version of a paper anew, the newest first; repeatable.

    One that cannot be read keeps no other from it. Raises `Down` where one is left.
    """
    document = session().get_one(Document, job.payload["document_id"], populate_existing=True)
    if objects.encryption_for(document) == "none":
        return {"files": 0}
    trouble, plain = None, _plain_of(document)
    for done, version in enumerate(plain, 1):
        try:
            _seal(version)
        except Down as reason:
            trouble = reason
        jobs.progress(job, done, len(plain))
    if trouble is not None:
        raise trouble
    with transaction():
        for version in session().scalars(_given_up(document)):
            proofs.forgone_soon(version)
    return {"files": len(plain)}


def _given_up(document: Document) -> Select[DocumentVersion]:
    """Signed copies whose job ended before their row could say whether the store has them."""
    return select(DocumentVersion).where(
        DocumentVersion.document_id == document.id,
        DocumentVersion.kind == "signed_scan",
        DocumentVersion.state == "failed",
        DocumentVersion.object_key == "",
        DocumentVersion.sha256 != "",
    )


def _plain_of(document: Document) -> list[DocumentVersion]:
    """Who was just storing one by the class of before has finished when its row is had."""
    mine = select(DocumentVersion).where(DocumentVersion.document_id == document.id)
    with transaction():
        session().scalars(mine.order_by(DocumentVersion.id).with_for_update()).all()
        rows = mine.where(is_plain()).order_by(DocumentVersion.id.desc())
        return list(session().scalars(rows.execution_options(populate_existing=True)))


def _seal(version: DocumentVersion) -> None:
    """The encrypted object is kept and held as the plain one is, and read back before it counts."""
    plain = version.object_key
    data = objects.read(version)
    with store_answering():
        if (found := _plainly(version, plain)) is None:
            return
        placed = objects.anew(version, data, found)
    with transaction():
        lock(version)
        if not version.kept or (version.encryption, version.object_key) != ("none", plain):
            return
        objects.at(version, placed)
        objects.note_sealed(version, plain, placed)
        objects.protect_soon(version.document_id)  # what changed while it was stored


def _plainly(version: DocumentVersion, plain: str) -> Stat | None:
    """The plain object; None when other work has encrypted it and removed that meanwhile."""
    try:
        return parts().plain.stat(plain)
    except NotFound:
        session().refresh(version, ["encryption", "object_key"])
        if version.object_key == plain:
            raise
        return None


@handler("paper.plain_away", _("Removing an unencrypted file"), cancellable=False)
def remove(job: Job) -> dict[str, Any]:
    """Destroy a plain object whose bytes are encrypted under another name; repeatable.

    What the store may not destroy yet is left until its day, and while the paper is held: two of
    it are there, which `doctor` says.
    """
    document = session().get_one(Document, job.payload["document_id"], populate_existing=True)
    try:
        until = _removed(document, **{name: job.payload[name] for name in _SAID})
    except Down:
        if "until" not in job.payload:
            raise
        _put_off(job, clock.now())  # it waited for its day until now, not for the store
        return {}
    if until is not None:
        _put_off(job, max(until, clock.now() + REST), until.isoformat())
    return {"removed": until is None}


_SAID = ("plain", "sealed", "sha256")


def _removed(document: Document, plain: str, sealed: str, sha256: str) -> datetime | None:
    """None when it is gone, else from when on it may go."""
    with store_answering():
        if parts().sealed.stat(sealed).sha256 != sha256:
            raise Corrupt(sealed)
        with transaction():
            lock(document)  # no copy is registered anew meanwhile
            named = DocumentVersion.object_key == plain
            if session().scalar(select(DocumentVersion.id).where(named).limit(1)) is not None:
                return None  # not left over at all
            mine = DocumentVersion.document_id == document.id, DocumentVersion.state == "storing"
            if session().scalar(select(DocumentVersion.id).where(*mine).limit(1)) is not None:
                return clock.now() + REST  # it may be the same bytes again
            with suppress(NotFound):  # an earlier run did it
                return _let_go(document, plain)
    return None


def _let_go(document: Document, plain: str) -> datetime | None:
    """Have the store destroy it, unless the paper is held; raises `NotFound` when it is gone.

    Where somebody hid it around the portal it is there all the same: whether, `delete` says.
    """
    store = parts().plain
    with suppress(NotFound):
        found = store.stat(plain)
        if document.legal_hold:
            return clock.now() + REST
        if found.legal_hold:
            store.hold(plain, False)
    try:
        store.delete(plain)
    except Locked as reason:
        return reason.until or clock.now() + REST
    return None


@dataclass(frozen=True)
class Left:
    """A plain object that the store keeps of a paper which is encrypted: its key, and until when."""

    document_id: int
    key: str
    until: datetime


def left_plain() -> list[Left]:
    """Every plain object that may not be destroyed yet, the oldest first."""
    waiting = (Job.kind == "paper.plain_away", Job.state.in_(("ready", "running")))
    said = session().scalars(select(Job.payload).where(*waiting).order_by(Job.id))
    return [
        Left(one["document_id"], one["plain"], datetime.fromisoformat(one["until"]))
        for one in said
        if "until" in one
    ]


def _put_off(job: Job, when: datetime, until: str | None = None) -> None:
    """Another job of the same key goes on: a job's patience counts from when it was asked for."""
    payload = {name: job.payload[name] for name in ("document_id", *_SAID)}
    if until is not None:
        payload["until"] = until
    key = f"paper.plain_away:{payload['plain']}"
    with transaction():
        jobs.enqueue("paper.plain_away", payload, key=key, run_at=when, promised=True)
