"""What happened to a record, read from the audit and the comments, as one person may know it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Mapper

from portal.kernel import access, acts, comment, masks
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import session
from portal.kernel.record import OWN_COLUMNS, Staged
from portal.kernel.words import Words, _, labelled
from portal.web.record_view import structures
from portal.web.record_view.cells import MASKED, NONE, Cell, dressed
from portal.web.record_view.columns import Shown, column_of
from portal.web.record_view.past import Past, Sides

#: Acts of one click are written this close together.
TOGETHER = timedelta(seconds=5)
#: So many acts a record's page shows, and so many its states are read from.
MOST_RECENT, MOST_STATES = 30, 200
Change = tuple[Words | str, Cell, Cell]


@dataclass(frozen=True)
class Entry:
    """One line of a timeline; `kind`: comment, step, edit or system; `click`: the request it came from.

    `filled`: the changes are what a new record was filled with, which was nothing before.
    """

    kind: str
    who: Words | str
    at: datetime
    text: str
    changes: list[Change]
    number: int = 0
    click: str = ""
    filled: bool = False


def events_of(record: Any) -> Select[AuditEvent, AuditPayload]:
    """The audit of a record with its details, newest first, as far as the person may know it."""
    query = (
        select(AuditEvent, AuditPayload)
        .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .where(
            AuditEvent.object_type == record.__tablename__,
            AuditEvent.object_id == record.id,
            AuditEvent.action != comment.SAID,
        )
        .order_by(AuditEvent.seq.desc())
    )
    if kept := acts.kept_from(record):
        mine = AuditEvent.actor_id == access.current().account_id
        query = query.where(AuditEvent.action.not_in(kept) | mine)
    return query


def recent(record: Any) -> list[Entry]:
    """The newest acts and comments together, each thing said once.

    What a new record began with is left out, and changes that are no news to people.
    """
    found = list(session().execute(events_of(record).limit(MOST_RECENT)))
    once = _said_once([event for event, _body in found])
    past = Past(record)
    told_all = [(one[0], entry_of(past, *one, brief=True)) for one in found]
    told_once = [entry for event, entry in told_all if event.seq in once]
    entries = [entry for entry in _by_click(told_once) if not is_silent(entry)]
    acts_said = [event for event, _body in found if event.reason]
    entries += [
        spoken(one)
        for one in comment.comments_on(record)[-MOST_RECENT:]
        if not any(_is_the_reason(one, event) for event in acts_said)
    ]
    return sorted(entries, key=lambda e: (e.at, e.number), reverse=True)[:MOST_RECENT]


def is_silent(entry: Entry) -> bool:
    """Whether nothing could be shown below “changed”: the columns that changed have no name."""
    return entry.kind == "edit" and not entry.changes and not entry.text


def _by_click(entries: list[Entry]) -> Iterator[Entry]:
    """What one click brought about, told as its step: what it set stands below, its name once."""
    steps = {entry.click: entry for entry in entries if entry.kind == "step" and entry.click}
    for entry in entries:
        step = steps.get(entry.click, entry)
        if entry is step or (entry.text and entry.text != step.text):
            yield entry
        else:
            step.changes.extend(entry.changes)


def _said_once(events: list[AuditEvent]) -> set[int]:
    """The acts to tell: an answer and the step it brought about share their words (newest first)."""
    told_twice = {
        older.seq
        for newer, older in pairwise(events)
        if older.reason
        and (older.reason, older.actor_id) == (newer.reason, newer.actor_id)
        and abs(newer.at - older.at) < TOGETHER
    }
    return {event.seq for event in events} - told_twice


def _is_the_reason(one: comment.Comment, event: AuditEvent) -> bool:
    """Whether a comment is what the person gave as the reason of an act at the same moment."""
    same = not one.place and one.body.strip() == event.reason.strip()
    return same and one.author == event.actor_name and abs(one.at - event.at) < TOGETHER


def spoken(one: comment.Comment) -> Entry:
    """A comment as an entry, with the number that reasons and other comments call it by."""
    said = str(labelled(one.place, one.body)) if one.place else one.body
    return Entry("comment", one.author, one.at, f"{one.number}. {said}", [])


def last_hand(record: Any) -> str:
    """Who changed the record last."""
    query = events_of(record).with_only_columns(AuditEvent.actor_name).limit(1)
    return session().scalar(query) or ""


def entry_of(past: Past, event: AuditEvent, payload: AuditPayload, *, brief: bool) -> Entry:
    """The next older act of a record as an entry; `brief` keeps back what it was filled with."""
    record: Any = past.record
    steps = type(record).workflow.steps if isinstance(record, Staged) else ()
    step = next((s for s in steps if s.name == event.action), None)
    kind = "step" if step else "edit" if event.action == "edit" else "system"
    label = step.label if step else acts.told(event.action) or event.action.replace("_", " ")
    said = "" if kind == "edit" else str(label)
    if event.reason and (masks.whole(record) or event.actor_id == access.current().account_id):
        reason = str(acts.why(event.reason))
        said = str(labelled(said, reason)) if said else reason
    sides = past.step_back(told(payload))
    known = {} if brief and event.action == "create" else told(payload)
    changes = changes_of(record, known, sides)
    filled = event.action == "create"
    if filled:
        changes = [change for change in changes if change[2] is not NONE]
    who = told_by(event, payload)
    return Entry(kind, who, event.at, said, changes, event.seq, event.request_id, filled)


def told_by(event: AuditEvent, payload: AuditPayload) -> Words:
    """Who did it, and in whose place; the portal itself where nobody was signed in."""
    if event.actor_id is None:
        return _("The portal")
    return acts.by(event.actor_name, details_of(payload).get("on_behalf_of", ""))


def told(payload: AuditPayload) -> dict[str, Any]:
    """Field -> [old, new]; empty once the details were erased, and for acts that changed no field."""
    return {k: v for k, v in details_of(payload).items() if isinstance(v, list) and len(v) == 2}


def details_of(payload: AuditPayload) -> dict[str, Any]:
    """What an act's entry says in detail; nothing once it was erased."""
    found: dict[str, Any] = json.loads(payload.body) if payload.body else {}
    return found


def changes_of(record: Any, known: dict[str, Any], sides: Sides) -> list[Change]:
    """The changes of known columns, old and new, masked as the record is now."""
    before, after = sides
    hidden = masks.masked(record)
    found: list[Change] = []
    for name, (old, new) in known.items():
        column = column_told(type(record), name)
        if column is None or name in OWN_COLUMNS or not _told(column):
            continue
        if {name, *column.names} & hidden:
            found.append((column.label, MASKED, MASKED))
        elif structures.told(column):
            found += structures.changes(column, old, new, record, sides)
        else:
            found.append((column.label, as_cell(column, old, before), as_cell(column, new, after)))
    return found


def _told(column: Shown) -> bool:
    """Whether a change of this column is news to people: it has a name on the screens."""
    return "label" in column.info or column.kind in ("state", "one", "many")


def column_told(kind: type, name: str) -> Shown | None:
    """The column an audit entry speaks of; a foreign key as its relationship; None for old names."""
    mapper: Mapper[Any] = inspect(kind)
    for relation in mapper.relationships:
        keys = {mapper.get_property_by_column(c).key for c in relation.local_columns}
        if not relation.uselist and name in keys:
            return column_of(kind, relation.key)
    try:
        return column_of(kind, name)
    except AttributeError:
        return None


def as_cell(column: Shown, value: Any, then: Mapping[str, Any]) -> Cell:
    """A value from the log as a cell; a related record only if the person may see it.

    `then`: what the record's currencies were; a sum is told in its own.
    """
    if value is None or value == "":
        return NONE
    if column.kind == "one" and column.target is not None:
        other = session().get(column.target, value) if isinstance(value, int) else None
        return MASKED if other is None else dressed(column, other)
    if column.kind == "many":
        return Cell("text", str(value))
    try:
        if column.kind == "money":
            return Cell("money", Decimal(str(value)), then.get(column.info.get("currency", "")))
        return dressed(column, _typed(column.kind, value))
    except (ValueError, InvalidOperation):
        return Cell("text", str(value))


def _typed(kind: str, value: Any) -> Any:
    """Days are kept as texts in the log."""
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "moment":
        return datetime.fromisoformat(value)
    return value


def states_of(record: Any) -> list[str]:
    """Every state the log knows the record was in, newest first."""
    found: list[str] = []
    for _event, payload in session().execute(events_of(record).limit(MOST_STATES)):
        found += [s for s in told(payload).get("state", ()) if isinstance(s, str)]
    return found
