"""What happens across accounts, roles and people: two persons for power, nothing left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.kernel import access, acts, audit, clock, rhythm
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization import passwords
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Employee
from portal.organization.sessions import end_sessions
from portal.organization.workflows import ACCOUNT, ROLE_GRANT

INCOMPATIBLE = {
    frozenset(pair)
    for pair in (
        ("admin", "legal"), ("admin", "legal_head"), ("admin", "finance_head"), ("admin", "auditor"),
        ("admin", "management"), ("admin", "custodian"), ("admin", "seal_keeper"),
        ("auditor", "legal"), ("auditor", "management"), ("auditor", "seal_keeper"),
        ("legal", "seal_keeper"), ("legal_head", "seal_keeper"),
    )
}  # fmt: skip


@ROLE_GRANT.guard("confirm")
def _two_persons(grant: RoleGrant) -> Iterator[Words]:
    """Who asked does not confirm, and nobody confirms a role of their own."""
    who = access.behalf().account_id
    if who is not None and who in (grant.created_by_id, grant.updated_by_id):
        yield _("Whoever entered the grant cannot confirm it.")
    if who is not None and who == grant.user_id:
        yield _("Nobody confirms a role of their own.")
    for other in session().scalars(
        select(RoleGrant).where(RoleGrant.user_id == grant.user_id, RoleGrant.state == "confirmed")
    ):
        if other.holds_on(clock.today()) and frozenset((grant.role, other.role)) in INCOMPATIBLE:
            yield _("One person cannot hold both roles.")


@ROLE_GRANT.after("confirm")
def _remember_who(grant: RoleGrant, taken: Taken) -> None:
    grant.confirmed_by_id = access.behalf().account_id


@ROLE_GRANT.after("revoke")
def _end_at_once(grant: RoleGrant, taken: Taken) -> None:
    end_sessions(grant.user_id)


@ACCOUNT.after("lock", "disable")
def _close(account: UserAccount, taken: Taken) -> None:
    end_sessions(account.id)


def set_password(account: UserAccount, password: str, keep_token: str = "") -> None:
    """Give an account a password; every other session of it ends."""
    account.password_hash = passwords.hashed(password)
    end_sessions(account.id, but=keep_token)
    audit.note(account, "password_changed")


LEFT = acts.reason(_("Left the company."))


@handler("close_leavers", _("Closing the accounts of people who left"))
def close_leavers(job: Job) -> dict[str, Any]:
    """From 00:00 after the last day: account disabled, sessions and grants ended; safe to repeat."""
    query = (
        select(UserAccount)
        .join(Employee, UserAccount.employee_id == Employee.id)
        .where(Employee.left_on < clock.today(), UserAccount.state != "disabled")
    )
    closed = 0
    for account in list(session().scalars(query)):
        with transaction():
            ACCOUNT.advance(account, "disable", reason=LEFT)
            for grant in session().scalars(
                select(RoleGrant).where(
                    RoleGrant.user_id == account.id, RoleGrant.state == "confirmed"
                )
            ):
                ROLE_GRANT.advance(grant, "revoke", reason=LEFT)
        closed += 1
    return {"closed": closed}


rhythm.every("close_leavers", timedelta(hours=1))
