"""Every door's answer to one person, compared with what the statements say; and how a stranger is answered."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.doors import doors as at
from tests.doors.asked import MISSING, NOWHERE
from tests.doors.company import Company, answered
from tests.doors.matrix import Row

#: Doors that change nothing another door looks at.
HARMLESS = {"keep", "draft", "release", "end_session"}


def wrong(
    company: Company, name: str, only: str = "", methods: tuple[str, ...] = ("GET", "POST")
) -> list[str]:
    """Every door (of endpoints that begin with `only`) that answers otherwise than the matrix says."""
    who, visitor, found = company.people[name], company.visitor(name), list[str]()
    for door in (d for d in at.doors(company) if d.method in methods):
        if not door.rule.endpoint.startswith(only):
            continue
        nowhere = ""
        for row in at.rows(door, company, who):
            expected = door.statement(at.ask(company, who, door, row))
            answer = at.knock(visitor, door, at.address(door, company, row), row)
            if answer.status_code not in expected:
                found.append(f"{door.name} {row}: {answer.status_code}, not {expected}")
            if changed(door, answer.status_code):
                company.restore()
            if row is None or answer.status_code != 404 or expected != MISSING:
                continue
            nowhere = nowhere or missing(company, name, door, row)
            if answered(answer) != nowhere:
                found.append(f"{door.name} {row}: tells itself from a row that does not exist")
    return found


def changed(door: at.Door, status: int) -> bool:
    """Whether the door may have done something."""
    view = door.rule.endpoint.rpartition(".")[2]
    return door.method == "POST" and status < 400 and view not in HARMLESS


def missing(company: Company, name: str, door: at.Door, row: Row, accept: str = "") -> str:
    """What the door says of a row nobody has."""
    nobody = Row(row.kind, NOWHERE, {})
    where = at.address(door, company, nobody)
    answer = at.knock(company.visitor(name), door, where, nobody, **at.accepting(accept))
    assert answer.status_code == 404, (door.name, answer.status_code)
    return answered(answer)


def knocks(company: Company, name: str, accept: str) -> list[tuple[str, int, str]]:
    """Every door tried with a row that is there: (door, status, place it leads to)."""
    found = []
    visitor = company.visitor(name)
    for door in at.doors(company):
        for row in at.rows(door, company, company.people["sales_a"])[:1]:
            where = at.address(door, company, row)
            answer = at.knock(visitor, door, where, row, **at.accepting(accept))
            found.append((door.name, answer.status_code, urlsplit(answer.location or "").path))
    return found
