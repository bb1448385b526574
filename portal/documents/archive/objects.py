"""Putting one file into the object store so that every crash point has a meaning (B.2).

Durable bytes in `uploads` and a `storing` row come first, the object next, the row's
compare-and-set last. Any of it may be repeated; none of it runs inside a transaction.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.classes import classified
from portal.documents.models import Document, DocumentVersion
from portal.kernel import jobs
from portal.kernel.db import in_transaction, lock, session
from portal.kernel.jobs import Job
from storage.keys import object_key
from storage.port import Corrupt, read_whole

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


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
) -> tuple[str, str]:
    """Store bytes for a version; returns (object key, SHA-256). Repeatable: same bytes, same key.

    Until `retain_until` the store destroys them for nobody (R10.6).

    Raises `Down` when the store cannot take them now; the caller's job waits.
    """
    if in_transaction():
        raise RuntimeError("objects are stored outside transactions")
    digest = hashlib.sha256(data).hexdigest()
    key = object_key(parts().naming_key, kind, version.made_at.year, f"{version.id}-{kind}", digest)
    mime = MIME.get(kind, version.mime)
    with store_answering():
        store = parts().store(encryption)
        store.put(key, io.BytesIO(data), len(data), digest, mime=mime, retain_until=retain_until)
    return key, digest


def read(version: DocumentVersion) -> bytes:
    """The bytes of a stored version, verified against the row before any leaves the portal.

    Raises `Down` when the store does not answer or the copy is damaged.
    """
    with store_answering():
        data = read_whole(parts().store(version.encryption), version.object_key)
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise Corrupt(version.object_key)
    return data


def stored(version: DocumentVersion, key: str, digest: str, size: int, encryption: str) -> None:
    """Mark a version stored; its transaction is the caller's."""
    version.state, version.object_key, version.sha256 = "stored", key, digest
    version.size, version.encryption, version.error = size, encryption, ""
    if session().get_one(Document, version.document_id).legal_hold:
        protect_soon(version.document_id)


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
