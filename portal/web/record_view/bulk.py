"""Taking a step: of one record on its page, or of many from a list, each in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from portal.kernel import access
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Conflict, Forbidden, Refusal, TooLarge, Unmet, Unseen
from portal.kernel.record import Staged
from portal.kernel.words import Words, _, labelled
from portal.kernel.workflow import Step, Workflow
from portal.web.edge.addresses import question_of
from portal.web.record_view import details, parsing, registry
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen

MOST = 500
#: Refusals told one by one; of the others only how many there are.
TOLD = 5
#: Messages travel in a cookie, which holds little.
MOST_LETTERS = 120


def steps_for(view: Screen, rows: list[Any]) -> list[Step]:
    """The steps at least one row on the page stands before, for this person.

    One button for steps that people call the same: each row takes its own (`_called_alike`).
    """
    if not issubclass(view.record, Staged):
        return []
    found: dict[Words, Step] = {}
    for step in view.record.workflow.steps:
        fitting = (r for r in rows if step.open_on(r) and access.takes(r, step.who))
        if step.button and step.who and any(True for _r in fitting):
            found.setdefault(step.label, step)
    return list(found.values())


def answer(view: Screen) -> Any:
    """What the posted form asks for."""
    if not issubclass(view.record, Staged):
        raise Unseen
    name = request.form.get("step", "")
    if not any(s.name == name and s.button and s.who for s in view.record.workflow.steps):
        raise Forbidden  # part of a larger act: an upload, an approval
    return _one(view, name) if request.form.get("from") == "details" else _many(view, name)


def _one(view: Screen, name: str) -> Any:
    """The step of the record whose page it is; what is missing is said on that page."""
    ident = request.form.get("id")
    try:
        with transaction():
            record = view.get_one(ident)
            lock(record)
            _still_as_shown(record, name)
            label = _take(record, name)
            said = Presented(view).name_of(record)
    except (Unmet, Conflict) as reason:
        for line in reason.missing if isinstance(reason, Unmet) else [reason]:
            flash(str(line), "error")
        return details.page(view, view.get_one(ident)), reason.status
    flash(str(labelled(label, said)), "success")
    return redirect(registry.address(record) or url_for(f"{view.endpoint}.index_view"))


def _still_as_shown(record: Any, name: str) -> None:
    """Nobody takes a step on what they have not seen; a step already taken says so itself."""
    steps = (s for s in type(record).workflow.steps if s.name == name)
    waiting = any(record.state in step.sources for step in steps)
    if waiting and not _seen(record):
        raise Conflict(_("Somebody changed this meanwhile. Look at it again, then decide."))


def _seen(record: Any) -> bool:
    """Whether the page the form stood on showed this very version; a form that says none did not.

    A list sends the version of each row on it. What matches beyond its page has not changed since.
    """
    if request.form.get("from") == "details":
        return request.form.get("version") == str(record.row_version)
    sent = request.form.get(f"version-{record.id}")
    if sent is None and request.form.get("all"):
        return bool(record.updated_at <= _shown_at())
    return sent == str(record.row_version)


def _shown_at() -> datetime:
    """When the list was shown; long ago when that cannot be read."""
    try:
        return datetime.fromisoformat(request.form.get("shown", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _take(record: Any, name: str) -> Words:
    workflow: Workflow = type(record).workflow
    step = next((s for s in workflow.steps if s.name == name and record.state in s.sources), None)
    workflow.advance(record, name, request.form.get("reason", ""), day=_day())
    assert step is not None  # or `advance` had refused
    return step.label


def _day() -> date | None:
    """The day that was typed for a step that asks for one; None when none can be read."""
    try:
        return parsing.day(request.form.get("day", ""))
    except ValueError:
        return None


@dataclass
class Outcome:
    """How many were done, and which refused for what reason."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def _many(view: Screen, name: str) -> Any:
    """The step of every chosen record; one refusal keeps no other from being done."""
    query = question_of(request.form.get("back", ""))
    outcome = Outcome()
    for ident in _chosen(view, query):
        _attempt(view, name, ident, outcome)
    _tell(outcome)
    return redirect(url_for(f"{view.endpoint}.index_view") + (f"?{query}" if query else ""))


def _chosen(view: Screen, query: str) -> list[int | str]:
    if not request.form.get("all"):
        found: list[int | str] = list(dict.fromkeys(request.form.getlist("id")))
    else:
        args = MultiDict(parse_qsl(query))
        matching = Presented(view).asked_for(args).query()
        idents = matching.with_only_columns(view.record.id, maintain_column_froms=True)
        inside = idents.order_by(None).limit(MOST + 1).subquery()
        found = list(session().scalars(select(inside.c.id).order_by(inside.c.id)))
    if not found:
        raise BadRequest
    if len(found) > MOST:
        raise TooLarge(_("At most %(most)s records can take a step at once.", most=MOST))
    return found


def _attempt(view: Screen, name: str, ident: int | str, outcome: Outcome) -> None:
    said = ""
    try:
        with transaction():
            record = view.get_one(ident)
            said = Presented(view).name_of(record)
            lock(record)
            mine = _called_alike(record, name)
            _still_as_shown(record, mine)
            _take(record, mine)
        outcome.done += 1
    except Unseen:
        return  # it does not exist for this person: neither done nor refused
    except Refusal as reason:
        outcome.refused.append((said, str(reason)))


def _called_alike(record: Any, name: str) -> str:
    """The step of that name, or where the record stands before another one that is called the same, that one."""
    workflow: Workflow = type(record).workflow
    label = workflow.step_named(name).label
    alike = (s for s in workflow.steps if s.label == label and s.button and s.who)
    fitting = [s.name for s in alike if record.state in s.sources]
    return name if name in fitting or not fitting else fitting[0]


def _tell(outcome: Outcome) -> None:
    if outcome.done:
        flash(str(_("Done: %(n)s", n=outcome.done)), "success")
    if not outcome.refused:
        return
    flash(str(_("Not done: %(n)s", n=len(outcome.refused))), "warning")
    for what, why in outcome.refused[:TOLD]:
        flash(str(labelled(what, why))[:MOST_LETTERS], "error")
