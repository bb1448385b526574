"""Objects no row names: what killed work left in the store, counted, and swept once it is old.

Work that died between putting an object and writing its row comes back and finds the object
there, so nothing is swept while any version is on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select, text

from portal.documents.archive import objects, sealing
from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.models import DocumentTemplate, DocumentVersion
from portal.documents.models.paper import KINDS
from portal.kernel import clock
from portal.kernel.db import session, transaction
from storage.port import Listed, Locked, NotFound

#: Younger ones may belong to work that is still tried again (`jobs.PATIENCE`).
SAFE_AGE = timedelta(days=8)
#: Where nothing is ever swept.
NEVER = ("template/", "signed_scan/")
#: How many go in one transaction: nobody else writes a version meanwhile.
AT_ONCE = 20


@dataclass
class Swept:
    """What a sweep did: objects and bytes removed, kept by a lock, left because work is on its way."""

    removed: int = 0
    size: int = 0
    locked: int = 0
    waiting: int = 0


def orphans() -> list[Listed]:
    """Every object of papers and templates that no row names, whatever its age.

    A plain one that waits for its day (`sealing.left_plain`) is named by the job that removes it.

    Objects are listed before the rows are read: what is stored meanwhile has its row by then.
    """
    with store_answering():
        places = (f"{kind}/" for kind in (*KINDS, "template"))
        found = list(chain.from_iterable(parts().plain.list(place) for place in places))
    known = set(session().scalars(select(DocumentTemplate.object_key)))
    known |= set(session().scalars(select(DocumentVersion.object_key)))
    known |= {left.key for left in sealing.left_plain()}
    return [one for one in found if one.key not in known]


def old(found: Iterable[Listed]) -> Iterator[Listed]:
    """Those that may be swept by their age.

    Templates' may not: their rows come last, without a job. Nor may signed copies: one that could
    not come into force stays somebody's proof when another copy took its row. What is the plain
    form of a copy whose row names the encrypted one proves nothing more.
    """
    limit: datetime = clock.now() - SAFE_AGE
    aged = [one for one in found if one.since < limit]
    twins = _twins() if any(one.key.startswith(NEVER) for one in aged) else frozenset()
    return (one for one in aged if one.key in twins or not one.key.startswith(NEVER))


def _twins() -> frozenset[str]:
    """What the plain objects of signed copies would be called that are stored encrypted (R8.1.3)."""
    query = select(DocumentVersion).where(
        DocumentVersion.kind == "signed_scan",
        DocumentVersion.state == "stored",
        DocumentVersion.encryption == "client",
    )
    rows = session().scalars(query)
    return frozenset(objects.key_for(row, row.kind, row.sha256, "none") for row in rows)


def sweep(found: Iterable[Listed]) -> Swept:
    """Destroy the old ones of these for good; raises `Down` when the store does not answer."""
    done = Swept()
    due = list(old(found))
    for at in range(0, len(due), AT_ONCE):
        some = due[at : at + AT_ONCE]
        with transaction():
            _hold_back_work()
            left = _still_nobodys(some)
            done.waiting += len(some) - len(left)
            for one in left:
                _remove(one, done)
    return done


def _hold_back_work() -> None:
    """No version begins to be stored before this ends; on SQLite the transaction itself says so."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("LOCK TABLE document_version IN SHARE ROW EXCLUSIVE MODE"))


def _still_nobodys(some: list[Listed]) -> list[Listed]:
    """Those no row names now; none of them while a version is on its way."""
    rows = select(DocumentVersion.id).where(DocumentVersion.state == "storing")
    if session().scalar(rows.limit(1)) is not None:
        return []
    keys = [one.key for one in some]
    named = select(DocumentVersion.object_key).where(DocumentVersion.object_key.in_(keys))
    taken = set(session().scalars(named))
    return [one for one in some if one.key not in taken]


def _remove(one: Listed, done: Swept) -> None:
    with store_answering():
        try:
            parts().sealed.delete(one.key)
        except Locked:
            done.locked += 1
        except NotFound:
            return  # somebody else swept it
        else:
            done.removed, done.size = done.removed + 1, done.size + one.size
