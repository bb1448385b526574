"""Two people edited one record: the second sees both texts, field by field, and loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from portal.kernel.words import Words
from portal.web.record_view import form as forms
from portal.web.record_view import registry
from portal.web.record_view.cells import NONE, Cell, dressed
from portal.web.record_view.columns import column_of
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen
from portal.web.record_view.timeline import last_hand


@dataclass(frozen=True)
class Difference:
    """One field with both values, as shown and as a form sends them."""

    name: str
    label: Words | str
    theirs: Cell
    theirs_raw: str
    mine: Cell
    mine_raw: str


def page(view: Screen, record: Any) -> tuple[Response, int]:
    """The page with status 409; choosing and saving sends the form once more."""
    mine = forms.opened(view, record, request.form)
    theirs = forms.opened(view, record)
    differing, same = [], [("form_token", request.form.get("form_token", ""))]
    for field in mine:
        name = field.name
        if name == "form_token":
            continue
        if raw(theirs[name]) == raw(field):
            same.append((name, raw(field)))
        else:
            differing.append(_difference(view, record, theirs[name], field))
    return answer(record, differing, same)


def answer(
    record: Any, differing: list[Difference], same: list[tuple[str, str]]
) -> tuple[Response, int]:
    """The page of these differences; `same`: what is sent along unseen."""
    view = registry.screen_of(type(record))
    assert view is not None  # every form belongs to a screen
    html = render_template(
        "record/conflict.html",
        view=Presented(view),
        record=record,
        who=last_hand(record),
        at=record.updated_at,
        version=record.row_version,
        differences=differing,
        same=same,
        action=request.full_path,
    )
    return Response(html, mimetype="text/html"), 409


def _difference(view: Screen, record: Any, theirs: Any, mine: Any) -> Difference:
    column = column_of(view.record, mine.name)
    sides = []
    for field in (theirs, mine):
        if field.errors or field.process_errors:
            sides.append(Cell("text", raw(field)))
        elif field.data in (None, ""):
            sides.append(NONE)
        else:
            sides.append(dressed(column, field.data, record))
    return Difference(mine.name, column.label, sides[0], raw(theirs), sides[1], raw(mine))


def raw(field: Any) -> str:
    """A field's value as a form sends it."""
    if field.type == "LookupField":
        return "" if field.data is None else str(field.data.id)
    if field.type == "BooleanField":
        return "y" if field.data else ""
    if field.type == "ChoiceField":
        return field.data or ""
    return str(field._value())
