"""Every door, from the application's own map of addresses: endpoint, method, and how it names a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.doors.asked import NOWHERE, Asked, Statement
from tests.doors.company import Company, Visitor
from tests.doors.matrix import Person, Row
from tests.doors.statements import PUBLIC, fields, stated

#: Rows of these are tried one by one; of the others one of each relation to the person.
EACH = ("contract", "confidentiality_agreement", "document", "signing_event", "access_grant")
#: Of the agreements only those that are more than one of the twenty taken over.
TELLING = 18


@dataclass(frozen=True)
class Door:
    """One method of one address, about one kind of record or none."""

    rule: Rule
    method: str
    kind: str
    about: str
    statement: Statement

    @property
    def name(self) -> str:
        """How a failure calls it."""
        return f"{self.method} {self.rule.rule}"


def doors(company: Company) -> Iterator[Door]:
    """Every door but the public ones; raises `KeyError` for a view nobody stated."""
    for rule in company.app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for kind, about, statement in stated(rule.endpoint):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(rule, method, kind, about, statement)


def rows(door: Door, company: Company, who: Person) -> list[Row | None]:
    """The rows this person tries the door with: own, a team-mate's, another department's."""
    if door.about in ("kind", "none"):
        return [None]
    found = company.rows[door.kind]
    if door.kind == "confidentiality_agreement":
        mine = [r for r in found[:TELLING] if r.employee_id == who.employee]
        return [*mine[:1], found[0], *found[TELLING:]]
    if door.kind in EACH:
        return list(found)
    by_relation: dict[str, Row] = {}
    for row in found:
        by_relation.setdefault(relation(who, row), row)
    return list(by_relation.values())


def relation(who: Person, row: Row) -> str:
    """Own, the department's, opened by a grant, or foreign."""
    values = row.values
    if who.opened(row.kind, row.id):
        return "granted"
    owner = values.get("owner_id", values.get("employee_id", values.get("account_id")))
    if row.kind == "employee":
        owner = row.id
    if owner is not None and owner in (who.employee, who.account):
        return "own"
    return "department" if values.get("department_id") in who.departments else "foreign"


def address(door: Door, company: Company, row: Row | None) -> str:
    """The address that names the row; `NOWHERE` stands for one that does not exist."""
    if row is None:
        at = door.rule.rule
        return f"{at}?name=none" if door.rule.endpoint.endswith(".ajax_lookup") else at
    values = {name: row.id for name in ("ident", "seal_id") if name in door.rule.arguments}
    if "kind_name" in door.rule.arguments:
        values["kind_name"] = row.kind
    if "no" in door.rule.arguments:
        values["no"] = row.values.get("no", "DOC-0000-000000")
    if "version_id" in door.rule.arguments:
        values["version_id"] = version_of(company, row, "docx").id
    if "form" in door.rule.arguments:
        values["form"] = "csv"
    if "at" in door.rule.arguments:
        version = version_of(company, row, "pdf")
        values |= {"kind": "pdf", "number": version.values["version_no"], "at": 1}
    bound = company.app.url_map.bind("localhost")
    built = bound.build(door.rule.endpoint, values, method=door.method)
    if not door.rule.arguments:
        built += "?" + urlencode({"id": row.id})
    return built


def version_of(company: Company, paper: Row, kind: str) -> Row:
    """The first stored file of a kind; for a paper that does not exist, a file of another."""
    found = [v for v in company.rows["document_version"] if v.kind == "document_version"]
    for version in found:
        same = version.values["document_id"] == paper.id
        if (same or paper.id == NOWHERE) and version.values["kind"] == kind:
            return version
    raise LookupError(paper)


def accepting(kind: str) -> dict[str, str]:
    """The header that asks for this kind of answer."""
    return {"Accept": kind} if kind else {}


def knock(visitor: Visitor, door: Door, at: str, row: Row | None, **more: str) -> TestResponse:
    """Try the door; what is refused comes as JSON, which is quicker to make."""
    headers = {"Accept": "application/json", **more}
    typed = fields(door.rule.endpoint, row) if door.method == "POST" else None
    return visitor.client.open(at, method=door.method, data=typed, headers=headers)


def ask(company: Company, who: Person, door: Door, row: Row | None) -> Asked:
    """The question put to the door's statement."""
    return Asked(company, who, door.method, door.kind, row)
