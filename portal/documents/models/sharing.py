"""Exceptional rights to see a paper: named, for a purpose, and always dated (R8.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.documents.models.paper import Document
from portal.documents.workflows import ACCESS_GRANT
from portal.kernel import clock
from portal.kernel.db import Moment
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import Employee

RIGHTS = {"view": _("Read"), "download": _("Read and download")}


class AccessGrant(Staged):
    """One named person may see one paper, from a moment to a moment."""

    __tablename__ = "access_grant"
    __table_args__ = (state_check(ACCESS_GRANT), choice_check("rights", RIGHTS))
    noun: ClassVar[Words] = _("Access grant")
    named_by: ClassVar[tuple[str, ...]] = ("grantee", "document")
    workflow = ACCESS_GRANT

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    grantee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    rights: Mapped[str] = mapped_column(
        String(12), default="view", info=shown(_("Rights"), choices=RIGHTS)
    )
    purpose: Mapped[str] = mapped_column(String(200), info=shown(_("Purpose")))
    granted_by_id: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[datetime] = mapped_column(Moment, default=clock.now, info=shown(_("From")))
    valid_to: Mapped[datetime] = mapped_column(Moment, info=shown(_("Until")))

    document: Mapped[Document] = relationship(info=shown(_("Paper")))
    grantee: Mapped[Employee] = relationship(info=shown(_("Person")))

    def __str__(self) -> str:
        if self.document is None:  # a paper the person may not see is not named
            return str(self.grantee)
        return f"{self.grantee} · {self.document}"

    def check(self) -> Iterator[tuple[str, Words]]:
        """A grant ends, and later than it begins."""
        begins = self.valid_from or clock.now()
        if self.valid_to is not None and self.valid_to <= begins:
            yield "valid_to", _("A grant ends after it begins.")
