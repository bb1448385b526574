"""What a form offers for a related record: a short scoped search, never a list of everything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, inspect, or_, select

from portal.kernel import access, masks, text
from portal.kernel.db import holding, session
from portal.kernel.errors import Unseen
from portal.kernel.numbering import ways
from portal.kernel.record import Record
from portal.web.record_view.columns import column_of
from portal.web.record_view.screen import Screen

MOST = 20
MOST_LETTERS = 60
#: By what a related record is sought when the screen does not say.
USUAL = ("no", "name", "title", "code", "username", "name_hant", "name_hans", "name_en", "key")


def search(view: Screen, name: str, term: str) -> list[dict[str, Any]]:
    """At most twenty records one may name and the field may hold: value, text and a note."""
    target = _target(view, name)
    columns = by_what(view, name, target)
    query = select(target).where(access.nameable(target))
    wanted = term.strip()[:MOST_LETTERS]
    if text.illegal(wanted):
        return []
    if wanted:
        query = query.where(or_(*(holding(c, way) for way in ways(wanted) for c in columns)))
    if "active" in inspect(target).column_attrs:
        query = query.where(target.active)  # type: ignore[attr-defined]
    rows = session().scalars(query.order_by(target.id.desc()).limit(MOST))
    return [{"value": row.id, "text": str(row), "note": getattr(row, "no", "")} for row in rows]


def _target(view: Screen, name: str) -> type[Record]:
    if name in view.fields:
        column = column_of(view.record, name)
        if column.kind == "one" and column.target is not None:
            return column.target
    raise Unseen


def by_what(view: Screen, name: str, target: type[Record]) -> list[Any]:
    """The text columns to search, without those masked for the person in some row."""
    wanted = view.pick.get(name) or USUAL
    hidden = masks.sometimes_masked(target)
    there = inspect(target).column_attrs
    return [
        getattr(target, one)
        for one in wanted
        if one in there and one not in hidden and isinstance(there[one].columns[0].type, String)
    ]
