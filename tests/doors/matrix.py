"""Matrix (c) of the requirements, with the design's rulings, said once more without the product.

Nothing here is imported from the product's own rules: the sweeps compare two statements of the
same law. Letters: R read, C create, E edit while the state allows, X export. Scopes: own, dept
(the head's departments with everything below), all. `-field` is masked; `if` names the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from portal.kernel import clock
from portal.seed.people import DEPARTMENTS, SEATS, Seat

EARLY = "state=draft,legal_review,changes,approved,void"
LATE = "state=signing,signed"
FEES = "-total -fee_terms -payment_days -details"
PERSONAL = "-mobile -private_email -id_no -address -emergency"
STATUS = "-details -scope"

#: record: then role, letters, scope, masks, condition; one cell a line.
CELLS = f"""
department position:
  everybody            R    all
  hr hr_head           RCEX all
  management auditor   R    all
  admin                RCE  all     # the issue: administrators keep them
department_change:                  # ruling: power needs two, also for who heads a department
  hr hr_head admin     RCE  all
  management chairman auditor R all
employee:
  everybody            R    all   {PERSONAL}
  everybody            R    own
  hr hr_head           RCEX all
  management           R    all   -id_no          # identity number: Human Resources alone
  auditor              R    all   {PERSONAL}
  admin                RCE  all   {PERSONAL}
user_account:
  everybody            R    own
  admin                RCE  all
  management chairman auditor R all
  hr hr_head finance_head legal_head R all -email -last_login_at      # whom they propose a role for
role_grant:                         # ruling: administrators enter, Management confirms
  hr hr_head finance_head legal_head RCE own                          # "propose"
  admin                RCE  all
  management auditor   R    all
hand_over:                          # silent: whose it is now; leavers' work is known to HR
  everybody            R    own
  hr hr_head           R    all   if what=work
  management auditor   R    all   if what=work,custody
  legal_head           R    all   if what=custody,secret              # names who keeps a paper
setting:                            # silent; R1.3.1: legal parameters need Legal
  admin                RCE  all
  management auditor legal legal_head R all
lookup:                             # silent
  everybody            R    all
  admin                RCE  all
  management auditor   R    all
approval_rule:                      # silent
  admin                RCE  all
  management legal legal_head auditor R all
document_template:
  everybody            R    all
  legal legal_head     RCE  all
  admin                RC   all     # the issue: administrators keep their life cycle
signing_event:                      # silent: the applicant's, the keeper's, those who decide
  everybody            R    own
  sales_head           R    dept
  seal_keeper          RE   all
  management chairman legal legal_head auditor R all
copy_replacement:                   # silent: who brings a better copy, and who confirms it
  everybody            RE   own
  legal legal_head auditor R all
  hr hr_head           R    all   if office=hr
access_grant:                       # silent: given by Legal or the custodian
  everybody            R    own
  everybody            R    place   # a grant to a department is known to whoever works there
  legal legal_head custodian RC all
  management auditor   R    all
customer:
  sales                RCE  own
  sales_head           RCEX dept
  cs                   RE   all
  ops_head finance finance_head legal legal_head management chairman auditor R all
  mkt                  R    all   -needs -registration_no -address    # "basic"
contact:                            # phones: owner, team, Customer Service
  sales                RCE  own
  sales_head           RCEX dept
  cs                   RE   all
  ops_head finance finance_head legal legal_head management chairman auditor mkt R all -phone -email -im
contract:
  sales                RCE  own
  sales_head           RCEX dept
  ops_head finance finance_head management chairman auditor R all
  ops                  R    all   if {LATE}
  legal legal_head     RE   all
  legal legal_head     X    all   if {LATE}
  cs                   R    all   {FEES} -scope if {EARLY}            # "name, dates"
  cs                   R    all   {FEES} if {LATE}
  hr hr_head           R    all   {FEES} if {LATE}
  seal_keeper          R    all   {FEES} if state=approved,signing,signed
confidentiality_agreement:
  everybody            R    own
  sales                RCE  own   if kind=client,mutual
  sales_head           RCEX dept  if kind=client,mutual
  hr hr_head           RCEX all   if kind=employee
  legal legal_head     RCEX all
  management chairman auditor R all
  ops_head             R    all   if kind=client,mutual
  ops_head             R    all   {STATUS} if kind=employee
  cs mkt finance finance_head R all {STATUS}                          # "status"
"""

#: Whose the row is for `own`: the column that names an employee.
OWNER = {
    "employee": "id",
    "user_account": "employee_id",
    "signing_event": "requested_by_id",
    "hand_over": "receiver_id",
    "access_grant": "grantee_id",
}
#: What is own to whoever entered it, by their account.
ENTERED = ("role_grant",)
#: With an employee's agreement the person concerned is meant, with a client's whoever keeps it.
CONCERNED = ("confidentiality_agreement", "everybody")


@dataclass(frozen=True)
class Cell:
    """One cell: a role, its letters and scope, what it does not show, for which rows."""

    role: str
    letters: frozenset[str]
    scope: str
    masked: frozenset[str]
    where: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Row:
    """A record's own values, as the database holds them; `kind` is its table."""

    kind: str
    id: int
    values: dict[str, Any] = field(hash=False, default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.values[name]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True)
class Person:
    """One fixed user with what the matrix asks of them."""

    seat: Seat
    account: int
    employee: int | None
    cleared: bool
    departments: frozenset[int]  # a head's own with everything below
    places: frozenset[int] = frozenset()  # where they work: the department and all it is part of
    #: The access grants to them and to where they work, in force or not.
    given: tuple[Row, ...] = ()

    def opened(self, kind: str, ident: int) -> bool:
        """Whether a grant opens a whole record to the person at this moment."""
        return self.cleared and any(
            (g.subject_type, g.subject_id) == (kind, ident) and holds(g) for g in self.given
        )

    @property
    def name(self) -> str:
        """The user name."""
        return self.seat.username

    @property
    def roles(self) -> frozenset[str]:
        """The roles held; everybody who works here is an employee."""
        everybody = {"everybody"} if self.employee is not None else set()
        return frozenset({*self.seat.roles, *everybody})


@cache
def cells(kind: str) -> tuple[Cell, ...]:
    """The cells of one kind of record; raises `KeyError` for a kind nobody wrote down."""
    return _parsed()[kind]


@cache
def _parsed() -> dict[str, tuple[Cell, ...]]:
    found: dict[str, tuple[Cell, ...]] = {}
    kinds: list[str] = []
    for line in CELLS.splitlines():
        said = line.partition("#")[0].rstrip()
        if said.endswith(":"):
            kinds = said.rstrip(":").split()
        elif said.strip():
            for kind in kinds:
                found[kind] = (*found.get(kind, ()), *_cells_of(said))
    return found


def _cells_of(line: str) -> tuple[Cell, ...]:
    said, _sep, condition = line.partition(" if ")
    parts = re.fullmatch(r"\s*([\w ]+?)\s+([RCEX]+)\s+(own|dept|place|all)((?:\s+-\w+)*)\s*", said)
    assert parts, line
    roles, letters, scope, masks = parts.groups()
    where = []
    for one in condition.split():
        name, _sep, values = one.partition("=")
        where.append((name, frozenset(values.split(","))))
    masked = frozenset(m.removeprefix("-") for m in masks.split())
    return tuple(
        Cell(role, frozenset(letters), scope, masked, tuple(where)) for role in roles.split()
    )


def reaching(who: Person, row: Row) -> list[Cell]:
    """The cells that give this person something on this row."""
    return [one for one in cells(row.kind) if one.role in who.roles and _fits(one, who, row)]


def _fits(one: Cell, who: Person, row: Row) -> bool:
    if not all(str(row.values[name]) in values for name, values in one.where):
        return False
    if one.scope == "all":
        return True
    if one.scope == "dept":
        return row.department_id in who.departments
    if one.scope == "place":
        return row.grantee_department_id in who.places
    if row.kind in ENTERED:
        return row.created_by_id == who.account
    concerned = (row.kind, one.role) == CONCERNED
    owner = "employee_id" if concerned else OWNER.get(row.kind, "owner_id")
    return who.employee is not None and row.values[owner] == who.employee


def may(who: Person, letter: str, row: Row) -> bool:
    """Whether the matrix gives this person the letter on this row, or a grant lets them read it."""
    named = letter == "R" and who.opened(row.kind, row.id)
    return named or by_office(who, letter, row)


def by_office(who: Person, letter: str, row: Row) -> bool:
    """The same without grants: who reads a record by one alone does nothing with it."""
    return any(letter in one.letters for one in reaching(who, row))


def somewhere(who: Person, letter: str, kind: str) -> bool:
    """Whether the matrix gives this person the letter on some row, existing or not."""
    named = letter == "R" and any(
        g.subject_type == kind and who.opened(kind, g.subject_id) for g in who.given
    )
    return named or any(letter in one.letters and one.role in who.roles for one in cells(kind))


def masked(who: Person, row: Row) -> frozenset[str]:
    """What the person must not know of a row they may read."""
    reading = [one.masked for one in reaching(who, row) if "R" in one.letters]
    if reading:
        return frozenset.intersection(*reading)
    if who.opened(row.kind, row.id):  # basic: what is masked to anybody
        return frozenset[str]().union(*(one.masked for one in cells(row.kind)))
    return frozenset({"*"})


#: "Every cell is still cut by document class": what a record says of its secret paper's text.
SECRET_WORDS = frozenset({"scope", "details"})
#: What papers print of their record: who must not know one of these gets no paper.
PRINTED = {
    "contract": frozenset({"total", "fee_terms", "payment_days", "details"}),
    "confidentiality_agreement": frozenset({"details"}),
    "signing_event": frozenset[str](),
}


def holds(grant: Row) -> bool:
    """Whether an access grant holds at this moment."""
    return grant.state == "given" and grant.valid_from <= clock.now() < grant.valid_to


def opens(who: Person, paper: Row, record: Row, grants: list[Row]) -> bool:
    """Whether the person sees a paper of `record`: the right on the record and what its class asks."""
    if record.values.get("employee_id") in {who.employee} - {None}:
        return True  # one may always open a paper one is to sign or has signed
    granted = any(_grants(g, who, paper, record) and holds(g) for g in grants)
    keeps = who.employee is not None and paper.custodian_id == who.employee
    if who.cleared and (granted or keeps):
        return True
    if paper.classification == "secret":
        return False
    reads = any(
        "R" in one.letters and not one.masked & PRINTED[record.kind]
        for one in reaching(who, record)
    )
    issues = record.kind == "confidentiality_agreement" and may(who, "E", record)
    return reads and (paper.classification != "confidential" or who.cleared or issues)


def _grants(given: Row, who: Person, paper: Row, record: Row) -> bool:
    """Whether a grant is for this paper or its record, and for this person or where they work."""
    named = who.employee is not None and given.grantee_id == who.employee
    if paper.classification == "secret":  # open to a list of names alone
        return named and given.document_id == paper.id
    of_it = (given.subject_type, given.subject_id) == (record.kind, record.id)
    to_them = named or given.grantee_department_id in who.places
    papers = {paper.id}
    if record.kind == "signing_event":  # with a paper goes how its seal was asked for
        papers.add(record.document_id)
    return to_them and (given.document_id in papers or of_it)


def above(code: str) -> set[str]:
    """The codes of a department and all it is part of."""
    parents = {c: parent for c, *_names, parent in DEPARTMENTS}
    up = parents[code]
    return {code} if up is None else {code} | above(up)


def below(code: str) -> set[str]:
    """The codes of a department and everything below it."""
    children = [c for c, *_names, parent in DEPARTMENTS if parent == code]
    return {code}.union(*(below(child) for child in children))


SEATED = {seat.username: seat for seat in SEATS}
