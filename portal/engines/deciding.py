"""Deciding on screen: the card with the steps of an approval, and the one door an answer comes by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from portal.engines.approval import deciders, rounds
from portal.engines.approval.models import STATUSES, Approval
from portal.kernel import access, comment, masks, text
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.record import seen_by_name
from portal.kernel.words import Words, _, listed
from portal.web.edge.addresses import local_path
from portal.web.record_view import Part, RecordView, address
from portal.web.record_view.tokens import sent_once
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("deciding", __name__, template_folder="templates")
#: Colour of each answer of a step.
COLOURS = {
    "waiting": "",
    "pending": "amber",
    "approved": "green",
    "returned": "amber",
    "rejected": "red",
    "withdrawn": "",
    "unasked": "",
}
#: What the person is told who gave an answer.
DONE = {
    "approved": _("Approved: %(name)s"),
    "returned": _("Sent back for changes: %(name)s"),
    "rejected": _("Refused: %(name)s"),
}


@dataclass(frozen=True)
class Panel:
    """The latest round about a record: its steps, and whether the open one is the person's.

    `content` is the hash of what there is now, as an answer must name it; empty without one.
    `told`: whether the person may read what the deciders wrote.
    """

    record: Any
    steps: list[Approval]
    mine: bool
    content: str
    told: bool

    @property
    def asked(self) -> int | None:
        """The step that waits for an answer, as an answer must name it."""
        return next((step.id for step in self.steps if step.status == "pending"), None)


def panel(record: Any) -> Panel | None:
    """What to draw for a record; None when nobody was ever asked about it."""
    steps = rounds.steps_of(record, "approve")
    if not steps:
        return None
    pending = next((step for step in steps if step.status == "pending"), None)
    mine = pending is not None and deciders.barred(pending, record, access.current()) is None
    return Panel(
        record, steps, mine, rounds.content_now(record) if mine else "", masks.whole(record)
    )


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """The card on a record's page."""
    if (found := panel(record)) is not None:
        yield Part("engines/approval.html", drawn(found, address(record)), aside=True)


def waits(record: Any) -> Words | None:
    """Who decides now, and who after them; nothing where nobody is asked."""
    steps = rounds.steps_of(record, "approve")
    asked = next((step for step in steps if step.status == "pending"), None)
    if asked is None:
        return None
    if then := [step.who for step in steps if step.status == "waiting"]:
        return _("%(who)s decides now, then %(then)s.", who=asked.who, then=listed(then))
    return _("%(who)s decides now; nobody else is asked after that.", who=asked.who)


def drawn(found: Panel | None, back: str) -> dict[str, Any]:
    """What the card's template is given; the answer comes back to `back`."""
    return {"panel": found, "back": back, "answers": STATUSES, "answer_colours": COLOURS}


def _again(problems: Mapping[str, Words], kind_name: str, ident: int) -> str:
    """The card once more, with what was typed and what is missing; to others than asked, the reason."""
    record = seen_by_name(kind_name, ident)
    found = panel(record)
    if found is None or not found.mine or "comment" not in problems:
        raise Invalid(problems)
    return render_template(
        "engines/answer.html",
        unmet=problems,
        answered=request.form.get("comment", ""),
        **drawn(found, local_path(request.form.get("back", "")) or address(record)),
    )


@pages.post("/approvals/<kind_name>/<int:ident>/decide")
@needs("signed-in")
@redrawn(_again, comment=_("Comment"))
def decide(kind_name: str, ident: int) -> Response:
    """Say yes, or ask for changes: the answer binds the content the page was opened with (R3.3.2)."""
    form = request.form
    back = local_path(form.get("back", ""))

    def act() -> str:
        record = seen_by_name(kind_name, ident)
        _still_asked(record, form.get("step", ""))
        answer = form.get("answer", "")
        said = text.uncut(form.get("comment", ""), comment.MOST_LETTERS, "comment", _("Comment"))
        if said and answer != "approved":
            comment.say(record, said, form.get("place", ""))
        rounds.decide(record, "approve", answer, said, _seen(record, form.get("content", "")))
        flash(str(DONE[answer] % {"name": str(record)}), "success")
        return back or address(record)

    return sent_once(act)


def _still_asked(record: Any, step: str) -> None:
    """An answer to a step that was decided meanwhile is none to the step that follows it.

    Whoever answers at the same moment is waited for.
    """
    steps = rounds.steps_of(record, "approve", lock=True)
    asked = next((one.id for one in steps if one.status == "pending"), None)
    if step and str(asked) != step:
        raise Conflict(_("This was already decided."))


def _seen(record: Any, named: str) -> str:
    """What the person saw, which must also be what there is; else nothing an approval could hold for."""
    return named if named and named == rounds.content_now(record) else "not what is there now"
