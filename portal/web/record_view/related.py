"""What belongs to a record, on its page: every kind whose screen says it is listed under this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from portal.kernel import access, masks
from portal.kernel.db import session
from portal.kernel.record import Staged
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.record_view import registry
from portal.web.record_view.columns import Shown, column_of
from portal.web.record_view.listing import COUNT_LIMIT
from portal.web.record_view.screen import Screen

MOST_RELATED = 10
#: How many things are said of each.
MOST_SAID = 3


@dataclass(frozen=True)
class RelatedRow:
    """One record in a card of related ones."""

    title: str
    note: str
    url: str
    badge: tuple[Words, str] | None


@dataclass(frozen=True)
class Related:
    """A card of related records: the newest, and how many there are."""

    name: str
    title: Words | str
    icon: str
    count: int
    rows: list[RelatedRow] = field(default_factory=list)
    more_url: str = ""
    new_url: str = ""
    new_what: Words | str = ""
    empty: Words | str = ""


def cards(record: Any) -> list[Related]:
    """A card for each kind listed under this record, as far as the person may know of it.

    A card with no row is shown to those who may add the first.
    """
    found = (_card(screen, column, record) for screen, column in _listed_under(type(record)))
    return [card for card in found if card.rows or card.new_url]


def _listed_under(kind: type) -> Iterator[tuple[Screen, Shown]]:
    """(screen, its to-one relationship) for what stands on the pages of this kind."""
    for screen in registry.screens():
        if not screen.under or not access.allowed(screen.record, access.READ):
            continue
        for name in screen.under:
            column = column_of(screen.record, name)
            if column.target is kind and not column.names & masks.sometimes_masked(screen.record):
                yield screen, column


def _card(screen: Screen, column: Shown, record: Any) -> Related:
    """The records that name this one and which the person may see; the others do not count."""
    mine = column.foreign == record.id
    bounded = select(screen.record.id).where(mine).limit(COUNT_LIMIT + 1).subquery()
    count = session().scalar(select(func.count()).select_from(bounded)) or 0
    newest = select(screen.record).where(mine).order_by(screen.record.id.desc())
    rows = [_row(screen, one, record) for one in session().scalars(newest.limit(MOST_RELATED))]
    of: dict[str, Any] = {f"{column.name}_id": record.id}
    more = url_for(f"{screen.endpoint}.index_view", **of) if count > len(rows) else ""
    full = count and column.foreign.unique
    may_add = _grows(record) and not full and _may_add(screen, column.name)
    return Related(
        f"{screen.endpoint}-{column.name}",
        type(screen).name,
        screen.icon,
        count,
        rows,
        more,
        url_for(f"{screen.endpoint}.create_view", **of) if may_add else "",
        new_what=screen.record.noun,
        empty=_("Nothing is recorded here, or nothing you may see."),
    )


def _grows(record: Any) -> bool:
    """Whether new records may be put under this one: not under what is closed or read by name alone."""
    return access.may_name(record) and (not isinstance(record, Staged) or record.editable)


def _may_add(screen: Screen, name: str) -> bool:
    """Whether the person may make one that names this record, of a kind that names it at all."""
    if name not in screen.fields or not access.allowed(screen.record, access.CREATE):
        return False
    other, values = screen.when.get(name, ("", ()))
    may = access.values_open(screen.record, other, access.CREATE) if other else None
    return may is None or not may.isdisjoint(values)


def _row(screen: Screen, record: Any, under: Any) -> RelatedRow:
    """Its name, or its number where it is called like the record it stands under, and what tells it apart."""
    number, title = getattr(record, "no", "") or "", str(record)
    if number and title == str(under):
        title, number = number, ""
    said = [
        number if number != title else "",
        *(one for one in _told_apart(screen, record) if one != str(under)),
    ]
    badge = type(record).workflow.states[record.state] if isinstance(record, Staged) else None
    note = " · ".join([one for one in said if one][:MOST_SAID])
    return RelatedRow(title, note, registry.address(record), badge)


def _told_apart(screen: Screen, record: Any) -> Iterator[str]:
    """Kinds, days and short words from the list's columns, none that is masked in any row."""
    hidden = masks.sometimes_masked(screen.record)
    for column in (column_of(screen.record, name) for name in screen.columns):
        if column.kind not in SAYS or column.names & hidden or column.name in ("no", "state"):
            continue
        value = getattr(record, column.name)
        if value not in (None, "") and str(value) != str(record):
            yield SAYS[column.kind](column, value)


#: What tells records apart, and how it is said in a line.
SAYS: dict[str, Callable[[Shown, Any], str]] = {
    "day": lambda column, value: f"{column.label} {show.day(value)}",
    "choice": lambda column, value: str(column.choices.get(value, value)),
    "text": lambda _column, value: str(value),
}
