"""The question a door's statement answers: who knocks, with which method, about which row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.web.record_view import screen_of
from tests.doors.company import Company
from tests.doors.matrix import Person, Row, may, opens

MISSING, REFUSED, CONFLICT, SHOWN, SENT, WRONG = {404}, {403}, {409}, {200}, {302, 303}, {422}
#: An id no row has.
NOWHERE = 999_999
#: Kinds whose new records begin on a page of their own: a setting, or a department, is chosen first.
BEGIN_ELSEWHERE = {"setting", "department_change"}
#: Kinds papers are made from and people decide about.
AGREED = "contract confidentiality_agreement"
#: The states in which a record's fields may change; kinds without states always may.
EDITABLE = {
    "contract": {"draft", "changes"},
    "confidentiality_agreement": {"draft"},
    "customer": {"prospect", "active", "dormant"},
    "user_account": {"active", "locked"},
    "role_grant": {"proposed"},
    "department_change": {"proposed"},
    "approval_rule": {"proposed"},
    "setting": {"proposed"},
}


@dataclass(frozen=True)
class Asked:
    """Who knocks, with which method, about which row."""

    company: Company
    who: Person
    method: str
    kind: str
    row: Row | None

    @property
    def visible(self) -> bool:
        """Whether the matrix lets the person know that the row exists."""
        assert self.row is not None
        if self.row.kind == "document":
            return self.opens(self.row)
        return may(self.who, "R", self.row)

    def opens(self, paper: Row) -> bool:
        """Whether the person sees a paper."""
        company = self.company
        return opens(self.who, paper, company.subject(paper), company.rows["access_grant"])

    @property
    def paper(self) -> Row | None:
        """The paper made from the record asked about, once there is one."""
        assert self.row is not None
        return self.company.paper(self.row)

    @property
    def has_form(self) -> bool:
        """Whether this kind of record is typed into a form at all."""
        screen = screen_of(self.kind)
        return screen is not None and bool(screen.fields)

    @property
    def record(self) -> Row:
        """The record of the paper asked about."""
        assert self.row is not None
        return self.company.subject(self.row)


Statement = Callable[[Asked], set[int]]


def editable(row: Row) -> bool:
    """Whether the row's state lets its fields change."""
    return row.kind not in EDITABLE or row.state in EDITABLE[row.kind]
