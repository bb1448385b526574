"""The finder behind Ctrl-K: the newest records of each kind that hold what was typed, as the person sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from sqlalchemy import and_, or_, select

from portal.kernel import access, masks
from portal.kernel.db import holding, session
from portal.kernel.numbering import ways
from portal.kernel.record import Staged
from portal.kernel.words import Words
from portal.web import show
from portal.web.record_view import Screen, registry
from portal.web.record_view.columns import column_of
from portal.web.routes import needs

pages = Blueprint("finder", __name__)
MOST_LETTERS, MOST_TERMS, MOST_HITS = 100, 6, 5
_SEARCH = "portal.finder"


@dataclass(frozen=True)
class Hit:
    """One line to open."""

    title: str
    note: str
    url: str
    badge: tuple[Words | str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Lines of one kind."""

    label: Words | str
    icon: str
    hits: list[Hit]


def install(app: Flask, *, search: str, may: Callable[[], bool]) -> None:
    """Register the page; `search` is the endpoint that looks inside papers, for whoever `may`."""
    app.extensions[_SEARCH] = (search, may)
    app.register_blueprint(pages)


@pages.get("/find")
@needs("signed-in")
def find() -> str:
    """The fragment for what was typed so far."""
    term = request.args.get("q", "").strip()[:MOST_LETTERS]
    search, may = current_app.extensions[_SEARCH]
    groups = _records(term) if term else ()
    return render_template(
        "found.html",
        term=term,
        groups=[group for group in groups if group.hits],
        search_url=url_for(search, q=term) if term and may() else "",
    )


def _records(term: str) -> Iterator[Group]:
    for screen in registry.screens():
        if screen.search and access.allowed(screen.record, access.READ):
            yield Group(type(screen).name, screen.icon, hits(screen, term))


def hits(screen: Screen, term: str) -> list[Hit]:
    """The newest of one kind with every word of `term` in a column one may search."""
    model = screen.record
    hidden = masks.sometimes_masked(model)
    open_names = [n for n in screen.search if not column_of(model, n).names & hidden]
    columns = [getattr(model, name) for name in open_names]
    if not columns:
        return []
    words = term.split()[:MOST_TERMS]
    each = (or_(*(holding(c, way) for way in ways(word) for c in columns)) for word in words)
    query = select(model).where(and_(*each)).order_by(model.id.desc()).limit(MOST_HITS)
    return [_hit(row) for row in session().scalars(query).unique()]


def _hit(row: Any) -> Hit:
    badge = show.badge_of(row) if isinstance(row, Staged) else None
    notes = (str(getattr(row, name, "") or "") for name in ("no", "counterparty"))
    return Hit(str(row), " · ".join(filter(None, notes)), registry.address(row), badge)
