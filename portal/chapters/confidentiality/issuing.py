"""Issuing agreements to many employees at once: a job with progress, each in their own language (R8.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.chapters.confidentiality import doubles
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.documents.papers import generation
from portal.kernel import access, clock, duties, jobs
from portal.kernel.actor import Actor
from portal.kernel.db import session, transaction
from portal.kernel.errors import Down, Invalid, Refusal
from portal.kernel.jobs import Job, handler
from portal.kernel.leaving import Later
from portal.kernel.reserving import do_now, reserved
from portal.kernel.words import _
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Employee

MOST = 500
#: How many are made together; the job can be stopped after so many, so that no draft is left behind.
AT_ONCE = 5
#: Beyond a draft: nothing is to be issued any more.
AHEAD = tuple(state for state in doubles.OPEN if state != "draft")
#: What counts as issued; an agreement that Legal still reads does not.
OUT = ("issued", "signed", "in_force")


@dataclass(frozen=True)
class Begun:
    """An employee's agreement, and the job that makes its paper where it has none yet."""

    employee_id: int
    agreement_id: int
    job_id: int | None


def issue_to(employee_ids: Sequence[int]) -> Job:
    """Start issuing agreements to the employees chosen; raises `Invalid` for none or too many.

    A draft somebody has is the one that is issued. Whoever has more than a draft is left out, and
    the job says so by name.
    """
    duties.require("agreement.issue")
    chosen = list(dict.fromkeys(employee_ids))
    if not 1 <= len(chosen) <= MOST:
        raise Invalid({"employees": _("Choose 1 to %(most)s employees.", most=MOST)})
    left_out = {one.employee_id: one for one in doubles.of_employees(chosen, AHEAD)}
    wanting = [ident for ident in chosen if ident not in left_out]
    said = [
        {"employee": ident, "no": one.no, "error": doubles.sentence(one).plain()}
        for ident, one in left_out.items()
    ]
    payload = {"employees": wanting, "left_out": said}
    return jobs.enqueue("agreements.issue", payload, total=len(wanting))


@handler("agreements.issue", _("Issuing confidentiality agreements"))
def issue_all(job: Job) -> dict[str, Any]:
    """So many at a time; what is done stays done when the job is cancelled, left or repeated."""
    starter = session().get_one(UserAccount, job.account_id)
    actor = actor_of(starter, via="job")
    done: list[dict[str, Any]] = []
    people = job.payload["employees"]
    for at in range(0, len(people), AT_ONCE):
        done += _issue_some(job, actor, people[at : at + AT_ONCE], at)
        jobs.progress(job, len(done), restful=True)
    done += job.payload.get("left_out", [])
    issued = sum(1 for row in done if row.get("state") in OUT)
    return {"rows": done, "issued": issued, "failed": len(done) - issued}


def _issue_some(job: Job, actor: Actor, people: Sequence[int], at: int) -> list[dict[str, Any]]:
    """Their agreements from nothing, or from where an earlier run left them, to issued.

    Their papers are made together; what is wrong with one keeps no other from being issued. Of
    everybody in the job `at` are done before them; the bar moves with each.
    """
    begun = [_begin(actor, employee_id) for employee_id in people]
    wanted = [one.job_id for one in begun if isinstance(one, Begun) and one.job_id is not None]
    with reserved(wanted, "issuing") as (name, ours), generation.made_together(ours):
        done: list[dict[str, Any]] = []
        for one in begun:
            done.append(_issue_one(actor, one, name) if isinstance(one, Begun) else one)
            jobs.progress(job, at + len(done), within=True)
        return done


def _begin(actor: Actor, employee_id: int) -> Begun | dict[str, Any]:
    """An agreement with its paper on the way, or the row that says why there is none."""
    try:
        with access.acting_as(actor):
            return Begun(employee_id, *_start(employee_id))
    except Down as reason:
        raise Later(str(reason)) from reason  # nobody's paper is at fault
    except Refusal as reason:
        return _missed(employee_id, reason)


def _issue_one(actor: Actor, begun: Begun, name: str) -> dict[str, Any]:
    job_id = begun.job_id
    try:
        if job_id is not None and do_now(job_id, name) in ("ready", "running"):
            raise Later("a paper is not made yet")  # the store is away, or another makes it
        with access.acting_as(actor):
            return _finish(begun.agreement_id)
    except Down as reason:
        raise Later(str(reason)) from reason  # nobody's paper is at fault
    except Refusal as reason:
        return _missed(begun.employee_id, reason)


def _missed(employee_id: int, reason: Refusal) -> dict[str, Any]:
    """The row of somebody who has no agreement now: who, and why in words."""
    employee = session().get(Employee, employee_id)
    return {
        "employee": employee_id,
        "what": "" if employee is None else str(employee),
        "error": reason.message.plain(),
    }


def _start(employee_id: int) -> tuple[int, int | None]:
    with transaction():
        # Locked, so that two jobs for the same person make one agreement.
        employee = session().get(Employee, employee_id, with_for_update=True)
        if employee is None or employee.state == "left":
            raise Invalid({"employee": _("Choose the employee.")})
        agreement = session().scalar(
            select(ConfidentialityAgreement).where(
                ConfidentialityAgreement.employee_id == employee_id,
                doubles.standing(),
            )
        )
        if agreement is None:
            agreement = ConfidentialityAgreement(
                kind="employee", employee=employee, locale=employee.locale, start_on=clock.today()
            )
            session().add(agreement)
            session().flush()  # its number stands on the paper
        elif agreement.state != "draft":
            return agreement.id, None
        if agreement.document is not None and agreement.document.current_no:
            return agreement.id, None
        return agreement.id, generation.generate(agreement).id


def _finish(agreement_id: int) -> dict[str, Any]:
    with transaction():
        agreement = session().get_one(ConfidentialityAgreement, agreement_id)
        session().refresh(agreement)
        if agreement.state == "draft":
            AGREEMENT.advance(agreement, "standard")
        if agreement.state == "approved":
            AGREEMENT.advance(agreement, "issue")
        return {"employee": agreement.employee_id, "no": agreement.no, "state": agreement.state}
