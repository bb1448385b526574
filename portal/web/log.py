"""The log over all records: who did what and when, as far as the person acting may know it ((c), R8.1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.orm import selectinload

from portal.kernel import access, acts, clock, duties
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import session
from portal.kernel.words import Words
from portal.web.record_view import registry
from portal.web.record_view.past import Past
from portal.web.record_view.timeline import Entry, entry_of, is_silent, told_by

#: One page; so many acts are read at a time, and for one page at most.
PAGE, AT_ONCE, MOST_READ = 50, 200, 2000
Found = Sequence[tuple[AuditEvent, AuditPayload]]


@dataclass(frozen=True)
class Wanted:
    """What the log is narrowed to; `mine`: to what the person read and took themselves.

    `kind`: a table's name; `since` and `until`: days, both within.
    """

    mine: bool = False
    who: str = ""
    kind: str = ""
    reads: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """One act: when, who, what, and with which record; `url`: where that is shown, or empty."""

    number: int
    at: datetime
    who: Words | str
    act: str
    kind: Words | str
    title: str
    url: str


def reads_others() -> bool:
    """Whether the person is told of acts of others at all: Management, the auditor, Legal."""
    return duties.somewhere("log.read")


def kinds() -> dict[str, Words]:
    """The kinds of records the person may narrow it to, by table."""
    screens = (one for one in registry.screens() if access.allowed(one.record, access.READ))
    return {one.record.__tablename__: one.record.noun for one in screens}


def page(wanted: Wanted, before: int | None) -> tuple[list[Line], int | None]:
    """The newest acts before the entry `before`, and where the next page begins, None for nowhere.

    What concerns a record the person may not see is not there; nor are acts with one they may see
    but are not told of (who opened a paper). Their own openings are told to everybody. A page may
    be short, though others follow, when much was passed over.
    """
    if not reads_others():
        wanted = replace(wanted, mine=True)
    query, lines, read = _query(wanted), list[Line](), 0
    while len(lines) <= PAGE and read < MOST_READ:
        rest = query if before is None else query.where(AuditEvent.seq < before)
        found = session().execute(rest.limit(AT_ONCE)).all()
        lines += _lines(found)
        read += len(found)
        if len(found) < AT_ONCE:
            before = None
            break
        before = found[-1][0].seq
    return lines[:PAGE], lines[PAGE - 1].number if len(lines) > PAGE else before


def _query(wanted: Wanted) -> Select[AuditEvent, AuditPayload]:
    query = select(AuditEvent, AuditPayload).join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
    if wanted.mine:
        own = access.current().account_id
        query = query.where(AuditEvent.actor_id == own if own is not None else false())
    if wanted.reads or wanted.mine:
        query = query.where(AuditEvent.action.in_(acts.readings()))
    if wanted.who:
        query = query.where(AuditEvent.actor_name.contains(wanted.who, autoescape=True))
    if wanted.kind:
        query = query.where(AuditEvent.object_type == wanted.kind)
    if wanted.since is not None:
        query = query.where(AuditEvent.at >= clock.begin_of(wanted.since))
    if wanted.until is not None:
        query = query.where(AuditEvent.at < clock.begin_of(wanted.until + timedelta(days=1)))
    return query.order_by(AuditEvent.seq.desc())


def _lines(found: Found) -> Iterator[Line]:
    records, others = _records(found), duties.has("log.read")
    for event, payload in found:
        if event.object_id is None or registry.screen_of(event.object_type) is None:
            if others:  # about no record: a sign-in refused, a list taken along
                yield _without_record(event, payload)
            continue
        record = records.get((event.object_type, event.object_id))
        if record is not None and _may_know(event, record):
            entry = entry_of(Past(record), event, payload, brief=True)
            if not is_silent(entry):
                yield _about(record, entry)


def _about(record: Any, entry: Entry) -> Line:
    said, title, url = entry.text, str(record), registry.address(record)
    return Line(entry.number, entry.at, entry.who, said, type(record).noun, title, url)


def _may_know(event: AuditEvent, record: Any) -> bool:
    if event.action in acts.readings() and event.actor_id == access.current().account_id:
        return True
    return duties.has("log.read", record) and event.action not in acts.kept_from(record)


def _without_record(event: AuditEvent, payload: AuditPayload) -> Line:
    screen = registry.screen_of(event.object_type)
    kind: Words | str = "" if screen is None else screen.record.noun
    act = acts.told(event.action) or event.action.replace("_", " ")
    return Line(event.seq, event.at, told_by(event, payload), str(act), kind, "", "")


def _records(found: Found) -> Mapping[tuple[str, int], Any]:
    """The records the acts are about, of those the person may see; one question for each kind."""
    about = sorted({(e.object_type, e.object_id) for e, _p in found if e.object_id is not None})
    records: dict[tuple[str, int], Any] = {}
    for table, pairs in groupby(about, key=lambda pair: pair[0]):
        screen = registry.screen_of(table)
        if screen is not None and access.allowed(screen.record, access.READ):
            model: Any = screen.record
            query = select(model).where(model.id.in_([ident for _table, ident in pairs]))
            query = query.options(*(selectinload(getattr(model, one)) for one in model.named_by))
            records |= {(table, row.id): row for row in session().scalars(query)}
    return records
