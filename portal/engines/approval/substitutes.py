"""Who answers where whom a step asks has left: the next above them, in the end Management ((c), R2.1).

Whoever is only away names a delegate (`organization.delegation`); of absence nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from portal.engines.approval import deciders
from portal.engines.approval.models import Approval
from portal.kernel import access, audit
from portal.kernel.db import session
from portal.organization import departments, handing_on
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Employee

#: The role that answers where nobody above could.
LAST = "management"


def pass_on(step: Approval, subject: Any, round_of: Iterable[Approval]) -> bool:
    """Address a step to the next above whom it asks, where they can answer no more; whether it was.

    `round_of`: the steps of its round; nobody is asked who is asked in another of them, nor who
    made the subject or asked for the approval.
    """
    if step.approver_kind == "role":
        return False
    others = list(round_of)
    with access.system():
        if _answers(step):
            return False
        person = asked(step)
        above = () if person is None else handing_on.above(person)
        found = (one for one in above if fits(step, subject, one, others))
        address(step, subject, next(found, None))
    return True


def asked(step: Approval) -> Employee | None:
    """The person a step asks by name, as head or as line manager; as SYSTEM."""
    if step.approver_kind == "line_manager":
        return session().get(Employee, int(step.approver_ref))
    if step.approver_kind == "named_user":
        account = session().get(UserAccount, int(step.approver_ref))
        return None if account is None else account.employee
    tree = departments.read()
    heads = set(tree.heads.values())
    found = (one for one in heads if int(step.approver_ref) in tree.headed_by(one))
    head = next(found, None)
    return None if head is None else session().get(Employee, head)


def fits(step: Approval, subject: Any, person: Employee, round_of: Iterable[Approval]) -> bool:
    """Whether a person could answer a step in another's place: sees the subject, had no part in it."""
    account = _account(person)
    if account is None or not deciders.free(step, subject, who := actor_of(account)):
        return False
    others = (one for one in round_of if one is not step and one.approver_kind != "role")
    return not any(deciders.asks(one, who) for one in others)


def address(step: Approval, subject: Any, person: Employee | None) -> None:
    """Ask somebody else, Management where there is nobody; the log says in whose place."""
    before = asked(step)
    account = None if person is None else _account(person)
    if account is None:
        step.approver_kind, step.approver_ref, step.holder = "role", LAST, ""
    else:
        step.approver_kind, step.approver_ref = "named_user", str(account.id)
        step.holder = account.name[:80]
    step.holder_id = None
    said = {"step": step.step_no, "holder": [before.name if before else None, step.holder or LAST]}
    audit.note_thing(step.subject_type, step.subject_id, f"{step.action}_passed_on", changes=said)


def _answers(step: Approval) -> bool:
    if step.approver_kind == "named_user":
        account = session().get(UserAccount, int(step.approver_ref))
        return account is not None and _is_here(account)
    person = asked(step)
    return person is not None and _account(person) is not None


def _account(person: Employee) -> UserAccount | None:
    """With what a person could answer; None for who has no login, or left."""
    query = select(UserAccount).where(UserAccount.employee_id == person.id)
    found = session().scalar(query)
    return found if found is not None and _is_here(found) else None


def _is_here(account: UserAccount) -> bool:
    gone = account.employee is not None and account.employee.has_left
    return account.state != "disabled" and not gone
