"""What somebody had in hand when they left goes to whom they answered to (matrix (c), R2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select

from portal.kernel import acts, audit, clock
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Refusal
from portal.kernel.record import Staged
from portal.kernel.words import _
from portal.kernel.workflow import stepping
from portal.organization.models import Department, Employee

LEFT = acts.reason(_("Left the company."))
acts.name("handed_on", _("was handed on"))

_kinds: dict[type[Staged], tuple[str, ...]] = {}


def goes_on(model: type[Staged], *ended: str) -> None:
    """Have the rows of `model` change hands when their owner leaves, but for those in `ended` states."""
    _kinds[model] = ended


def hand_on() -> int:
    """Give what people who left still own to who is above them; how many rows; repeatable.

    Rows change owner in any state: who keeps a record is not what was approved. Where nobody is
    above who still works here, a row stays until there is somebody. Raises what stood in the way
    of a row, once all the others went.
    """
    given, wrong = 0, None
    for model, ended in _kinds.items():
        for ident in list(session().scalars(_left_behind(model, ended))):
            try:
                given += _hand_on(model, ident)
            except Refusal as reason:  # one row that is wrong keeps the others from nobody
                wrong = wrong or reason
    if wrong is not None:
        raise wrong
    return given


def _hand_on(model: type[Staged], ident: int) -> bool:
    with transaction():
        row: Any = session().get_one(model, ident)
        lock(row)
        heir = _above(row.owner)
        if heir is not None:
            _give(row, heir)
    return heir is not None


def _left_behind(model: Any, ended: tuple[str, ...]) -> Any:
    gone = or_(Employee.state == "left", Employee.left_on <= clock.today())
    query = select(model.id).join(Employee, model.owner_id == Employee.id)
    return query.where(gone, model.state.not_in(ended)).order_by(model.id)


def _above(person: Employee) -> Employee | None:
    """The nearest one above who still works here, by manager, else by department."""
    return next((one for one in _chain(person) if not one.has_left), None)


def _chain(person: Employee) -> Iterator[Employee]:
    seen = {person.id}
    one = person.manager
    while one is not None and one.id not in seen:
        yield one
        seen.add(one.id)
        one = one.manager
    place: Department | None = person.department
    passed = set[int]()
    while place is not None and place.id not in passed:
        if place.head is not None:
            yield place.head
        passed.add(place.id)
        place = place.parent


def _give(row: Any, heir: Employee) -> None:
    with stepping(row):
        row.owner, row.department_id = heir, heir.department_id
        audit.note(row, "handed_on", reason=LEFT)
        session().flush()
