"""The tamper-evident log: who did, saw or tried what; one hash chain, sealed with each commit.

Each event's payload is kept apart with a salt, so that personal data can be erased while the
chain still verifies. The last statement before a commit links the transaction's events to
the head of the chain (C.1 of the reliability note).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DDL, Index, Integer, String, Text, event, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.kernel import access, clock
from portal.kernel.db import Base, Moment, before_commit, session
from portal.kernel.words import Words

GENESIS = "0" * 64
DOMAIN = b"\0portal-audit-v1\0"


class AuditEvent(Base):
    """One act; never changed, never deleted (the database refuses)."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_object", "object_type", "object_id", "seq"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    actor_name: Mapped[str] = mapped_column(String(80))
    via: Mapped[str] = mapped_column(String(8))
    action: Mapped[str] = mapped_column(String(40), index=True)
    object_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int | None] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(32), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    commit_hash: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditPayload(Base):
    """What an event says in detail; may be erased by law, the chain keeps its fingerprint."""

    __tablename__ = "audit_payload"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)


class AuditHead(Base):
    """The end of the chain: one row, locked while a transaction seals its events."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))


GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER {t}_{act} BEFORE {act.upper()} ON {t} "
        f"BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        for t, acts in (("audit_event", ("update", "delete")), ("audit_payload", ("delete",)))
        for act in acts
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "EXECUTE FUNCTION audit_append_only()",
        "CREATE TRIGGER audit_payload_guard BEFORE DELETE OR TRUNCATE ON audit_payload "
        "EXECUTE FUNCTION audit_append_only()",
    ],
}

for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(
            AuditPayload.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )


def plain(value: Any) -> Any:
    """A value as the log keeps it: JSON, dates and sums as text."""
    if isinstance(value, Words):
        return value.english
    if isinstance(value, Decimal | date):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def note(
    record: Any,
    action: str,
    changes: dict[str, Any] | None = None,
    *,
    reason: str = "",
    result: str = "ok",
) -> None:
    """Add an entry about `record` to this transaction."""
    _add(
        session(), Noted(record, record.__tablename__, action, plain(changes or {}), reason, result)
    )


def note_thing(
    kind: str,
    ident: int | None,
    action: str,
    *,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    result: str = "ok",
) -> None:
    """Add an entry about something that is not a loaded record (a login, a denied door)."""
    about = Noted(None, kind, action, plain(changes or {}), reason, result, ident)
    _add(session(), about)


def arrived(request_id: str, ip: str) -> None:
    """Say by which request, from which address, this session's acts come until it is removed."""
    session().info["origin"] = {"request_id": request_id, "ip": ip}


@dataclass(frozen=True)
class Noted:
    """What is to be an entry; the id of a record that is made is known at the commit alone."""

    record: Any
    kind: str
    action: str
    changes: dict[str, Any]
    reason: str = ""
    result: str = "ok"
    ident: int | None = None


def _add(current: Session, noted: Noted) -> None:
    """Note this, and for whom the session works now: until the commit that may change."""
    _entries_of(current).append((access.behalf(current), noted))


def _entries_of(current: Session) -> list[tuple[access.Actor, Noted]]:
    """What this transaction has noted so far; outside one there is nothing to note it in."""
    if "audit" not in current.info:
        raise RuntimeError("a change outside a transaction would not be in the log")
    entries: list[tuple[access.Actor, Noted]] = current.info["audit"]
    return entries


@event.listens_for(Session, "after_flush")
def _note_changes(current: Session, *_args: object) -> None:
    """Nobody can forget the log: every record that is made, changed or removed is noted.

    After the flush, because only then keys of relationships, numbers and defaults are filled in.
    """
    for record in [*current.new, *current.dirty, *current.deleted]:
        if not record.audited:
            continue
        new, gone = record in current.new, record in current.deleted
        changes = {} if gone else _changes(record, new)
        if changes or gone:
            action = "create" if new else "delete" if gone else "edit"
            _add(current, Noted(record, record.__tablename__, action, changes))


def _changes(record: Any, new: bool) -> dict[str, Any]:
    """Field -> [old, new]; secret fields say only that they changed."""
    changes = {}
    mapper = inspect(type(record))
    for attribute in mapper.column_attrs:
        history = inspect(record).attrs[attribute.key].history
        info = attribute.columns[0].info
        if attribute.key in OWN or info.get("unlogged") or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted and not new else None
        value = history.added[0] if history.added else None
        if old == value:
            continue
        if info.get("secret"):
            old, value = None if old is None else "•••", None if value is None else "•••"
        changes[attribute.key] = [plain(old), plain(value)]
    return changes


#: What every record's entry says itself: which one, who, when, and the step taken.
OWN = set("id created_at created_by_id updated_at updated_by_id row_version _state".split())


@before_commit
def _seal(current: Session) -> None:
    """Link this transaction's entries to the chain: the head is the last row any of us locks."""
    entries = current.info.pop("audit", None)
    if not entries:
        return
    head = current.scalar(
        select(AuditHead).with_for_update().execution_options(populate_existing=True)
    )
    if head is None:
        head = AuditHead(id=1, seq=0, hash=GENESIS)
        current.add(head)
    origin = current.info.get("origin", {})
    for who, noted in entries:
        head.seq += 1
        body = canonical(noted.changes)
        payload = AuditPayload(seq=head.seq, salt=secrets.token_hex(16), body=body)
        entry = AuditEvent(
            seq=head.seq,
            at=clock.now(),
            actor_id=who.account_id,
            actor_name=who.name[:80],
            via=who.via,
            action=noted.action,
            object_type=noted.kind,
            object_id=noted.ident if noted.record is None else noted.record.id,
            result=noted.result,
            reason=noted.reason,
            request_id=origin.get("request_id", ""),
            ip=origin.get("ip", ""),
            commit_hash=fingerprint(payload.salt, payload.body),
            prev_hash=head.hash,
            hash="",
        )
        entry.hash = chained(entry)
        head.hash = entry.hash
        current.add_all([payload, entry])
    current.flush()


def canonical(value: Any) -> str:
    """The one way a value is written down for hashing: JSON, keys sorted, no blanks.

    What JSON does not know must have gone through `plain` before; else `TypeError`.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(salt: str, body: str) -> str:
    """The SHA-256 of a payload's text after its salt (hex): the chain holds it, so that a payload may
    be erased without breaking the chain.
    """
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


def chained(entry: AuditEvent) -> str:
    """The SHA-256 of an event over everything it says and the hash of the event before it."""
    said = [
        entry.seq,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor_name,
        entry.via,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.result,
        entry.reason,
        entry.request_id,
        entry.ip,
        entry.commit_hash,
        entry.prev_hash,
    ]
    return hashlib.sha256(DOMAIN + canonical(said).encode()).hexdigest()
