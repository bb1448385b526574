"""The whole history of a record, newest first, each page checked against the audit's hash chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from portal.kernel import comment
from portal.kernel.audit import GENESIS, AuditEvent, AuditPayload, chained, fingerprint
from portal.kernel.db import session
from portal.kernel.words import Words, _, listed
from portal.web.record_view import parsing
from portal.web.record_view.past import Past, currencies
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen
from portal.web.record_view.timeline import Entry, entry_of, events_of, is_silent, spoken, told

PAGE_SIZE = 50
Found = Sequence[tuple[AuditEvent, AuditPayload]]
FAR, LONG_AGO = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


def page(view: Screen, record: Any) -> str:
    """One page of acts and of the comments made between them."""
    before = parsing.ident(request.args.get("before", ""))
    query = events_of(record)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    rows = list(session().execute(query.limit(PAGE_SIZE + 1)))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    later = _address(view, record, rows[-1][0].seq) if more else ""
    newest = _address(view, record, None) if before is not None else ""
    face = Presented(view)
    verified, broken = _verdict(rows)
    return render_template(
        "record/history.html",
        view=face,
        record=record,
        title=str(record),
        number=getattr(record, "no", "") or "",
        entries=_entries(record, rows, before, more),
        earlier=newest,
        later=later,
        verified=verified,
        broken=broken,
    )


def _address(view: Screen, record: Any, before: int | None) -> str:
    more: dict[str, Any] = {} if before is None else {"before": before}
    return url_for(f"{view.endpoint}.history", id=record.id, **more)


def _entries(record: Any, rows: Found, before: int | None, more: bool) -> list[Entry]:
    past = _past(record, before)
    entries = [
        entry
        for event, payload in rows
        if not is_silent(entry := entry_of(past, event, payload, brief=False))
    ]
    top = (
        session().scalar(select(AuditEvent.at).where(AuditEvent.seq == before)) if before else None
    )
    low, high = (rows[-1][0].at if more else LONG_AGO), top or FAR
    entries += [spoken(one) for one in comment.comments_on(record) if low <= one.at < high]
    return sorted(entries, key=lambda e: (e.at, e.number), reverse=True)


def _past(record: Any, before: int | None) -> Past:
    """The record as it was before the acts that earlier pages showed."""
    past = Past(record)
    if before is not None and currencies(type(record)):
        newer = events_of(record).where(AuditEvent.seq >= before)
        for _event, payload in session().execute(newer):
            past.step_back(told(payload))
    return past


def _verdict(rows: Found) -> tuple[Words | None, Words | None]:
    """Whether every act shown is as it was written and hangs on the one before it."""
    earlier = [event.seq - 1 for event, _payload in rows]
    found = session().execute(
        select(AuditEvent.seq, AuditEvent.hash).where(AuditEvent.seq.in_(earlier))
    )
    hashes = {0: GENESIS} | dict(found.all())
    wrong = [event.seq for event, payload in rows if not _intact(event, payload, hashes)]
    if wrong:
        return None, _("Altered afterwards: entries %(numbers)s of the log.", numbers=listed(wrong))
    if not rows:
        return None, None
    return _("Entries unaltered in the audit log's chain: %(n)s.", n=len(rows)), None


def _intact(event: AuditEvent, payload: AuditPayload, hashes: dict[int, str]) -> bool:
    erased = payload.body == ""
    return (
        chained(event) == event.hash
        and hashes.get(event.seq - 1) == event.prev_hash
        and (erased or fingerprint(payload.salt, payload.body) == event.commit_hash)
    )
