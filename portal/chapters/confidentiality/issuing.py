"""Issuing agreements to many employees at once: a job with progress, each in their own language (R8.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.documents import generation
from portal.kernel import access, clock, jobs
from portal.kernel.access import Actor
from portal.kernel.db import session, transaction
from portal.kernel.errors import Down, Forbidden, Invalid, Refusal
from portal.kernel.jobs import Job, Later, handler
from portal.kernel.words import _
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Employee

MOST = 500
#: States in which an employee already has an agreement or gets one.
OPEN = ("draft", "legal_review", "approved", "issued", "signed", "in_force")
#: What counts as issued; an agreement that Legal still reads does not.
OUT = ("issued", "signed", "in_force")


def issue_to(employee_ids: Sequence[int]) -> Job:
    """Start issuing agreements to the employees chosen; raises `Invalid` for none or too many."""
    if not access.current().holds("hr", "hr_head"):
        raise Forbidden
    chosen = list(dict.fromkeys(employee_ids))
    if not 1 <= len(chosen) <= MOST:
        raise Invalid({"employees": _("Choose 1 to %(most)s employees.", most=MOST)})
    return jobs.enqueue("agreements.issue", {"employees": chosen}, total=len(chosen))


@handler("agreements.issue", _("Issuing confidentiality agreements"))
def issue_all(job: Job) -> dict[str, Any]:
    """One employee after the other; what is done stays done when the job is cancelled or repeated."""
    starter = session().get_one(UserAccount, job.account_id)
    actor = actor_of(starter, via="job")
    done: list[dict[str, Any]] = []
    for at, employee_id in enumerate(job.payload["employees"], 1):
        done.append(_issue_one(actor, employee_id))
        jobs.progress(job, at)
    issued = sum(1 for row in done if row.get("state") in OUT)
    return {"rows": done, "issued": issued, "failed": len(done) - issued}


def _issue_one(actor: Actor, employee_id: int) -> dict[str, Any]:
    """An employee's agreement from nothing, or from where an earlier run left it, to issued."""
    try:
        with access.acting_as(actor):
            agreement_id, job_id = _start(employee_id)
        if job_id is not None and jobs.do_now(job_id, "issuing") in ("ready", "running"):
            raise Later("a paper is not made yet")  # the store is away, or another makes it
        with access.acting_as(actor):
            return _finish(agreement_id)
    except Down as reason:
        raise Later(str(reason)) from reason  # nobody's paper is at fault
    except Refusal as reason:
        return {"employee": employee_id, "error": reason.message.plain()}


def _start(employee_id: int) -> tuple[int, int | None]:
    with transaction():
        # Locked, so that two jobs for the same person make one agreement.
        employee = session().get(Employee, employee_id, with_for_update=True)
        if employee is None or employee.state == "left":
            raise Invalid({"employee": _("Choose the employee.")})
        agreement = session().scalar(
            select(ConfidentialityAgreement).where(
                ConfidentialityAgreement.employee_id == employee_id,
                ConfidentialityAgreement.state.in_(OPEN),
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
