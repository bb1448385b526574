"""Where the wrapped data keys of encrypted objects are kept: in the database, with a commit of its own."""

from __future__ import annotations

from portal.documents.models.keys import ObjectKey
from portal.kernel.db import in_transaction, session, transaction
from storage.sealed import Wrap


class DatabaseWraps:
    """The `Wraps` of the storage tool. Written before the object: a spare row harms nobody."""

    def add(self, slot: str, kid: str, wrapped: bytes, size: int, sha256: str) -> None:
        """Keep a wrap durably before the object it opens is stored."""
        if in_transaction():
            raise RuntimeError("objects are stored outside transactions")
        with transaction():
            if session().get(ObjectKey, slot) is None:
                session().add(
                    ObjectKey(slot=slot, kid=kid, wrapped=wrapped, size=size, sha256=sha256)
                )

    def find(self, slot: str) -> Wrap | None:
        """The wrap of an object, or None."""
        row = session().get(ObjectKey, slot)
        if row is None:
            return None
        return Wrap(kid=row.kid, wrapped=row.wrapped, size=row.size, sha256=row.sha256)

    def remove(self, slot: str) -> None:
        """Crypto-shredding: without the wrap nobody reads the object again."""
        with transaction():
            if (row := session().get(ObjectKey, slot)) is not None:
                session().delete(row)
