"""Who heads a department and what it is part of, from when Management confirmed it: power needs two.

Heads decide and see what belongs to their departments, and a department's place in the tree says
who is above it. So neither is changed by whoever keeps the records alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Integer, String, select, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.kernel import access
from portal.kernel.access import Actor
from portal.kernel.db import in_transaction, session, stale
from portal.kernel.record import Staged, moved, shown, state_check
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, by_another, stepping
from portal.organization import departments
from portal.organization.accounts import UserAccount
from portal.organization.identity import own_grants
from portal.organization.models import Department, Employee
from portal.organization.workflows import DEPARTMENT_CHANGE

_PROPOSED = text("status = 'proposed'")


class DepartmentChange(Staged):
    """A department as it will be: its head and what it is part of. Holds once it is confirmed."""

    __tablename__ = "department_change"
    __table_args__ = (
        state_check(DEPARTMENT_CHANGE),
        Index(
            "uq_department_change_open",
            "department_id",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
    )
    noun: ClassVar[Words] = _("Change of a department")
    workflow = DEPARTMENT_CHANGE
    named_by: ClassVar[tuple[str, ...]] = ("department", "head")
    keeps_editors = True

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="", info=shown(_("Reason")))
    confirmed_by_id: Mapped[int | None] = mapped_column(Integer)

    department: Mapped[Department] = relationship(
        foreign_keys=[department_id], info=shown(_("Department"))
    )
    parent: Mapped[Department | None] = relationship(
        foreign_keys=[parent_id], info=shown(_("Part of"), help=_("Empty: of no other department."))
    )
    head: Mapped[Employee | None] = relationship(
        foreign_keys=[head_id],
        lazy="selectin",  # each change is called by it, several stand on a department's page
        info=shown(_("Head"), help=_("Empty: the head of the department above answers for it.")),
    )
    confirmed_by: Mapped[UserAccount | None] = relationship(
        primaryjoin=lambda: foreign(DepartmentChange.confirmed_by_id) == UserAccount.id,
        viewonly=True,
        info=shown(_("Confirmed by")),
    )

    def __str__(self) -> str:
        return f"{self.department} · {self.head or '—'}"

    def check(self) -> Iterator[tuple[str, Words]]:
        """One change of a department at a time, and one that can be."""
        if self.state != "proposed" or self.department is None:
            return
        was, now = moved(self, "department")
        if self.id is not None and was != now:
            yield "department", _("This stays as it was entered; add another entry instead.")
        yield from self._faults()
        other = select(DepartmentChange.id).where(
            DepartmentChange.department_id == self.department.id,
            DepartmentChange.state == "proposed",
            DepartmentChange.id.is_distinct_from(self.id),
        )
        if session().scalar(other.limit(1)) is not None:
            yield "department", _("Another change of this department waits already.")

    def _faults(self) -> Iterator[tuple[str, Words]]:
        now = self.department
        if self.head is not None and self.head.has_left:
            yield "head", _("The person has left already.")
        if self.parent is not None and self.parent is not now.parent and not self.parent.active:
            yield "parent", _("This department is closed.")
        if self.parent is not None and self.parent.lies_below(now):
            yield "parent", _("A department cannot be part of itself.")
        if (self.head, self.parent) == (now.head, now.parent):
            yield "head", _("This is how it is now.")


@DEPARTMENT_CHANGE.guard("confirm")
def _two_persons(change: DepartmentChange) -> Iterator[Words]:
    """Who entered it does not confirm, and nobody gives themselves more: be it as the head of the
    department, or as one above it that answers or decides for it from then on.
    """
    yield from by_another(change)
    own = {who.employee_id for who in access.behalf().persons}
    if change.head_id in own - {None, change.department.head_id} or _gains(change):
        yield _("Nobody confirms a role of their own.")


def _gains(change: DepartmentChange) -> bool:
    """Whether somebody behind this would head, or hold a role in, more departments than now."""
    with access.system():
        now = departments.read()
        then = now.with_place(change.department_id, change.parent_id, change.head_id)
        return any(
            _reach(who, then, role) - _reach(who, now, role)
            for who in access.behalf().persons
            for role in (None, *_placed(who))
        )


def _placed(who: Actor) -> list[int | None]:
    """Where the roles lie that a person holds for more than their own records."""
    if who.account_id is None:
        return []
    held = own_grants(who.account_id)
    return [one.department_id for one in held if one.scope != "own"]


def _reach(who: Actor, tree: departments.Tree, role: int | None) -> frozenset[int]:
    """What a person reaches by a role that lies in a department; as a head where there is none."""
    if role is not None:
        return tree.under(role)
    return frozenset() if who.employee_id is None else tree.headed_by(who.employee_id)


@DEPARTMENT_CHANGE.guard("confirm")
def _can_be(change: DepartmentChange) -> Iterator[Words]:
    """What was right when it was entered may have been overtaken."""
    if in_transaction():  # two moves that are right one by one may make a circle together
        tree = select(Department).order_by(Department.id).with_for_update(key_share=True)
        session().scalars(tree.execution_options(populate_existing=True)).all()
    yield from (said for _field, said in change._faults())


@DEPARTMENT_CHANGE.after("confirm")
def _make_it_hold(change: DepartmentChange, taken: Taken) -> None:
    change.confirmed_by_id = access.behalf().account_id
    with access.system():
        department = session().get_one(Department, change.department_id)
        with stepping(department):
            department.parent_id, department.head_id = change.parent_id, change.head_id
            session().flush()
    stale(Department)
