"""My work: what waits for me, what I worked on last, and how much is in which state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template, url_for
from sqlalchemy import func, select

from portal.engines import my_work
from portal.kernel import access, clock, masks
from portal.kernel.db import session
from portal.kernel.record import Staged
from portal.kernel.words import Words
from portal.web import show
from portal.web.record_view import Screen, registry
from portal.web.record_view.listing import COUNT_LIMIT
from portal.web.routes import needs

pages = Blueprint("home", __name__)
MOST_FIGURES, MOST_TASKS, MOST_RECENT = 6, 50, 8
#: The bell says 99+ from here on.
MOST_COUNTED = 100


@dataclass(frozen=True)
class Task:
    """One line of *my work*: a record that waits for an answer of the person."""

    title: str
    note: str
    why: Words
    url: str
    icon: str
    due: datetime | None
    late: bool


@dataclass(frozen=True)
class Recent:
    """One of the person's own records, with when it last changed."""

    title: str
    note: str
    url: str
    icon: str
    badge: tuple[Words | str, str] | None
    at: datetime


@dataclass(frozen=True)
class Figure:
    """How many records of a kind stand in a state; `more`: at least so many."""

    kind: Words
    state: tuple[Words, str]
    count: int
    more: bool
    url: str


@pages.get("/")
@needs("signed-in")
def work() -> str:
    """The first page: what waits for the person, their own records, figures, what to begin."""
    waiting = my_work.waiting(MOST_TASKS + 1)
    papers = _papers(waiting)
    g.waiting = waiting_count() if len(waiting) > MOST_TASKS else len(waiting)
    return render_template(
        "home.html",
        tasks=[_task(one, papers) for one in waiting[:MOST_TASKS]],
        more=len(waiting) > MOST_TASKS,
        recent=recent(),
        figures=figures(),
        new=list(_new()),
    )


def waiting_count() -> int:
    """How many things wait for the person acting."""
    return my_work.count(MOST_COUNTED)


def _papers(waiting: Sequence[my_work.Waiting]) -> dict[Any, str]:
    """Record -> the address of its paper, of those whose paper the person sees.

    Where papers belong to a record, the paper's page is where one reads and decides. One question
    for each kind of paper, however much waits.
    """
    named: dict[Any, dict[int, Any]] = defaultdict(dict)
    for one in waiting:
        screen = registry.screen_of(type(one.record))
        if one.due is not None and screen is not None and screen.papers:
            paper = type(one.record).document.property.mapper.class_
            named[paper][one.record.document_id] = one.record
    found = {}
    for paper, records in named.items():
        for ident in session().scalars(select(paper.id).where(paper.id.in_(records))):
            found[records[ident]] = registry.address_of(paper, ident)
    return found


def _task(one: my_work.Waiting, papers: Mapping[Any, str]) -> Task:
    record, screen = one.record, registry.screen_of(type(one.record))
    return Task(
        title=str(record),
        note=_note(record),
        why=one.why,
        url=papers.get(record) or registry.address(record),
        icon=screen.icon if screen is not None else "file-text",
        due=one.due,
        late=one.due is not None and one.due < clock.now(),
    )


def _note(record: Any) -> str:
    """Its number, counterparty and purpose, as far as its name does not say them already and one may know."""
    names = ("no", "counterparty", "purpose")
    hidden = masks.masked(record, among=names)
    parts = (getattr(record, name, "") for name in names if name not in hidden)
    return " · ".join(part for part in parts if part and part != str(record))


def recent() -> list[Recent]:
    """The person's own records of every kind, the latest change first."""
    mine = access.current().employee_id
    if mine is None:
        return []
    found = [one for screen in _owned() for one in _newest(screen, mine)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_RECENT]


def _owned() -> Iterator[Screen]:
    for screen in registry.screens():
        owned = "owner_id" in screen.record.__table__.columns and not screen.opens
        if owned and access.allowed(screen.record, access.READ):
            yield screen


def _newest(screen: Screen, mine: int) -> Iterator[Recent]:
    model: Any = screen.record
    query = select(model).where(model.owner_id == mine).order_by(model.updated_at.desc())
    for row in session().scalars(query.limit(MOST_RECENT)).unique():
        badge = show.badge_of(row) if isinstance(row, Staged) else None
        note = _note(row) or str(model.noun)
        yield Recent(str(row), note, registry.address(row), screen.icon, badge, row.updated_at)


def figures() -> list[Figure]:
    """Records by state, of the kinds the person may list; ended states are left out."""
    found: list[Figure] = []
    for screen in _placed("counted"):
        if access.allowed(screen.record, access.READ):
            found += _by_state(screen)
    return found[:MOST_FIGURES]


def _placed(name: str) -> list[Screen]:
    """The screens with a place of this name on the first page, in order."""
    there = (screen for screen in registry.screens() if getattr(screen, name))
    return sorted(there, key=lambda screen: getattr(screen, name))


def _by_state(screen: Screen) -> Iterator[Figure]:
    """One statement; each state is counted no further than a list counts."""
    model: Any = screen.record
    leaving = {state for step in model.workflow.steps for state in step.sources}
    states = [state for state in model.workflow.states if state in leaving]
    some = (select(model.id).where(model._state == one).limit(COUNT_LIMIT + 1) for one in states)
    counted = (select(func.count()).select_from(one.subquery()).scalar_subquery() for one in some)
    counts = session().execute(select(*counted)).one()
    for state, count in zip(states, counts, strict=True):
        if count:
            url = url_for(f"{screen.endpoint}.index_view", state=state)
            words, more = model.workflow.states[state], count > COUNT_LIMIT
            yield Figure(type(screen).name, words, min(count, COUNT_LIMIT), more, url)


def _new() -> Iterator[tuple[Words, str, str]]:
    """What the person may begin from here: noun, address, icon."""
    for screen in _placed("begun"):
        if screen.fields and access.allowed(screen.record, access.CREATE):
            yield screen.record.noun, url_for(f"{screen.endpoint}.create_view"), screen.icon
