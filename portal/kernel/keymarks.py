"""The keys an installation keeps outside its database, and the marks by which the database knows them.

A key that is gone, or another installation's, must stop every process before it seals or signs
anything: what was sealed under the old one would be lost without a word.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, String, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.kernel import clock
from portal.kernel.config import Config, Unusable
from portal.kernel.db import Base, Moment, before_commit
from portal.kernel.errors import Down
from portal.kernel.words import _

log = logging.getLogger(__name__)

#: What could no longer be done without a key.
LOSS = {
    "fields": "read identity numbers, addresses and the values of papers",
    "audit": "check the signed checkpoints of the audit log",
    "naming": "name stored files",
    "store": "open encrypted papers",
}


class KeyMark(Base):
    """A key in use: by this mark it is known again, and nothing of it can be found out."""

    __tablename__ = "key_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = mapped_column(Moment)


#: The marks of the keys this process works with, and the database that has not yet agreed to them.
_held: dict[str, str] = {}
_unsure: Engine | None = None


def mark(key: bytes) -> str:
    """By what a 32-byte key is known again; 64 hex digits."""
    return hmac.new(key, b"mark of a key of the portal", hashlib.sha256).hexdigest()


def hold(engine: Engine, config: Config, ring: Callable[[], Mapping[str, bytes]]) -> None:
    """Make the keys a new database lacks; refuse when one it knows is gone or another.

    `ring`: the keys of the object store by name, asked once the own ones are there. When the
    database does not answer no key is made, and the first transaction compares. Raises
    `Unusable` in one sentence, `OperationalError` when a key is lacking and nobody can be asked.
    """
    global _unsure
    _unsure = engine
    _held.clear()
    gone = [purpose for purpose in config.purposes() if not config.key_file(purpose).exists()]
    try:
        with engine.connect() as connection:
            known = _known(connection)
    except OperationalError:
        if gone:
            raise
        known = {}
    if lost := {one: "gone" for one in gone if _name(one) in known}:
        raise _refused(config, lost)
    for purpose in gone:
        config.make_key(purpose)
    own = {purpose: config.secret(purpose) for purpose in config.purposes() if purpose != "store"}
    _held.update({name: mark(key) for name, key in own.items()})
    _held.update({f"store.{kid}": mark(key) for kid, key in ring().items()})
    if others := _differing(known):
        raise _refused(config, others)


@before_commit
def _compare(current: Session) -> None:
    """Nothing is saved under a key the database does not know; a new database learns them here."""
    global _unsure
    connection = current.connection()
    if connection.engine is not _unsure:
        return
    known = _known(connection)
    if fresh := [name for name in _held if name not in known]:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        rows = [{"name": one, "mark": _held[one], "since": clock.now()} for one in fresh]
        connection.execute(kind.insert(KeyMark).on_conflict_do_nothing(), rows)
        known = _known(connection)  # another process may have been first
    if others := _differing(known):
        log.critical("keys differ from those of the database: %s", ", ".join(sorted(others)))
        said = _(
            "Nothing can be saved: the keys of this installation are not those of its database. "
            "The administrators must put them back from the backup."
        )
        raise Down(said, 60)
    _unsure = None


def _known(connection: Connection) -> dict[str, str]:
    """The marks the database holds; none when it has no tables yet."""
    if not inspect(connection).has_table(KeyMark.__tablename__):
        return {}
    table = KeyMark.__table__
    return {row.name: row.mark for row in connection.execute(select(table.c.name, table.c.mark))}


def _differing(known: Mapping[str, str]) -> dict[str, str]:
    return {name: "another one" for name, found in _held.items() if known.get(name, found) != found}


def _name(purpose: str) -> str:
    """Under which name the key of a purpose is marked; the store's own key is its ring's ``k1``."""
    return "store.k1" if purpose == "store" else purpose


def _refused(config: Config, faults: Mapping[str, str]) -> Unusable:
    listed = ", ".join(f"{name} is {how}" for name, how in sorted(faults.items()))
    losses = "; ".join(LOSS[name] for name in LOSS if any(one.startswith(name) for one in faults))
    place = config.store_keys_file if all("." in one for one in faults) else None
    return Unusable(
        f"The keys of this database are not in {place or config.data / 'keys'} ({listed}), and"
        f" without them nobody can {losses}: nothing was started and no key was made; put them"
        " back from the backup."
    )
