"""One record on one page: facts, where it stands, what comes next, what belongs to it, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import with_parent

from portal.kernel import access, masks
from portal.kernel.db import session
from portal.kernel.record import Staged
from portal.kernel.words import Words, _
from portal.web.record_view import extras, progress, registry, timeline
from portal.web.record_view.cells import Cell, cell
from portal.web.record_view.columns import Shown, shown
from portal.web.record_view.listing import COUNT_LIMIT
from portal.web.record_view.presented import Presented, may_open

if TYPE_CHECKING:
    from portal.web.record_view.view import RecordView

MOST_RELATED = 10
Fact = tuple[Words, Cell]


def page(view: RecordView, record: Any, problems: Mapping[str, Words] | None = None) -> str:
    """The details page, with what other packages add to it; `problems`: what a comment refused."""
    staged = isinstance(record, Staged)
    return render_template(
        "record/details.html", view=Presented(view), record=record, title=str(record),
        number=getattr(record, "no", "") or "",
        state=type(record).workflow.states[record.state] if staged else None,
        facts=facts(view, record), parts=extras.parts(view, record),
        more_actions=extras.actions(view, record),
        stepper=progress.stepper(record) if staged else [],
        next_sentence=progress.next_sentence(record) if staged else None,
        steps=progress.steps(record) if staged else [],
        related=[related(view, record, name) for name in view.related],
        timeline=timeline.recent(record), problems=problems or {},
        typed=request.form if problems else {},
        history_url=url_for(f"{view.endpoint}.history", id=record.id),
    )  # fmt: skip


def facts(view: RecordView, record: Any) -> list[tuple[Words | str, list[Fact]]]:
    """The values under their captions; number, title and status stand above them already."""
    names = view.facts or tuple(dict.fromkeys((*view.columns, *view.fields)))
    heading = {"no", "state"}
    heading |= {n for n in ("title", "name") if getattr(record, n, None) == str(record)}
    names = tuple(n for n in names if n not in heading)
    hidden = masks.masked(record)
    within = {name for inside in view.sections.values() for name in inside}
    groups: list[tuple[Words | str, tuple[str, ...]]] = [
        (_("Overview"), tuple(n for n in names if n not in within)),
        *((said, tuple(n for n in inside if n in names)) for said, inside in view.sections.items()),
    ]
    return [
        (said, [(shown(view.record, n).label, linked(record, n, hidden)) for n in inside])
        for said, inside in groups
        if inside
    ]


def linked(record: Any, name: str, hidden: frozenset[str]) -> Cell:
    """A cell; a related record with a page the person may open is a link to it."""
    found = cell(record, name, hidden)
    if found.kind != "text" or shown(record.__class__, name).kind != "one":
        return found
    return Cell("link", found.value, may_open(getattr(record, name)))


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
    new_label: str = ""
    empty: Words | str = ""


def related(view: RecordView, record: Any, name: str) -> Related:
    """The records of a to-many relationship which the person may see; the others do not count."""
    column = shown(view.record, name)
    assert column.target is not None
    mine = with_parent(record, getattr(view.record, name))
    bounded = select(column.target.id).where(mine).limit(COUNT_LIMIT + 1).subquery()
    count = session().scalar(select(func.count()).select_from(bounded)) or 0
    newest = select(column.target).where(mine).order_by(column.target.id.desc())
    rows = [_row(one) for one in session().scalars(newest.limit(MOST_RELATED))]
    screen = registry.screen_of(column.target)
    more, new = _ways(screen, _way_back(column.attribute), record.id)
    return Related(
        name, _heading(column, screen), screen.icon if screen else "", count, rows,
        more if count > len(rows) else "", new,
        empty=_("Nothing is recorded here, or nothing you may see."),
    )  # fmt: skip


def _heading(column: Shown, screen: RecordView | None) -> Words:
    """The relationship's own label, else what the list of these records is called."""
    return column.label if "label" in column.info or screen is None else type(screen).name


def _ways(screen: RecordView | None, back: str, ident: int) -> tuple[str, str]:
    """The addresses of the whole list and of a new record, for those who may use them."""
    if screen is None or not back:
        return "", ""
    of: dict[str, Any] = {f"{back}_id": ident}
    may_list = access.allowed(screen.record, access.READ)
    may_add = back in screen.fields and access.allowed(screen.record, access.CREATE)
    return (
        url_for(f"{screen.endpoint}.index_view", **of) if may_list else "",
        url_for(f"{screen.endpoint}.create_view", **of) if may_add else "",
    )


def _way_back(attribute: Any) -> str:
    """The to-one relationship by which the related record names this one."""
    relation = attribute.property
    found = relation.back_populates
    if found is None:
        keys = {column for _local, column in relation.local_remote_pairs}
        ways = (
            r for r in relation.mapper.relationships if not r.uselist and r.local_columns == keys
        )
        found = next((r.key for r in ways), "")
    return str(found or "")


def _row(record: Any) -> RelatedRow:
    number = getattr(record, "no", "") or ""
    badge = type(record).workflow.states[record.state] if isinstance(record, Staged) else None
    title = str(record)
    return RelatedRow(title, number if number != title else "", registry.address(record), badge)
