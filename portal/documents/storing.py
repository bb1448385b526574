"""Putting one file into the object store so that every crash point has a meaning (B.2).

Durable bytes in `incoming` and a `storing` row come first, the object next, the row's
compare-and-set last. Any of it may be repeated; none of it runs inside a transaction.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from pathlib import Path

from portal.documents.classes import classified
from portal.documents.models import Document, DocumentVersion
from portal.documents.parts import parts
from portal.kernel import clock
from portal.kernel.db import in_transaction
from portal.kernel.errors import Down
from portal.kernel.words import _
from storage.keys import object_key
from storage.port import Corrupt, NotFound, StoreError, read_whole

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def keep_incoming(data: bytes) -> str:
    """Write bytes durably to the incoming folder under their hash; returns the SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    target = incoming(digest)
    if not target.exists():
        draft = target.with_name(f".{digest}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        _sync(target.parent)
    return digest


def incoming(digest: str) -> Path:
    """Where a file waits until it is stored."""
    return parts().incoming / digest


def forget_incoming(digest: str) -> None:
    """A stored file no longer waits."""
    incoming(digest).unlink(missing_ok=True)


def read_incoming(digest: str) -> bytes:
    """The waiting bytes, checked; raises `Corrupt` or `NotFound`."""
    try:
        data = incoming(digest).read_bytes()
    except FileNotFoundError:
        raise NotFound(digest) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise Corrupt(digest)
    return data


def encryption_for(document: Document) -> str:
    """Confidential and secret papers are encrypted here, before they leave the portal (R8.1.3)."""
    everything = parts().config.store_encrypt == "all"
    return "client" if everything or classified(document.classification) else "none"


def put(version: DocumentVersion, data: bytes, encryption: str, kind: str) -> tuple[str, str]:
    """Store bytes for a version; returns (object key, SHA-256). Repeatable: same bytes, same key.

    Raises a `StoreError`; `Unavailable` may be tried again.
    """
    if in_transaction():
        raise RuntimeError("objects are stored outside transactions")
    digest = hashlib.sha256(data).hexdigest()
    key = object_key(parts().naming_key, kind, version.made_at.year, f"{version.id}-{kind}", digest)
    mime = MIME.get(kind, version.mime)
    store = parts().store(encryption)
    store.put(key, io.BytesIO(data), len(data), digest, mime=mime)
    return key, digest


def read(version: DocumentVersion) -> bytes:
    """The bytes of a stored version, verified against the row before any leaves the portal.

    Raises `Down` when the store does not answer and `Corrupt` when the copy is damaged.
    """
    try:
        data = read_whole(parts().store(version.encryption), version.object_key)
    except Corrupt:
        raise
    except StoreError as reason:
        raise Down(_("The document store is not answering. Please try again soon.")) from reason
    if hashlib.sha256(data).hexdigest() != version.sha256:
        raise Corrupt(version.object_key)
    return data


def stored(version: DocumentVersion, key: str, digest: str, size: int, encryption: str) -> None:
    """Mark a version stored; its transaction is the caller's."""
    version.state, version.object_key, version.sha256 = "stored", key, digest
    version.size, version.encryption, version.error = size, encryption, ""


def sweep_incoming(older_than_hours: int = 48) -> int:
    """Remove files nobody came back for; returns how many."""
    limit = clock.now().timestamp() - older_than_hours * 3600
    old = [p for p in parts().incoming.iterdir() if p.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
