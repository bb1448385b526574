"""The search page and the finder's suggestions: always a subset of what the person may see."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from portal.documents import finding
from portal.documents.classes import CLASSES
from portal.organization.models import LOCALES
from portal.web.routes import needs

pages = Blueprint("search", __name__)
MOST_PAGES = 50


@pages.get("/search")
@needs("signed-in")
def search() -> str:
    """Papers by words inside them; facets narrow, snippets show why."""
    typed = request.args.get("q", "")[:400]
    at = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    chosen = {name: set(request.args.getlist(name)[:20]) for name in finding.FACETS}
    chosen = {name: values for name, values in chosen.items() if values}
    newest = request.args.get("order") == "newest"
    answer = finding.search(typed, filters=chosen, offset=(at - 1) * finding.PAGE, newest=newest)
    return render_template(
        "papers/search.html", answer=answer, typed=typed, chosen=chosen, at=at, newest=newest,
        labels={"classification": CLASSES, "language": LOCALES}, size=finding.PAGE,
    )  # fmt: skip


@pages.get("/search/suggest")
@needs("signed-in")
def suggest() -> Response:
    """Titles that go on from what is typed."""
    return jsonify(finding.suggest(request.args.get("q", "")[:100]))
