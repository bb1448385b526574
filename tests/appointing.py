"""Giving a department a head, or another place in the tree, as if Management had confirmed it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.department_changes import DepartmentChange
from portal.organization.models import Department, Employee
from portal.organization.workflows import DEPARTMENT_CHANGE


def department(code: str) -> Department:
    """A department as it stands; to be called as somebody who sees it."""
    return session().scalars(select(Department).where(Department.code == code)).one()


def appoint(code: str, head: int | None) -> None:
    """From now on the employee of this id heads the department, or nobody."""
    with access.acting_as(access.SYSTEM), transaction():
        place = department(code)
        person: Any = None if head is None else session().get_one(Employee, head)
        change = DepartmentChange(department=place, parent=place.parent, head=person)
        session().add(change)
        session().flush()
        DEPARTMENT_CHANGE.advance(change, "confirm", automatic=True)
