"""Putting one file into the object store so that every crash point has a meaning (B.2).

Durable bytes in `uploads` and a `storing` row come first, the object next, the row's
compare-and-set last. Any of it may be repeated; none of it runs inside a transaction.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.classes import classified
from portal.documents.models import Document, DocumentVersion
from portal.kernel import audit, jobs
from portal.kernel.db import in_transaction, lock, session
from portal.kernel.jobs import Job
from storage.keys import object_key
from storage.port import Corrupt, NotFound, ObjectStore, Stat, read_whole

T = TypeVar("T")

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Placed:
    """A file in the store as its version's row tells of it: its object, and the bytes in clear.

    `encryption`: by whom the bytes are encrypted there, "client" (the portal) or "none".
    """

    key: str
    sha256: str
    size: int
    encryption: str

    @property
    def told(self) -> dict[str, str]:
        """What the log says of it."""
        return {"sha256": self.sha256, "key": self.key}


def encryption_for(document: Document) -> str:
    """Confidential and secret papers are encrypted here, before they leave the portal (R8.1.3)."""
    everything = parts().config.store_encrypt == "all"
    return "client" if everything or classified(document.classification) else "none"


def put(
    version: DocumentVersion,
    data: bytes,
    encryption: str,
    kind: str,
    retain_until: datetime | None = None,
) -> Placed:
    """Store bytes for a version. Repeatable: same bytes, same key.

    Until `retain_until` the store destroys them for nobody (R10.6).

    Raises `Down` when the store cannot take them now; the caller's job waits.
    """
    if in_transaction():
        raise RuntimeError("objects are stored outside transactions")
    digest = hashlib.sha256(data).hexdigest()
    key = key_for(version, kind, digest, encryption)
    mime = MIME.get(kind, version.mime)
    with store_answering():
        store = parts().store(encryption)
        store.put(key, io.BytesIO(data), len(data), digest, mime=mime, retain_until=retain_until)
    return Placed(key, digest, len(data), encryption)


def anew(version: DocumentVersion, data: bytes, plain: Stat) -> Placed:
    """Store bytes of a version encrypted, kept and held as their plain object is.

    Read back before it counts; repeatable.
    """
    placed = put(version, data, "client", version.kind, plain.retain_until)
    if plain.legal_hold:
        parts().sealed.hold(placed.key, True)
    if hashlib.sha256(read_whole(parts().sealed, placed.key)).hexdigest() != placed.sha256:
        raise Corrupt(placed.key)
    return placed


def note_sealed(version: DocumentVersion, plain: str, placed: Placed) -> None:
    """Log that a file which lay plain in the store is encrypted now, where `placed` says."""
    told = {"object_key": [plain, placed.key], "encryption": ["none", "client"]}
    which = {"version": version.version_no, "kind": version.kind, "sha256": placed.sha256}
    audit.note(version.document, "sealed", which | told)


def key_for(version: DocumentVersion, kind: str, digest: str, encryption: str) -> str:
    """The name of an object; plain and encrypted have two, since for a while both are there."""
    form = "-client" if encryption == "client" else ""
    name = f"{version.id}-{kind}{form}"
    return object_key(parts().naming_key, kind, version.made_at.year, name, digest)


def read(version: DocumentVersion) -> bytes:
    """The bytes of a stored version, verified against the row before any leaves the portal.

    Raises `Down` when the store does not answer or the copy is damaged.
    """
    with store_answering():
        data = _at_its_place(version, read_whole)
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise Corrupt(version.object_key)
    return data


def stat(version: DocumentVersion) -> Stat:
    """How the store describes a version's object; raises a `StoreError`."""
    return _at_its_place(version, lambda store, key: store.stat(key))


def _at_its_place(version: DocumentVersion, act: Callable[[ObjectStore, str], T]) -> T:
    """Do it where the row says; once more where the object was stored anew since it was read."""
    place = version.encryption, version.object_key
    try:
        return act(parts().store(place[0]), place[1])
    except NotFound:
        session().refresh(version, ["encryption", "object_key"])
        if (version.encryption, version.object_key) == place:
            raise
        return act(parts().store(version.encryption), version.object_key)


def stored(version: DocumentVersion, placed: Placed) -> None:
    """Mark a version stored; its transaction is the caller's."""
    version.state, version.error = "stored", ""
    at(version, placed)
    if session().get_one(Document, version.document_id).legal_hold:
        protect_soon(version.document_id)


def at(version: DocumentVersion, placed: Placed) -> None:
    """Say where the bytes of a version are, in the caller's transaction, which holds the row.

    Its class may have risen while they were stored; an earlier plain copy is removed (R8.1.3).
    """
    before = version.object_key if version.encryption == "none" else ""
    version.object_key, version.encryption = placed.key, placed.encryption
    version.sha256, version.size = placed.sha256, placed.size
    if placed.encryption == "client" and before:
        remove_soon(version.document_id, before, placed)
    said = select(Document.classification).where(Document.id == version.document_id)
    if placed.encryption == "none" and classified(session().scalars(said).one()):
        seal_soon(version.document_id)


def seal_soon(document_id: int) -> None:
    """Have the plain objects of a paper stored anew, encrypted (see `sealing`)."""
    key = f"paper.seal:{document_id}"
    jobs.enqueue("paper.seal", {"document_id": document_id}, key=key, promised=True)


def remove_soon(document_id: int, plain: str, placed: Placed) -> None:
    """Have a plain object removed whose bytes are where `placed` says now, encrypted."""
    said = {
        "document_id": document_id,
        "plain": plain,
        "sealed": placed.key,
        "sha256": placed.sha256,
    }
    jobs.enqueue("paper.plain_away", said, key=f"paper.plain_away:{plain}", promised=True)


def protect_soon(document_id: int) -> None:
    """Have the objects of a paper brought to what its row says (see `retention`)."""
    jobs.enqueue("paper.protect", {"document_id": document_id}, key=f"paper.protect:{document_id}")


def failed(version: DocumentVersion, reason: str) -> None:
    """A version that will not be stored says why; nothing stays half done (I3)."""
    lock(version)
    if version.state == "storing":
        version.state, version.error = "failed", reason[:2000]


def take_up_again(version: DocumentVersion) -> None:
    """A job that was given up begins anew: its version is on its way again."""
    lock(version)
    if version.state == "failed":
        version.state, version.error = "storing", ""


def given_up(job: Job) -> None:
    """The job that stores a version was given up or cancelled."""
    version = session().get(DocumentVersion, job.payload["version_id"])
    if version is not None:
        failed(version, job.error or "cancelled")
