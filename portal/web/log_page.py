"""The log over all records as a page, narrowed by person, kind, openings and days."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from portal.kernel import text
from portal.kernel.errors import Invalid
from portal.kernel.words import _
from portal.web import log
from portal.web.record_view import parsing
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("log", __name__)
#: So much of a name is looked for.
MOST_OF_NAME = 80


def _again(problems: Any) -> str:
    return _page([], "", problems)


@pages.get("/log")
@needs("signed-in")
@redrawn(_again, who=_("Who"))
def show() -> str:
    """One page of it, newest first."""
    lines, later = log.page(_wanted(), parsing.ident(request.args.get("before", "")))
    asked = {k: v for k, v in request.args.to_dict().items() if k != "before" and v}
    return _page(lines, url_for(".show", **asked, before=later) if later else "", {})


def _page(lines: list[log.Line], later: str, problems: Any) -> str:
    asked = {k: v for k, v in request.args.to_dict().items() if k != "before" and v}
    return render_template(
        "log.html",
        lines=lines,
        later=later,
        newest=url_for(".show", **asked) if "before" in request.args else "",
        kinds=log.kinds(),
        others=log.reads_others(),
        typed=request.args,
        problems=problems,
    )


def _wanted() -> log.Wanted:
    """What the address asks for; raises `Invalid` naming a day that is none."""
    days, wrong = {}, {}
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
    reads = bool(request.args.get("reads"))
    return log.Wanted(who, kind if kind in log.kinds() else "", reads, **days)
