"""The columns and views a person keeps for a list: one row per person and list."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal.kernel import kept, text
from portal.kernel.errors import Invalid
from portal.kernel.words import _
from portal.web.edge.addresses import question_of
from portal.web.record_view.screen import Screen

MOST_VIEWS = 20


def key(view: Screen) -> str:
    """Under which name the list's row is kept."""
    return f"list:{view.endpoint}"


def of(view: Screen) -> dict[str, Any]:
    """What the person kept for this list."""
    return kept.kept(key(view)) or {}


def keep(view: Screen) -> Response:
    """Keep the ticked columns, or the address's filters under a name; or forget a view."""
    now, form = dict(of(view)), request.form
    query = question_of(form.get("back", ""))
    if chosen := [c for c in view.listable if c in form.getlist("columns")]:
        now["columns"] = chosen
    views = dict(now.get("views") or {})
    views.pop(form.get("forget", ""), None)
    if "name" in form:
        if not (name := form["name"].strip()[:40]):
            raise Invalid({"name": _("Give the view a name.")})
        if text.illegal(name) or len(views) >= MOST_VIEWS:
            raise Invalid({"name": _("This view cannot be kept; delete another one first.")})
        views[name] = query
    now["views"] = views
    kept.keep(key(view), now)
    return redirect(url_for(f"{view.endpoint}.index_view") + (f"?{query}" if query else ""))
