"""Small words for the storage tests: fresh names, whole puts, a table of wraps in memory."""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

from storage.port import ObjectStore, Stat
from storage.sealed import Wrap


def fresh_key(kind: str = "signed") -> str:
    """A key nobody has used, so tests share a server without meeting."""
    return f"{kind}/2026/{uuid.uuid4().hex}"


def sha256(data: bytes) -> str:
    """The hex digest the port speaks of."""
    return hashlib.sha256(data).hexdigest()


def put(store: ObjectStore, key: str, data: bytes, **options: Any) -> Stat:
    """Store bytes with their own size and hash."""
    return store.put(key, io.BytesIO(data), len(data), sha256(data), **options)


class WrapTable(dict[str, Wrap]):
    """Keeps wraps as the portal's table would, in memory."""

    def add(self, slot: str, kid: str, wrapped: bytes, size: int, sha256: str) -> None:
        """Keep a wrap."""
        self[slot] = Wrap(kid, wrapped, size, sha256)

    def find(self, slot: str) -> Wrap | None:
        """The wrap, or None."""
        return self.get(slot)

    def remove(self, slot: str) -> None:
        """Forget a wrap."""
        self.pop(slot, None)
