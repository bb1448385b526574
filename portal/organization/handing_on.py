"""What somebody had in hand when they left goes to whom they answered to (matrix (c), R2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from portal.kernel import access, acts, audit, clock
from portal.kernel.db import lock, session, stale, transaction
from portal.kernel.errors import Refusal
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, stepping
from portal.organization import hand_overs
from portal.organization.hand_overs import HandOver
from portal.organization.models import Department, Employee
from portal.organization.workflows import HAND_OVER

LEFT = acts.reason(_("Left the company."))
acts.name("handed_on", _("was handed on"))
#: What becomes of a thing that nobody above may have: it stays until somebody may, Legal is asked
#: who keeps it, or it is taken from the person and goes to nobody.
STAYS, ASKED, TAKEN = "stays", "asked", "taken"
#: So much of what somebody has in hand is told beforehand.
MOST_AHEAD = 200


@dataclass(frozen=True)
class Sort:
    """One sort of what people have in hand, and how it goes on.

    `held(people)` gives the ids of `model` rows that people of a selection have; `whose(row)` who
    that is; `fit(row, person)` whether somebody may have it next; `give(row, heir)` lets it go on,
    `heir` None where nobody may have it and `otherwise` is `TAKEN`. `about(row)` is the record it is
    shown by and which part of it. `taken(row, heir)`: what follows when the heir says they have it.
    """

    name: str
    noun: Words
    model: Any
    held: Callable[[Select[int]], Select[int]]
    whose: Callable[[Any], Employee | None]
    give: Callable[[Any, Employee | None], None]
    fit: Callable[[Any, Employee], bool] = lambda _row, _heir: True
    about: Callable[[Any], tuple[Any, int]] = lambda row: (row, 0)
    secret: Callable[[Any], bool] = lambda _row: False
    taken: Callable[[hand_overs.HandOverItem, Employee], None] = lambda _item, _heir: None
    otherwise: str = STAYS


_sorts: dict[str, Sort] = {}


def goes(sort: Sort) -> None:
    """Have one sort of things change hands when whoever has them leaves."""
    _sorts[sort.name] = sort


def goes_on(model: Any, *ended: str) -> None:
    """The same for the rows of `model` with an owner, but for those in `ended` states."""

    def held(people: Select[int]) -> Select[int]:
        return select(model.id).where(model.owner_id.in_(people), model.state.not_in(ended))

    goes(Sort(model.__tablename__, model.noun, model, held, lambda row: row.owner, _give))


def noun(sort: str) -> Words:
    """What things of a sort are called."""
    return _sorts[sort].noun


def hand_on() -> int:
    """Give what people who left still have to who is above them; how many things; repeatable.

    Rows change owner in any state: who keeps a record is not what was approved. Where nobody is
    above who still works here, a row stays until there is somebody. Raises what stood in the way
    of a row, once all the others went.
    """
    _close_what_went_to_people_who_left()
    given, wrong = 0, None
    gone = select(Employee.id).where(_gone())
    for sort in _sorts.values():
        for ident in list(session().scalars(sort.held(gone).order_by(sort.model.id))):
            try:
                given += _hand_on(sort, ident)
            except Refusal as reason:  # one row that is wrong keeps the others from nobody
                wrong = wrong or reason
    if wrong is not None:
        raise wrong
    return given


def _gone() -> Any:
    return or_(Employee.state == "left", Employee.left_on <= clock.today())


def _close_what_went_to_people_who_left() -> None:
    """What they did not confirm goes on from whoever had it before, or as their own."""
    query = select(HandOver).join(Employee, HandOver.receiver_id == Employee.id)
    for found in list(session().scalars(query.where(_gone(), HandOver.state == "given"))):
        with transaction():
            HAND_OVER.advance(found, "close", reason=LEFT, automatic=True)


def _hand_on(sort: Sort, ident: int) -> bool:
    with transaction():
        row: Any = session().get_one(sort.model, ident)
        lock(row)
        person = sort.whose(row)
        record, part = sort.about(row)
        lasts = sort.otherwise == ASKED  # it may be listed and still be where it is
        if person is None or (lasts and hand_overs.listed(person, sort.name, record, part)):
            return False
        heir = _heir(sort, row, person)
        thing = hand_overs.item(sort.name, record, part)
        if heir is not None:
            sort.give(row, heir)
            _tell(sort, row, person, heir, thing)
        elif sort.otherwise == TAKEN:
            sort.give(row, None)
        elif sort.otherwise == ASKED:
            hand_overs.custody(person.id, None, thing, secret=sort.secret(row))
    return heir is not None


def _tell(
    sort: Sort, row: Any, person: Employee, heir: Employee, thing: hand_overs.HandOverItem
) -> None:
    if sort.secret(row):
        hand_overs.custody(person.id, heir.id, thing, secret=True)
    else:
        hand_overs.work(person, heir, thing)


def _heir(sort: Sort, row: Any, person: Employee) -> Employee | None:
    return next((one for one in above(person) if sort.fit(row, one)), None)


def above(person: Employee) -> Iterator[Employee]:
    """Those above somebody who still work here, the nearest first: by manager, then by department."""
    return (one for one in _chain(person) if not one.has_left)


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


def _give(row: Any, heir: Employee | None) -> None:
    assert heir is not None  # an owned row stays until there is somebody
    with stepping(row):
        row.owner, row.department_id = heir, heir.department_id
        audit.note(row, "handed_on", reason=LEFT)
        session().flush()


@HAND_OVER.after("take")
def _has_it(found: HandOver, taken: Taken) -> None:
    """Whoever confirms has it: where that stands in a register of its own, it says so from now on."""
    with access.system():
        heir = session().get_one(Employee, found.receiver_id)
        for one in session().get_one(HandOver, found.id).items:
            if one.sort in _sorts:
                _sorts[one.sort].taken(one, heir)
    stale(HandOver, found.id)


@dataclass(frozen=True)
class Ahead:
    """One thing that goes on when somebody leaves: sort, number, to whom; empty: Legal is asked."""

    sort: str
    number: str
    heir: str


def ahead(person: Employee, *, secret: bool) -> list[Ahead]:
    """What goes to whom when the person leaves, as it stands now, whoever may see the things.

    `secret`: of secret papers instead of everything else.
    """
    found: list[Ahead] = []
    with access.system():
        one = session().get_one(Employee, person.id)
        mine = select(Employee.id).where(Employee.id == one.id)
        for sort in _sorts.values():
            query = sort.held(mine).order_by(sort.model.id).limit(MOST_AHEAD)
            for ident in list(session().scalars(query)):
                row = session().get_one(sort.model, ident)
                if sort.secret(row) is secret:
                    found.append(_told(sort, row, one))
    return found[:MOST_AHEAD]


def _told(sort: Sort, row: Any, person: Employee) -> Ahead:
    record, part = sort.about(row)
    heir = _heir(sort, row, person)
    return Ahead(sort.name, hand_overs.item(sort.name, record, part).number, str(heir or ""))
