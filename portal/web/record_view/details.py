"""One record on one page: facts, where it stands, what comes next, what belongs to it, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from portal.kernel import masks
from portal.kernel.record import Staged
from portal.kernel.words import Words, _
from portal.web.record_view import extras, progress, related, timeline
from portal.web.record_view.cells import Cell, cell
from portal.web.record_view.columns import column_of
from portal.web.record_view.presented import Presented, may_open
from portal.web.record_view.screen import Screen

Fact = tuple[Words, Cell]


def page(view: Screen, record: Any, problems: Mapping[str, Words] | None = None) -> str:
    """The details page, with what other packages add to it; `problems`: what a form on it refused."""
    staged = isinstance(record, Staged)
    return render_template(
        "record/details.html",
        view=Presented(view),
        record=record,
        title=str(record),
        number=getattr(record, "no", "") or "",
        state=type(record).workflow.states[record.state] if staged else None,
        facts=facts(view, record),
        parts=extras.parts(view, record),
        more_actions=extras.actions(view, record),
        stepper=progress.stepper(record) if staged else [],
        next_sentence=progress.next_sentence(record) if staged else None,
        steps=progress.steps(record) if staged else [],
        related=related.cards(record),
        timeline=timeline.recent(record),
        problems=problems or {},
        typed=request.form if problems else {},
        history_url=url_for(f"{view.endpoint}.history", id=record.id),
    )


def again(problems: Mapping[str, Words], view: Screen) -> str:
    """The page of the record a form on it names, after what the form sent was refused."""
    return page(view, view.get_one(request.form.get("id")), problems)


def facts(view: Screen, record: Any) -> list[tuple[Words | str, list[Fact]]]:
    """The values under their captions, no card of blanks alone; number, title and status stand above them already."""
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
    made = [
        (said, _once([(column_of(view.record, n).label, linked(record, n, hidden)) for n in told]))
        for said, inside in groups
        if (told := [n for n in inside if _concerns(view, record, n)])
    ]
    telling = [one for one in made if any(found.kind != "none" for _label, found in one[1])]
    return telling or made


def _concerns(view: Screen, record: Any, name: str) -> bool:
    """Whether the record holds it or its form would ask for it: no blank client of an employee's."""
    other, values = view.when.get(name, ("", ()))
    return not other or getattr(record, other) in values or bool(getattr(record, name))


def _once(pairs: list[Fact]) -> list[Fact]:
    """Without a plain text that says again what a related record beside it is called."""
    related = {str(one.value) for _label, one in pairs if one.kind in ("link", "person")}
    return [pair for pair in pairs if pair[1].kind != "text" or str(pair[1].value) not in related]


def linked(record: Any, name: str, hidden: frozenset[str]) -> Cell:
    """A cell; a related record with a page the person may open is a link to it."""
    found = cell(record, name, hidden)
    if found.kind != "text" or column_of(record.__class__, name).kind != "one":
        return found
    return Cell("link", found.value, may_open(getattr(record, name)))
