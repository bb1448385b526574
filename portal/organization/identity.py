"""Who is acting: an account with the roles, departments and facts that hold at this moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from portal.kernel import access, clock
from portal.kernel.access import Actor, Held
from portal.kernel.db import session
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Department, Employee

Fact = Callable[[int], bool]
_facts: dict[str, Fact] = {}


def fact(name: str) -> Callable[[Fact], Fact]:
    """Register a fact about an employee that depends on dates, such as ``cleared``.

    Facts stand on the person's side: they are asked anew at every request, and are never in
    the search index (ruling of README §6).
    """

    def register(act: Fact) -> Fact:
        _facts[name] = act
        return act

    return register


@dataclass(frozen=True)
class Person:
    """What pages show of whoever is signed in."""

    id: int
    name: str
    employee_id: int | None
    locale: str
    username: str
    must_change: bool = False


def actor_of(account: UserAccount, via: str = "web") -> Actor:
    """The actor for an account; must be called as SYSTEM, before any row is loaded for the person."""
    employee = session().get(Employee, account.employee_id) if account.employee_id else None
    tree = department_tree()
    roles = [Held("employee")] if employee is not None else []
    for grant in grants_now(account.id):
        root = grant.department_id or (employee.department_id if employee else None)
        roles.append(Held(grant.role, grant.scope, subtree(tree, root)))
    if employee is not None and (headed := departments_headed_by(employee.id, tree)):
        roles.append(Held("head", "department", headed))
    facts = frozenset(
        name for name, act in _facts.items() if employee is not None and act(employee.id)
    )
    return Actor(
        account_id=account.id,
        employee_id=employee.id if employee else None,
        name=account.name,
        department_id=employee.department_id if employee else None,
        roles=tuple(roles),
        facts=facts,
        via=via,
    )


def grants_now(account_id: int) -> list[RoleGrant]:
    """The role grants that hold today."""
    today = clock.today()
    query = select(RoleGrant).where(RoleGrant.user_id == account_id, RoleGrant.state == "confirmed")
    return [g for g in session().scalars(query) if g.holds_on(today)]


def department_tree() -> dict[int | None, list[int]]:
    """Parent -> children, of all departments."""
    tree: dict[int | None, list[int]] = {}
    for ident, parent in session().execute(select(Department.id, Department.parent_id)):
        tree.setdefault(parent, []).append(ident)
    return tree


def departments_headed_by(employee_id: int, tree: dict[int | None, list[int]]) -> frozenset[int]:
    """The departments whose head the person is: also those below that have no head of their own."""
    heads = {
        ident: head
        for ident, head in session().execute(select(Department.id, Department.head_id))
        if head is not None
    }
    found, todo = set[int](), [ident for ident, head in heads.items() if head == employee_id]
    while todo:
        ident = todo.pop()
        found.add(ident)
        todo += [
            child for child in tree.get(ident, []) if child not in heads and child not in found
        ]
    return frozenset(found)


def subtree(tree: dict[int | None, list[int]], root: int | None) -> frozenset[int]:
    """A department and everything below it; empty without a root."""
    if root is None:
        return frozenset()
    found, todo = set[int](), [root]
    while todo:
        ident = todo.pop()
        if ident not in found:
            found.add(ident)
            todo += tree.get(ident, [])
    return frozenset(found)


def actors_of_employee(employee_id: int) -> list[Actor]:
    """The actor behind an employee's login, if there is one (used to ask what somebody else may)."""
    with access.system():
        query = select(UserAccount).where(
            UserAccount.employee_id == employee_id, UserAccount.state == "active"
        )
        return [actor_of(a) for a in session().scalars(query)]
