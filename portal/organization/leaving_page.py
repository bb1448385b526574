"""What goes to whom when somebody leaves: told beforehand on their page, afterwards on the hand-over's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.record import kinds
from portal.kernel.words import Words
from portal.organization import handing_on
from portal.organization.hand_overs import HandOver
from portal.organization.models import Employee
from portal.organization.workflows import HR
from portal.web.record_view import Part, RecordView, address

#: Who is asked about secret papers of somebody who leaves (R8.1.3).
LEGAL_HEAD = ("legal_head.all",)


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """The card of somebody who is leaving, for who has to know; that of a hand-over."""
    if isinstance(record, Employee) and record.state == "notice" and record.left_on is not None:
        found = _ahead(record)
        if found or _concerned(record):
            yield Part("organization/leaving.html", {"found": found, "leaves": record.left_on})
    elif isinstance(record, HandOver):
        yield Part("organization/handed_over.html", {"lines": list(_lines(record))})


def _concerned(person: Employee) -> bool:
    """Human Resources and whoever the person answers to ((c))."""
    heir = next(handing_on.above(person), None)
    theirs = heir is not None and heir.id == access.current().employee_id
    return theirs or access.fits(person, HR)


def _ahead(person: Employee) -> list[tuple[Words, str, list[str]]]:
    """Sort, who has it next, the numbers; of secret papers the head of Legal alone is told."""
    asked = ((False, _concerned(person)), (True, access.fits(person, LEGAL_HEAD)))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for secret in (one for one, mine in asked if mine):
        for one in handing_on.ahead(person, secret=secret):
            found[one.sort, one.heir].append(one.number)
    return [(handing_on.noun(sort), heir, numbers) for (sort, heir), numbers in found.items()]


def _lines(record: HandOver) -> Iterator[tuple[Words, str, str]]:
    """Sort, number, and where it is opened by who may; one statement for each kind of record."""
    idents: dict[str, set[int]] = defaultdict(set)
    for one in record.items:
        idents[one.subject_type].add(one.subject_id)
    seen = {}
    for name, wanted in idents.items():
        model: Any = kinds()[name]
        for row in session().scalars(select(model).where(model.id.in_(wanted))).unique():
            seen[name, row.id] = address(row)
    for one in record.items:
        url = seen.get((one.subject_type, one.subject_id), "")
        yield handing_on.noun(one.sort), one.number, url
