"""A round goes on without who can no longer answer: holders of a role, and whom it asks in person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, and_, cast, or_, select

from portal.engines.approval import rounds, substitutes
from portal.engines.approval.models import Approval
from portal.kernel import access
from portal.kernel.db import session, stale
from portal.kernel.record import kind
from portal.kernel.words import _
from portal.kernel.workflow import Taken
from portal.organization import handing_on
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.handing_on import TAKEN, Sort
from portal.organization.identity import actors_holding
from portal.organization.models import Employee
from portal.organization.workflows import ACCOUNT, EMPLOYEE, ROLE_GRANT


@ROLE_GRANT.after("revoke", "end")
def _role_ended(grant: RoleGrant, taken: Taken) -> None:
    go_on_without(grant.user_id)


@ACCOUNT.after("disable")
def _account_ended(account: UserAccount, taken: Taken) -> None:
    """What is asked of who leaves is handed on with all else they have in hand."""
    go_on_without(account.id)
    if account.employee is None or not account.employee.has_left:
        _pass_on(_named(select(UserAccount.id).where(UserAccount.id == account.id)))


@EMPLOYEE.after("leave")
def _head_left(person: Employee, taken: Taken) -> None:
    """Where nobody above heads a department either, Management is asked."""
    _pass_on(Approval.approver_kind == "department_head")


def _pass_on(which: Any) -> None:
    with access.system():
        session().flush()
        query = select(Approval).where(Approval.status.in_(rounds.UNANSWERED), which)
        for step in session().scalars(query.order_by(Approval.id)).all():
            subject = _subject(step)
            steps = rounds.steps_of(subject, step.action, lock=True)
            substitutes.pass_on(step, subject, steps)
    stale(Approval)


def _subject(step: Approval) -> Any:
    return session().get_one(kind(step.subject_type), step.subject_id)


def _named(accounts: Select[int]) -> Any:
    ids = select(cast(accounts.subquery().c.id, String))
    return and_(Approval.approver_kind == "named_user", Approval.approver_ref.in_(ids))


def _asked_of(people: Select[int]) -> Select[int]:
    accounts = select(UserAccount.id).where(UserAccount.employee_id.in_(people))
    managers = select(cast(people.subquery().c.id, String))
    managed = and_(Approval.approver_kind == "line_manager", Approval.approver_ref.in_(managers))
    open_steps = Approval.status.in_(rounds.UNANSWERED)
    return select(Approval.id).where(open_steps, or_(_named(accounts), managed))


def _may_answer(step: Approval, heir: Employee) -> bool:
    subject = _subject(step)
    return substitutes.fits(step, subject, heir, rounds.steps_of(subject, step.action))


handing_on.goes(
    Sort(
        "approval",
        _("Decision asked of them"),
        Approval,
        held=_asked_of,
        whose=substitutes.asked,
        give=lambda step, heir: substitutes.address(step, _subject(step), heir),
        fit=_may_answer,
        about=lambda step: (_subject(step), 0),
        otherwise=TAKEN,
    )
)


def go_on_without(account_id: int) -> None:
    """Take back what is asked of a person by name in a role they no longer hold; in a transaction.

    A person who still holds it by another grant is still asked.
    """
    with access.system():
        query = select(Approval).where(
            Approval.holder_id == account_id,
            Approval.approver_kind == "role",
            Approval.status.in_(rounds.UNANSWERED),
        )
        for step in session().scalars(query.order_by(Approval.id)).all():
            if account_id not in {who.account_id for who in actors_holding(step.approver_ref)}:
                rounds.unask(step)
    stale(Approval)
