"""Joining, staying and leaving: what each step asks, and what ends on the day somebody leaves (R2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from portal.kernel import clock, jobs, rhythm
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization import handing_on
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.handing_on import LEFT
from portal.organization.models import Employee
from portal.organization.workflows import ACCOUNT, EMPLOYEE, ROLE_GRANT


@EMPLOYEE.guard("join", "join_confirmed")
def _has_joined(person: Employee) -> Iterator[Words]:
    """Nobody works here before their first day, nor without a manager (R2.1)."""
    if person.hired_on is None:
        yield _("Fill in the day of joining first.")
    elif person.hired_on > clock.today():
        yield _("The day of joining is still to come.")
    if person.manager is None and person.manager_id is None and not person.is_at_the_top():
        yield _("Fill in the manager first.")


@EMPLOYEE.before("give_notice", "move_leaving")
def _note_the_day(person: Employee, taken: Taken) -> None:
    """What has begun by then ends by itself, at the latest with the hour."""
    person.left_on = taken.values["day"]
    if person.left_on <= clock.today():
        jobs.soon("close_leavers")


@EMPLOYEE.before("withdraw_notice", "stay_on_probation")
def _forget_the_day(person: Employee, taken: Taken) -> None:
    person.left_on = None


@EMPLOYEE.guard("withdraw_notice", "stay_on_probation", "move_leaving")
def _is_still_here(person: Employee) -> Iterator[Words]:
    """Accounts are closed for good: who was gone for a day comes back as a new employee."""
    if person.left_on is not None and person.left_on <= clock.today():
        yield _("The person has left already.")


@handler("close_leavers", _("Closing the accounts of people who left"))
def close_leavers(job: Job) -> dict[str, Any]:
    """From 00:00 of the day of leaving: account disabled, sessions and grants ended; repeatable.

    Then what they had in hand goes on to who is above them.
    """
    gone = Employee.left_on <= clock.today()
    for person in list(session().scalars(select(Employee).where(gone, Employee.state != "left"))):
        with transaction():
            EMPLOYEE.advance(person, "leave", reason=LEFT, automatic=True)
    query = (
        select(UserAccount)
        .join(Employee, UserAccount.employee_id == Employee.id)
        .where(or_(gone, Employee.state == "left"), UserAccount.state != "disabled")
    )
    closed = 0
    for account in list(session().scalars(query)):
        with transaction():
            ACCOUNT.advance(account, "disable", reason=LEFT, automatic=True)
            for grant in _confirmed(account.id):
                ROLE_GRANT.advance(grant, "revoke", reason=LEFT, automatic=True)
        closed += 1
    handing_on.hand_on()
    return {"closed": closed}


def _confirmed(account_id: int) -> list[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.user_id == account_id, RoleGrant.state == "confirmed")
    return list(session().scalars(query))


rhythm.every("close_leavers", timedelta(hours=1))
