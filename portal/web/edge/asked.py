"""What kind of answer a request wants: a page, a part of one, or data."""

from __future__ import annotations

from flask import request


def by_htmx() -> bool:
    """A part of a page, put in by htmx."""
    return "HX-Request" in request.headers


def for_data() -> bool:
    """JSON rather than a page."""
    kinds = request.accept_mimetypes
    return kinds.best_match(("text/html", "application/json"), "text/html") == "application/json"


def by_script() -> bool:
    """Not by a browser that would follow to another page."""
    return by_htmx() or for_data()
