"""The tree of departments: what lies below one, and which of them a person heads."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, false, or_, select

from portal.kernel import clock
from portal.kernel.db import session
from portal.organization.models import Department, Employee


@dataclass(frozen=True)
class Tree:
    """`below`: department -> those directly under it; `heads`: department -> employee."""

    below: dict[int | None, list[int]] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)

    def under(self, root: int | None) -> frozenset[int]:
        """A department and everything below it; empty without a root."""
        return self._reach([] if root is None else [root], headed=True)

    def over(self, ident: int | None) -> frozenset[int]:
        """A department and everything it is part of: where somebody works who works there."""
        above = {one: top for top, those in self.below.items() for one in those}
        found = set[int]()
        while ident is not None and ident not in found:
            found.add(ident)
            ident = above.get(ident)
        return frozenset(found)

    def headed_by(self, employee_id: int) -> frozenset[int]:
        """The departments whose head the person is: also those below that have no head of their own."""
        own = [ident for ident, head in self.heads.items() if head == employee_id]
        return self._reach(own, headed=False)

    def with_place(self, ident: int, parent: int | None, head: int | None) -> Tree:
        """The same tree with one department put elsewhere, or under another head."""
        below = {
            above: [one for one in those if one != ident] for above, those in self.below.items()
        }
        below.setdefault(parent, []).append(ident)
        heads = {one: who for one, who in self.heads.items() if one != ident}
        return Tree(below, heads if head is None else heads | {ident: head})

    def _reach(self, todo: list[int], *, headed: bool) -> frozenset[int]:
        """Everything from `todo` downwards; `headed` says whether to enter those with a head."""
        found = set[int]()
        while todo:
            ident = todo.pop()
            if ident not in found:
                found.add(ident)
                todo += [
                    one for one in self.below.get(ident, []) if headed or one not in self.heads
                ]
        return frozenset(found)


def read() -> Tree:
    """The tree as it is now; rights follow from it, so it is asked anew by every request.

    A head who has left is none: the head above answers until another is confirmed.
    """
    return read_and_ask(false())[0]


def read_and_ask(question: ColumnElement[bool]) -> tuple[Tree, bool]:
    """The tree, and what every request must know besides, in the same statement.

    Where there is no department yet the answer is no.
    """
    tree, answer = Tree(), False
    here = and_(
        Employee.id == Department.head_id,
        Employee.state != "left",
        or_(Employee.left_on.is_(None), Employee.left_on > clock.today()),
    )
    asked = question.label("answer")
    query = select(Department.id, Department.parent_id, Employee.id, asked)
    for ident, parent, head, said in session().execute(query.outerjoin(Employee, here)):
        answer = bool(said)
        tree.below.setdefault(parent, []).append(ident)
        if head is not None:
            tree.heads[ident] = head
    return tree, answer
