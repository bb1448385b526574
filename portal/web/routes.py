"""What each route needs of whoever asks: marked at the view, listed for all to see, never forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask

#: ``public``: anybody. ``signed-in``: a person with a session. ``record``: a person, and the
#: screen's own rights decide about every row, field and step.
NEEDS = ("public", "signed-in", "record")
#: Methods Flask adds by itself.
_IMPLIED = frozenset({"HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


class Unmarked(RuntimeError):
    """Routes nobody said a need for; the application does not start with them."""


def needs(
    rule: str, *, duty: str = "", unasked: bool = False, redraws: bool | frozenset[str] = False
) -> Callable[[View], View]:
    """Mark a view function with what it needs: one of `NEEDS`. Goes under ``@pages.get``.

    `duty`: whose page it is (`kernel.duties`); the act behind it asks, once it knows its record.
    `unasked`: what it answers is the same for everybody, so that nobody is asked who they are and
    no database is needed to know it.
    `redraws`: its form says itself, at the field, that a text cannot be stored, and shows all of it
    again: every field of it, or these (`web.redrawn` says it by itself).
    """
    if rule not in NEEDS:
        raise ValueError(f"{rule!r} is none of {', '.join(NEEDS)}")

    if unasked and rule != "public":
        raise ValueError(f"who needs {rule!r} must be asked")

    def mark(view: View) -> View:
        view.__needs__, view.__duty__ = rule, duty  # type: ignore[attr-defined]
        view.__unasked__ = unasked  # type: ignore[attr-defined]
        again = redraws or getattr(view, "__redraws__", False)
        view.__redraws__ = again  # type: ignore[attr-defined]
        return view

    return mark


def need_of(app: Flask, endpoint: str | None) -> str:
    """What an endpoint needs; ``signed-in`` for an address that leads nowhere."""
    if endpoint is None:
        return "signed-in"
    return _need(app, endpoint) or "signed-in"


def unasked(app: Flask, endpoint: str | None) -> bool:
    """Whether a route answers everybody alike."""
    return bool(getattr(app.view_functions.get(endpoint or ""), "__unasked__", False))


def redraws(app: Flask, endpoint: str | None, names: Iterable[str]) -> bool:
    """Whether a route's form comes back with what was typed where just these fields are wrong."""
    known = getattr(app.view_functions.get(endpoint or ""), "__redraws__", False)
    return known if isinstance(known, bool) else known.issuperset(names)


def _need(app: Flask, endpoint: str) -> str:
    return str(getattr(app.view_functions.get(endpoint), "__needs__", ""))


def all_routes(app: Flask) -> list[dict[str, Any]]:
    """Every route with its methods, endpoint and need, sorted by address."""
    found = [
        {
            "rule": rule.rule,
            "methods": sorted((rule.methods or set()) - _IMPLIED),
            "endpoint": rule.endpoint,
            "needs": _need(app, rule.endpoint),
            "right": _need(app, rule.endpoint),  # the same, as the command's table calls it
            "duty": str(getattr(app.view_functions[rule.endpoint], "__duty__", "")),
        }
        for rule in app.url_map.iter_rules()
    ]
    return sorted(found, key=lambda route: (route["rule"], route["methods"], route["endpoint"]))


def require_needs(app: Flask) -> None:
    """Raise `Unmarked` naming every endpoint without a need; called once all routes are there."""
    bare = sorted({r["endpoint"] for r in all_routes(app) if not r["needs"]})
    if bare:
        raise Unmarked(f"no needs(…) at: {', '.join(bare)}")
