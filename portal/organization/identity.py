"""Who is acting: an account with the roles, departments and facts that hold at this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, false, or_, select

from portal.kernel import access, clock
from portal.kernel.actor import Actor, Held
from portal.kernel.db import session
from portal.kernel.registry import Registry
from portal.organization import departments
from portal.organization.accounts import IN_PERSON, REACH, SCOPES, RoleGrant, UserAccount
from portal.organization.models import Employee

Fact = Callable[[int], bool]
#: Rows opened to a person by name now, as (table, id).
Openings = Callable[[Actor], Iterable[tuple[str, int]]]
_facts = Registry[str, Fact]("fact about a person")
_openings: dict[str, tuple[ColumnElement[bool], Openings]] = {}


def fact(name: str) -> Callable[[Fact], Fact]:
    """Register a fact about an employee that depends on dates, such as ``cleared``.

    Facts stand on the person's side: they are asked anew at every request, and are never in
    the search index (ruling of README §6).
    """

    def register(act: Fact) -> Fact:
        _facts.tell(name, act)
        return act

    return register


def opens_rows(ever: ColumnElement[bool]) -> Callable[[Openings], Openings]:
    """Register what says which rows are open to a person by name, beyond the matrix (R8.1.3).

    Like facts it stands on the person's side and is asked anew at every request. `ever`: whether
    anything is open to anybody now; it is asked in passing and spares the statement.
    """

    def register(act: Openings) -> Openings:
        _openings[act.__module__] = (ever, act)
        return act

    return register


def holds_fact(employee_id: int, name: str) -> bool:
    """Whether a fact holds today of an employee, whoever asks."""
    with access.system():
        return _facts[name](employee_id)


@dataclass(frozen=True)
class Person:
    """What pages show of whoever is signed in."""

    id: int
    name: str
    employee_id: int | None
    locale: str
    username: str
    must_change: bool = False
    #: Somebody asked for a new password here, and another has to confirm it.
    password_asked: bool = False


def actor_of(account: UserAccount, via: str = "web") -> Actor:
    """The actor for an account; must be called as SYSTEM, before any row is loaded for the person."""
    employee = session().get(Employee, account.employee_id) if account.employee_id else None
    ever = or_(false(), *(ever for ever, _act in _openings.values()))
    tree, some = departments.read_and_ask(ever)
    roles = []
    if employee is not None:
        roles.append(Held("employee", departments=tree.over(employee.department_id)))
    for grant in grants_now(account.id):
        if grant.delegated_from_id is not None:
            roles += _lent(grant, tree)
            continue
        roles.append(Held(grant.role, REACH[grant.scope], tree.under(grant.department_id)))
    if employee is not None and (headed := tree.headed_by(employee.id)):
        roles.append(Held("head", "dept", headed))
    facts = frozenset(
        name for name, act in _facts.items() if employee is not None and act(employee.id)
    )
    person = Actor(
        account_id=account.id,
        employee_id=employee.id if employee else None,
        name=account.name,
        department_id=employee.department_id if employee else None,
        roles=tuple(roles),
        facts=facts,
        via=via,
    )
    if not some:
        return person
    opened = frozenset(row for _ever, act in _openings.values() for row in act(person))
    return replace(person, opened=opened, _kept={})


def _lent(grant: RoleGrant, tree: departments.Tree) -> Iterator[Held]:
    """What a delegation gives now: never more than the person who is away holds at this moment."""
    absent = session().get(UserAccount, grant.delegated_from_id)
    if absent is None or absent.state != "active":
        return
    person = session().get(Employee, absent.employee_id) if absent.employee_id else None
    if person is not None and person.has_left:
        return
    lender = Actor(absent.id, absent.employee_id, absent.name)
    if grant.role == IN_PERSON:
        yield from _in_person(lender, tree)
        return
    for own in own_grants(absent.id):
        if own.role == grant.role:
            reach = tree.under(own.department_id)
            if grant.department_id is not None:
                reach &= tree.under(grant.department_id)
            narrow = min(own.scope, grant.scope, key=tuple(SCOPES).index)
            yield Held(grant.role, REACH[narrow], reach, lender)


def _in_person(lender: Actor, tree: departments.Tree) -> Iterator[Held]:
    """To answer what is asked of who is away; it shows nothing: no rule of the matrix names it."""
    yield Held(IN_PERSON, "own", frozenset(), lender)
    if lender.employee_id is not None and (headed := tree.headed_by(lender.employee_id)):
        yield Held("head", "dept", headed, lender)


def own_grants(account_id: int) -> list[RoleGrant]:
    """The role grants that hold today in the person's own right."""
    return [grant for grant in grants_now(account_id) if grant.delegated_from_id is None]


def grants_now(account_id: int) -> list[RoleGrant]:
    """The role grants that hold today, those lent by others too."""
    today = clock.today()
    query = select(RoleGrant).where(RoleGrant.user_id == account_id, RoleGrant.state == "confirmed")
    return [g for g in session().scalars(query) if g.holds_on(today)]


def actors_holding(role: str) -> list[Actor]:
    """Everybody who holds a role today in their own right and can sign in, by their accounts."""
    today = clock.today()
    with access.system():
        query = (
            select(RoleGrant)
            .join(UserAccount, RoleGrant.user_id == UserAccount.id)
            .where(RoleGrant.role == role, RoleGrant.state == "confirmed")
            .where(UserAccount.state == "active", RoleGrant.delegated_from_id.is_(None))
        )
        found = {
            g.user_id: g.user
            for g in session().scalars(query)
            if g.holds_on(today) and not (g.user.employee and g.user.employee.has_left)
        }
        return [actor_of(found[ident]) for ident in sorted(found)]
