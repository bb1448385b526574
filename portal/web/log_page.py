"""The log over all records as a page, narrowed by person, kind, openings and days."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from portal.kernel import text
from portal.kernel.errors import Invalid
from portal.web import log
from portal.web.record_view import parsing
from portal.web.routes import needs

pages = Blueprint("log", __name__)
#: So much of a name is looked for.
MOST_OF_NAME = 80


@pages.get("/log")
@needs("signed-in")
def show() -> str | tuple[str, int]:
    """One page of it, newest first; what is no day is told at its box (422)."""
    try:
        wanted = _wanted()
    except Invalid as reason:
        return _page([], "", reason.fields), reason.status
    lines, later = log.page(wanted, parsing.ident(request.args.get("before", "")))
    return _page(lines, _address(before=later) if later else "", {})


def _page(lines: list[log.Line], later: str, problems: Any) -> str:
    return render_template(
        "log.html",
        lines=lines,
        later=later,
        newest=_address() if "before" in request.args else "",
        kinds=log.kinds(),
        others=log.reads_others() and not request.args.get("mine"),
        typed=request.args,
        problems=problems,
    )


def _address(**more: Any) -> str:
    """This page narrowed as it is; `more`: where another one begins."""
    asked: dict[str, Any] = {k: v for k, v in request.args.items() if k != "before" and v}
    return url_for(".show", **asked | more)


def _wanted() -> log.Wanted:
    """What the address asks for; raises `Invalid` naming a day that is none."""
    days: dict[str, date] = {}
    wrong: dict[str, Any] = {}
    for name in ("since", "until"):
        try:
            if request.args.get(name, "").strip():
                days[name] = parsing.day_in(request.args, name)
        except Invalid as reason:
            wrong |= reason.fields
    if wrong:
        raise Invalid(wrong)
    who = text.cleaned(request.args.get("who", "")).strip()[:MOST_OF_NAME]
    kind = request.args.get("kind", "")
    known = kind if kind in log.kinds() else ""
    mine, reads = bool(request.args.get("mine")), bool(request.args.get("reads"))
    return log.Wanted(mine, who, known, reads, **days)
