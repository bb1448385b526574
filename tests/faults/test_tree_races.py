"""Two changes of the tree of departments at one moment: each right alone, together a circle (R2.1)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.organization import department_changes
from portal.organization.department_changes import DepartmentChange
from portal.organization.models import Department
from tests.appointing import department
from tests.faults.test_races import at_once, codes, office
from tests.faults.web import Office

__all__ = ["office"]
pytestmark = [pytest.mark.faults, pytest.mark.office]


def proposed(code: str, above: str) -> int:
    """A change entered by somebody: the department is to be part of another."""
    with access.acting_as(access.SYSTEM), transaction():
        place = department(code)
        change = DepartmentChange(department=place, parent=department(above), head=place.head)
        session().add(change)
        session().flush()
        return change.id


def confirming(office: Office, change: int) -> Callable[[], TestResponse]:
    browser = office.visitor("exec")
    fields = {"id": change, "step": "confirm", "from": "details", "version": "1"}
    return lambda: browser.post("/organization/department_change/advance/", data=fields)


def places() -> dict[str, str | None]:
    with access.acting_as(access.SYSTEM):
        found = session().scalars(select(Department)).all()
        said = {one.code: one.parent.code if one.parent else None for one in found}
    remove_session()
    return said


def circles(above: dict[str, str | None]) -> bool:
    """Whether somebody who goes up from some department never arrives at the top."""
    for code in above:
        at: str | None = code
        for _step in above:
            at = above[at] if at else None
        if at is not None:
            return True
    return False


def below(code: str, above: str) -> None:
    """One more department, part of another."""
    names = {"name_hant": "新設", "name_hans": "新设", "name_en": "New"}
    with access.acting_as(access.SYSTEM), transaction():
        session().add(Department(code=code, parent=department(above), **names))


@pytest.mark.parametrize(
    "moves", [("FIN", "SAL", "SAL", "FIN"), ("SAL", "FIN-1", "FIN", "SAL-A")], ids=["near", "far"]
)
def test_two_moves_confirmed_at_once_make_no_circle(
    office: Office, monkeypatch: pytest.MonkeyPatch, moves: tuple[str, ...]
) -> None:
    """Whoever comes second is told that it cannot be any more, not that the portal failed."""
    below("FIN-1", "FIN")
    changes = [proposed(*moves[:2]), proposed(*moves[2:])]
    remove_session()
    meet, hold = Barrier(2), department_changes.stale

    def together(*what: object) -> None:
        with suppress(BrokenBarrierError):
            meet.wait(2)
        hold(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(department_changes, "stale", together)
    answers = at_once(*[confirming(office, change) for change in changes])
    assert not circles(places())
    assert codes(answers) == [302, 409]
