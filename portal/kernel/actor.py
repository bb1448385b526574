"""Who acts: a person, the roles they hold now, and the labels through which they see anything.

What a label opens is said by the matrix (see `access`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

#: How far a rule or a held role reaches: one's own rows, those of one's departments, every row.
SCOPES = ("own", "dept", "all")
Result = TypeVar("Result")


def reaches(granted: str, needed: str) -> bool:
    """Whether a role held within `granted` is held within `needed` too; both of `SCOPES`."""
    return SCOPES.index(granted) >= SCOPES.index(needed)


@dataclass(frozen=True)
class Held:
    """A role a person holds now, limited to `scope` (of `SCOPES`).

    `departments`: for heads a tree of them; for the employee everybody is, where they work and all
    that is part of.

    `lent_by`: who is away and lets them act in it meanwhile; as a person, without any right.
    """

    role: str
    scope: str = "all"
    departments: frozenset[int] = frozenset()
    lent_by: Actor | None = None


@dataclass(frozen=True)
class Actor:
    """On whose behalf the session works. Labels and criteria are worked out once."""

    account_id: int | None
    employee_id: int | None = None
    name: str = ""
    department_id: int | None = None
    roles: tuple[Held, ...] = ()
    facts: frozenset[str] = frozenset()
    #: Rows opened to the person by name, beyond the matrix and for reading alone: (table, id).
    opened: frozenset[tuple[str, int]] = frozenset()
    via: str = "web"
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """What `work` gives, worked out once in the life of this actor, which is one request."""
        if key not in self._kept:
            self._kept[key] = work()
        found: Result = self._kept[key]
        return found

    @property
    def labels(self) -> frozenset[str]:
        """Every reason this person has to see something."""
        return self.once("labels", lambda: frozenset(self._labels()))

    def _labels(self) -> Iterator[str]:
        for held in self.roles:
            if (owner := self._owner(held)) is not None:
                yield f"{held.role}.own.{owner}"
            if held.scope in ("dept", "all"):
                yield from (f"{held.role}.dept.{d}" for d in held.departments)
            if held.scope == "all":
                yield f"{held.role}.all"

    def _owner(self, held: Held) -> int | None:
        """Whose rows are one's own in a role: one's own, or those of who is away and lent it."""
        return self.employee_id if held.lent_by is None else held.lent_by.employee_id

    def owners(self, role: str) -> frozenset[int]:
        """The employees whose rows are the person's own in a role."""
        found = (self._owner(held) for held in self.roles if held.role == role)
        return frozenset(one for one in found if one is not None)

    def role_names(self, lent_by: Actor | None = None) -> frozenset[str]:
        """The roles the person has now in their own right, or those `lent_by` lent them."""
        return frozenset(held.role for held in self.roles if held.lent_by == lent_by)

    @property
    def stands_for(self) -> tuple[Actor, ...]:
        """Those who are away and lent this person a role."""
        lenders = (held.lent_by for held in self.roles)
        return tuple(dict.fromkeys(one for one in lenders if one is not None))

    @property
    def persons(self) -> tuple[Actor, ...]:
        """Oneself and those one stands for: where another person is needed, none of these is one."""
        return (self, *self.stands_for)

    @property
    def accounts(self) -> frozenset[int]:
        """The ids of the accounts of oneself and of those one stands for."""
        return frozenset(one.account_id for one in self.persons if one.account_id is not None)

    def departments(self, role: str) -> frozenset[int]:
        """The departments in which the person holds `role` as a head or deputy."""
        wide = (h for h in self.roles if h.role == role and reaches(h.scope, "dept"))
        return frozenset[int]().union(*(held.departments for held in wide))


NOBODY = Actor(account_id=None)
SYSTEM = Actor(account_id=None, name="system", via="system")
