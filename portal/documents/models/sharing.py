"""Exceptional rights to see a paper or a record: named, for a purpose, and always dated (R8.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.documents.models.paper import Document
from portal.documents.workflows import ACCESS_GRANT
from portal.kernel import clock
from portal.kernel.db import Moment
from portal.kernel.record import Staged, choice_check, kind, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import Department, Employee

RIGHTS = {"view": _("Read"), "download": _("Read and download")}
#: To whom one may be given; to outsiders with R8.1.4.
GRANTEES = {"employee": _("Person"), "department": _("Department")}


class AccessGrant(Staged):
    """A person, or everybody of a department, may see one paper, or one record with its papers.

    From a moment to a moment. Of a record it opens what the matrix masks for nobody.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        state_check(ACCESS_GRANT),
        choice_check("rights", RIGHTS),
        choice_check("grantee_kind", GRANTEES),
        CheckConstraint(
            "(grantee_kind = 'employee') = (grantee_id IS NOT NULL)"
            " AND (grantee_kind = 'department') = (grantee_department_id IS NOT NULL)",
            name="to_one",
        ),
        CheckConstraint(
            "(document_id IS NULL) = (subject_id IS NOT NULL)"
            " AND (subject_id IS NULL) = (subject_type IS NULL)",
            name="on_one",
        ),
        Index("ix_access_grant_subject", "subject_type", "subject_id"),
    )
    noun: ClassVar[Words] = _("Access grant")
    named_by: ClassVar[tuple[str, ...]] = ("grantee", "grantee_department", "document")
    workflow = ACCESS_GRANT

    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    #: The table of the whole record it is on, where it is not on a paper.
    subject_type: Mapped[str | None] = mapped_column(String(32))
    subject_id: Mapped[int | None] = mapped_column(
        Integer, info=shown(_("Whole record"), kind_in="subject_type")
    )
    grantee_kind: Mapped[str] = mapped_column(
        String(12), default="employee", info=shown(_("Granted to"), choices=GRANTEES)
    )
    grantee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    grantee_department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True
    )
    rights: Mapped[str] = mapped_column(
        String(12), default="view", info=shown(_("Rights"), choices=RIGHTS)
    )
    purpose: Mapped[str] = mapped_column(String(200), info=shown(_("Purpose")))
    granted_by_id: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[datetime] = mapped_column(Moment, default=clock.now, info=shown(_("From")))
    valid_to: Mapped[datetime] = mapped_column(Moment, info=shown(_("Until")))

    document: Mapped[Document | None] = relationship(info=shown(_("Paper")))
    grantee: Mapped[Employee | None] = relationship(info=shown(_("Person")))
    grantee_department: Mapped[Department | None] = relationship(info=shown(_("Department")))

    @property
    def whom(self) -> Employee | Department | None:
        """To whom it was given."""
        return self.grantee if self.grantee_kind == "employee" else self.grantee_department

    @property
    def over(self) -> bool:
        """Whether its term has ended."""
        return self.valid_to <= clock.now()

    @property
    def subject(self) -> Any | None:
        """The whole record it is on; None for a paper, and for a record the person may not see."""
        current = object_session(self)
        if self.subject_type is None or current is None:
            return None
        return current.get(kind(self.subject_type), self.subject_id)

    def __str__(self) -> str:
        what = self.document or self.subject
        if what is None:  # what the person may not see is not named
            return str(self.whom)
        return f"{self.whom} · {what}"

    def check(self) -> Iterator[tuple[str, Words]]:
        """A grant ends, and later than it begins."""
        begins = self.valid_from or clock.now()
        if self.valid_to is not None and self.valid_to <= begins:
            yield "valid_to", _("A grant ends after it begins.")
