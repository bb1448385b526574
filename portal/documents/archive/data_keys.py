"""Where the wrapped data keys of encrypted objects are kept: in the database, with a commit of its own."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from portal.documents.models.keys import ObjectKey
from portal.kernel import acts, audit
from portal.kernel.db import in_transaction, session, transaction
from portal.kernel.words import _
from storage.sealed import KeyRing, Wrap

acts.name("rewrapped", _("wrapped the keys of stored files anew"))

#: Rows of one transaction when all of them are wrapped anew.
_BATCH = 200


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
        """The wrapped key of an object by its `slot`; None where there is none."""
        row = session().get(ObjectKey, slot)
        if row is None:
            return None
        return Wrap(kid=row.kid, wrapped=row.wrapped, size=row.size, sha256=row.sha256)

    def remove(self, slot: str) -> None:
        """Crypto-shredding: without the wrap nobody reads the object again."""
        with transaction():
            if (row := session().get(ObjectKey, slot)) is not None:
                session().delete(row)


def counted() -> dict[str, int]:
    """How many data keys each key of the ring wraps."""
    query = select(ObjectKey.kid, func.count()).group_by(ObjectKey.kid)
    return dict(session().execute(query).all())


def rewrap(ring: KeyRing, seen: Callable[[int], None]) -> int:
    """Wrap every data key under the current key of the ring; returns how many were not yet.

    No object is read or written, and whoever is interrupted begins again where it ended. `seen`
    is told how many are done. Raises `Denied` when the ring lost a key that is still needed.
    """
    done = 0
    while count := _some_anew(ring):
        done += count
        seen(done)
    return done


def _some_anew(ring: KeyRing) -> int:
    with transaction():
        query = select(ObjectKey).where(ObjectKey.kid != ring.current).order_by(ObjectKey.slot)
        rows = session().scalars(query.limit(_BATCH).with_for_update()).all()
        for row in rows:
            wrap = ring.rewrap(Wrap(row.kid, row.wrapped, row.size, row.sha256), row.slot)
            row.kid, row.wrapped = wrap.kid, wrap.wrapped
        if rows:
            audit.note_thing(
                "object_key", None, "rewrapped", changes={"kid": ring.current, "count": len(rows)}
            )
        return len(rows)
