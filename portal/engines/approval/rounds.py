"""Asking for approval and answering: rounds of steps, bound to what was seen.

A round's steps come from the rules that hold for the request. A yes is worth something only
for the `content_sha256` it saw; whoever relies on it asks `holds` with the hash of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import aliased

from portal.engines.approval import deciders, substitutes
from portal.engines.approval.models import Approval, ApprovalRule
from portal.engines.approval.rules import Request, reference, rules_for
from portal.kernel import access, audit, clock, editors, text, workdays
from portal.kernel.actor import Actor
from portal.kernel.db import session
from portal.kernel.errors import Conflict, Forbidden, Invalid, Refusal, Unmet
from portal.kernel.events import approval_ended
from portal.kernel.record import kind
from portal.kernel.registry import Registry
from portal.kernel.words import _
from portal.organization.identity import actors_holding

UNANSWERED = ("pending", "waiting")

_contents = Registry[str, Callable[[Any], str]]("content of")


def content_of(subject_type: str) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Register how the hash of what an approval of such a subject stands for is found now."""

    def register(act: Callable[[Any], str]) -> Callable[[Any], str]:
        _contents.tell(subject_type, act)
        return act

    return register


def content_now(subject: Any) -> str:
    """The hash of a subject's content as the rows say now; empty while there is nothing to approve."""
    act = _contents.get(subject.__tablename__)
    if act is None:
        return ""
    try:
        return act(subject)
    except Refusal:
        return ""


def steps_of(subject: Any, action: str, *, lock: bool = False) -> list[Approval]:
    """The steps of the latest round, in order; `lock`: read anew, and nobody else's to change."""
    last = _last_round(subject, action).scalar_subquery()
    query = _about(subject, action).where(Approval.round_no == last).order_by(Approval.step_no)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session().scalars(query))


def answered_by(subject: Any, action: str) -> frozenset[int]:
    """The accounts that answered in the latest round, and those they answered for."""
    steps = steps_of(subject, action)
    return frozenset(
        ident for step in steps for ident in (step.acted_by_id, step.acted_for_id) if ident
    )


def ask(subject: Any, action: str, request: Request) -> list[Approval]:
    """Open a new round; raises `Unmet` when no confirmed rule says who decides."""
    if not deciders.has_makers(type(subject)):
        raise LookupError(f"nobody said who makes a {subject.__tablename__}")
    rules = rules_for(subject, action, request)
    if not rules:
        raise Unmet([_("No approval rule in force says who decides this.")])
    void(subject, action, "asked anew")
    number = (session().scalar(_last_round(subject, action)) or 0) + 1
    steps = [
        Approval(
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            action=action,
            round_no=number,
            rule_id=rule.id,
            sla_hours=rule.sla_hours,
            approver_kind=rule.approver_kind,
            approver_ref=reference(rule, subject),
            amount=request.amount,
            currency=request.currency,
            content_sha256=request.content_sha256,
            bound=audit.plain(dict(request.bound or {})),
            requested_by_id=access.behalf().account_id,
            status="waiting",
        )
        for rule in rules
    ]
    steps = list(_each_holder(subject, zip(rules, steps, strict=True)))
    for at, step in enumerate(steps, 1):
        step.step_no = at
    for step in steps:
        substitutes.pass_on(step, subject, steps)
    session().add_all(steps)
    _open(steps[0])
    session().flush()  # the ids are shown in "my work" of the same request
    return steps


def _each_holder(
    subject: Any, asked_for: Iterable[tuple[ApprovalRule, Approval]]
) -> Iterator[Approval]:
    """The steps, one for each holder where a rule asks every one; raises `Unmet` if none could.

    Who made the subject, does not see it or was named before is not asked.
    """
    named: set[int | None] = set()
    for rule, step in asked_for:
        if rule.quorum != "all":
            yield step
            continue
        with access.system():
            holders = [
                who
                for who in actors_holding(step.approver_ref)
                if who.account_id not in named and deciders.barred(step, subject, who) is None
            ]
        if not holders:
            raise Unmet([_("Nobody could decide this step: %(who)s.", who=step.who)])
        for who in holders:
            named.add(who.account_id)
            yield _addressed_to(step, who)


def _addressed_to(step: Approval, who: Actor) -> Approval:
    columns = inspect(Approval).column_attrs
    known = {c.key: getattr(step, c.key) for c in columns if c.key in step.__dict__}
    return Approval(**known | {"holder_id": who.account_id, "holder": who.name[:80]})


def decide(subject: Any, action: str, answer: str, comment: str, content_sha256: str) -> str:
    """Answer the open step: ``approved``, ``returned`` or ``rejected``.

    Returns the outcome of the round: ``open`` while further steps wait, else the answer.
    Raises `Forbidden` for the wrong person, `Conflict` when there is nothing to decide or the
    content is not the one that was asked about, `Invalid` without a reason for a no, or for a
    comment that is too long.
    """
    if answer not in ("approved", "returned", "rejected"):
        raise Invalid({"answer": _("This is not an answer.")})
    steps = steps_of(subject, action, lock=True)
    step = next((s for s in steps if s.status == "pending"), None)
    if step is None:
        raise Conflict(_("This was already decided."))
    if reason := deciders.barred(step, subject, access.behalf()):
        raise Forbidden(reason)
    if answer != "approved" and not text.said(comment):
        raise Invalid({"comment": _("Say what has to change.")})
    if step.content_sha256 != content_sha256:
        raise Conflict(_("The text changed since you were asked; it must be submitted again."))
    return _record_answer(subject, action, steps, step, answer, comment)


def _record_answer(
    subject: Any, action: str, steps: list[Approval], step: Approval, answer: str, comment: str
) -> str:
    who = access.behalf()
    way = next(deciders.open_ways(step, subject, who))
    said = {"step": step.step_no, "content_sha256": step.content_sha256, "amount": step.amount}
    step.comment = text.uncut(comment, text.MOST_OF_A_REASON, "comment", _("Comment"))
    step.status, step.decided_at = answer, clock.now()
    step.acted_by_id, step.acted_by = who.account_id, who.name
    if way is not who:
        step.acted_for_id, step.acted_for = way.account_id, way.name
        said["on_behalf_of"] = way.name
    audit.note(subject, f"{action}_{answer}", said, reason=step.comment)
    if answer == "approved":
        return _go_on(subject, action, steps)
    for other in steps:
        if other.status == "waiting":
            other.status = "withdrawn"
    approval_ended.send(type(subject), subject=subject, action=action, outcome=answer)
    return answer


def _go_on(subject: Any, action: str, steps: list[Approval]) -> str:
    """The next step is asked; once none is left, everybody asked said yes."""
    following = next((s for s in steps if s.status == "waiting"), None)
    if following is not None:
        _open(following)
        return "open"
    approval_ended.send(type(subject), subject=subject, action=action, outcome="approved")
    return "approved"


def unask(step: Approval) -> None:
    """Go on without a holder who is asked by name and can no longer answer; as SYSTEM.

    The others of the same rule decide. Where there is none, any holder of the role does: a rule
    is not met because those it named are gone.
    """
    subject: Any = session().get_one(kind(step.subject_type), step.subject_id)
    steps, asked_now = steps_of(subject, step.action, lock=True), step.status == "pending"
    if step.status not in UNANSWERED:
        return
    audit.note(subject, f"{step.action}_unasked", {"step": step.step_no, "holder": step.holder})
    others = (s for s in steps if s is not step and s.rule_id == step.rule_id)
    if not any(s.status in ("approved", *UNANSWERED) for s in others):
        step.holder_id, step.holder = None, ""
        return
    step.status = "unasked"
    if asked_now:
        _go_on(subject, step.action, steps)


def _counting(steps: list[Approval]) -> list[Approval]:
    """The steps without those of holders who were gone before they answered."""
    return [step for step in steps if step.status != "unasked"]


def last_word(subject: Any, action: str, outcome: str) -> str:
    """What the person wrote whose answer ended the latest round so; empty when nothing."""
    return next((s.comment for s in steps_of(subject, action) if s.status == outcome), "")


def void(subject: Any, action: str, reason: str) -> bool:
    """Take back whatever the latest round said; returns whether there was something to take."""
    taken, steps = False, _counting(steps_of(subject, action))
    if steps and all(step.status == "approved" and step.acted_by_id for step in steps):
        editors.forget(subject)
    for step in steps:
        if step.status in ("approved", *UNANSWERED):
            step.status, taken = "withdrawn", True
    if taken:
        audit.note(subject, f"{action}_void", {}, reason=reason)
    return taken


def holds(subject: Any, action: str, content_sha256: str) -> bool:
    """Whether every step of the latest round said yes to exactly this content."""
    steps = _counting(steps_of(subject, action))
    return bool(steps) and all(
        s.status == "approved" and s.content_sha256 == content_sha256 for s in steps
    )


def _open(step: Approval) -> None:
    """Ask: days off do not count for the hours a step has (A06)."""
    step.status, step.due_at = "pending", workdays.calendar().after(clock.now(), step.sla_hours)


def _last_round(subject: Any, action: str) -> Any:
    latest = aliased(Approval)
    return select(func.max(latest.round_no)).where(
        latest.subject_type == subject.__tablename__,
        latest.subject_id == subject.id,
        latest.action == action,
    )


def _about(subject: Any, action: str) -> Any:
    return select(Approval).where(
        Approval.subject_type == subject.__tablename__,
        Approval.subject_id == subject.id,
        Approval.action == action,
    )
