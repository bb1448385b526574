"""Somebody is away and lets another act in a role of theirs: dated, visible, never beyond their own (R2.1).

A delegation is a role grant with `delegated_from`: the person who is away or an administrator
enters it, Management confirms it like any other grant, since nobody gives power alone. What it
gives is asked anew at every request and ends with the role it rests on (`identity.actor_of`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from portal.kernel import access, acts
from portal.kernel.db import lock, session, stale
from portal.kernel.errors import Invalid, Unseen
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization.accounts import GRANTED, IN_PERSON, RoleGrant, UserAccount
from portal.organization.identity import own_grants
from portal.organization.models import Department, Employee
from portal.organization.services import holds_power, roles_soon
from portal.organization.workflows import ROLE_GRANT

TAKEN_BACK = acts.reason(_("Taken back by the person who was away."))
LAPSED = acts.reason(_("The role it rested on has ended."))
OPEN = ("proposed", "confirmed")


@dataclass(frozen=True)
class Lent:
    """One delegation as both sides see it: the role, the other person, the term, where it stands."""

    id: int
    role: Words
    other: str
    first: date
    last: date | None
    state: str
    open: bool


def given() -> list[Lent]:
    """What the person acting let others do, the newest first."""
    return _lent(RoleGrant.delegated_from_id == access.behalf().account_id, "user")


def received() -> list[Lent]:
    """What others let the person acting do, the newest first."""
    mine = RoleGrant.user_id == access.behalf().account_id
    return _lent(mine & RoleGrant.delegated_from_id.is_not(None), "delegated_from")


def _lent(rows: ColumnElement[bool], other: str) -> list[Lent]:
    with access.system():
        query = select(RoleGrant).where(rows).order_by(RoleGrant.id.desc()).limit(50)
        return [
            Lent(
                one.id,
                GRANTED[one.role],
                str(getattr(one, other)),
                one.valid_from,
                one.valid_to,
                one.state,
                one.state in OPEN,
            )
            for one in session().scalars(query)
        ]


def own_roles() -> dict[str, Words]:
    """What the person acting could let somebody do: answer what is asked of them, act in a role."""
    me = access.behalf()
    if me.account_id is None:
        return {}
    with access.system():
        roles = [grant.role for grant in own_grants(me.account_id)]
        asked = [IN_PERSON] if roles or _is_asked(me.employee_id) else []
    return {role: GRANTED[role] for role in dict.fromkeys((*roles, *asked))}


def _is_asked(employee: int | None) -> bool:
    """Whether the person heads a department or others answer to them."""
    heads = select(Department.id).where(Department.head_id == employee)
    manages = select(Employee.id).where(Employee.manager_id == employee)
    asked = (session().scalar(query.limit(1)) for query in (heads, manages))
    return employee is not None and any(one is not None for one in asked)


def give(role: str, delegate: Employee, first: date, last: date, reason: str) -> RoleGrant:
    """Enter a delegation of one's own role; it holds once Management confirmed it.

    Raises `Invalid` naming the field: ``role`` for one that is not theirs, ``user`` for a person
    without a login, ``valid_to`` for a term that is too long.
    """
    me = access.behalf().account_id
    with access.system():
        mine = [] if me is None else own_grants(me)
        own = next((grant for grant in mine if grant.role == role), None)
        if role not in own_roles():
            raise Invalid({"role": _("Choose a role of your own.")})
        query = select(UserAccount).where(
            UserAccount.employee_id == delegate.id, UserAccount.state == "active"
        )
        account = session().scalar(query)
        if account is None:
            raise Invalid({"user": _("This person has no login.")})
        grant = RoleGrant(
            user_id=account.id,
            role=role,
            scope="own" if own is None else own.scope,
            department_id=None if own is None else own.department_id,
            valid_from=first,
            valid_to=last,
            reason=reason.strip(),
            delegated_from_id=me,
        )
        session().add(grant)
        session().flush()
    return grant


def take_back(ident: int) -> None:
    """End a delegation of one's own; raises `Unseen` for another's, `Conflict` when it has ended."""
    with access.system():
        grant = session().get(RoleGrant, ident)
        if grant is None or grant.delegated_from_id != access.behalf().account_id:
            raise Unseen
        lock(grant)
        step = "withdraw" if grant.state == "proposed" else "revoke"
        ROLE_GRANT.advance(grant, step, reason=TAKEN_BACK, automatic=True)
    stale(RoleGrant)


@ROLE_GRANT.guard("confirm")
def _rests_on_a_role(grant: RoleGrant) -> Iterator[Words]:
    """Nobody lends what they do not hold, nor for longer, nor what was lent to them."""
    if grant.delegated_from_id is None:
        return
    with access.system():
        if grant.role == IN_PERSON:
            if not _is_here(session().get_one(UserAccount, grant.delegated_from_id)):
                yield _("The person has left already.")
            return
        rows = select(RoleGrant).where(RoleGrant.user_id == grant.delegated_from_id)
        if not any(_covers(own, grant) for own in session().scalars(rows)):
            yield _("The person who is away does not hold this role for all of this time.")


@holds_power
def _stands_in(account: UserAccount) -> bool:
    """Whoever answers in person for somebody decides as they do."""
    query = roles_soon(account).where(RoleGrant.role == IN_PERSON)
    return session().scalar(query.limit(1)) is not None


def _is_here(account: UserAccount) -> bool:
    gone = account.employee is not None and account.employee.has_left
    return account.state == "active" and not gone


def _covers(own: RoleGrant, lent: RoleGrant) -> bool:
    theirs = own.state == "confirmed" and own.delegated_from_id is None and own.role == lent.role
    ends = own.valid_to is None or (lent.valid_to is not None and lent.valid_to <= own.valid_to)
    return theirs and own.valid_from <= lent.valid_from and ends


@ROLE_GRANT.after("revoke", "end")
def _lapse(grant: RoleGrant, taken: Taken) -> None:
    """What rested on a role that ended ends with it, and is shown so."""
    if grant.delegated_from_id is not None:
        return
    with access.system():
        if any(own.role == grant.role for own in own_grants(grant.user_id)):
            return
        rows = select(RoleGrant).where(
            RoleGrant.delegated_from_id == grant.user_id,
            RoleGrant.role == grant.role,
            RoleGrant.state == "confirmed",
        )
        for lent in session().scalars(rows).all():
            ROLE_GRANT.advance(lent, "revoke", reason=LAPSED, automatic=True)
    stale(RoleGrant)
