"""Seal requests (用印申請單, D37), signatures, and where the originals on paper are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.documents.models.paper import Document
from portal.documents.workflows import SEAL_REQUEST
from portal.kernel import numbering
from portal.kernel.db import Base
from portal.kernel.record import Numbered, Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import Department, Employee

SEALS = {
    "company": _("Company seal"),
    "contract": _("Contract seal"),
    "representative": _("Representative's name seal"),
    "finance": _("Finance seal"),
    "invoice": _("Invoice seal"),
    "other": _("Other seal"),
}

#: States of a request that has not ended; a paper has at most one of these.
OPEN = ("requested", "approved", "done")

numbering.declare("seal_use", numbering.Pattern("SU"))


_NOT_ENDED = text(f"status IN {OPEN}")


class SigningEvent(Numbered, Staged):
    """One use of a seal on one paper: asked, approved, done by the keeper, with the hash it saw."""

    __tablename__ = "signing_event"
    __table_args__ = (
        state_check(SEAL_REQUEST),
        choice_check("seal_kind", SEALS),
        Index(
            "uq_signing_event_open",
            "document_id",
            unique=True,
            sqlite_where=_NOT_ENDED,
            postgresql_where=_NOT_ENDED,
        ),
    )
    noun: ClassVar[Words] = _("Seal request")
    series: ClassVar[str] = "seal_use"
    workflow = SEAL_REQUEST
    always_editable: ClassVar[frozenset[str]] = frozenset({"form_id"})

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    #: Whose it is once whoever asked has left.
    taken_over_by_id: Mapped[int | None] = mapped_column(Integer)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(120), info=shown(_("Purpose")))
    seal_kind: Mapped[str] = mapped_column(
        String(16), default="company", info=shown(_("Seal"), choices=SEALS)
    )
    copies: Mapped[int] = mapped_column(Integer, default=2, info=shown(_("Copies")))
    places: Mapped[int] = mapped_column(Integer, default=1, info=shown(_("Impressions per copy")))
    edge: Mapped[bool] = mapped_column(default=True, info=shown(_("Across page edges")))
    version_no: Mapped[int] = mapped_column(Integer, info=shown(_("Version")))
    #: The manifest the approval of the paper stands for, at the moment of asking.
    content_sha256: Mapped[str] = mapped_column(String(64), info=shown(_("SHA-256")))
    sealed_copies: Mapped[int | None] = mapped_column(Integer, info=shown(_("Copies sealed")))
    spoiled: Mapped[int | None] = mapped_column(Integer, info=shown(_("Spoiled copies")))
    sealed_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Sealed on")))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    document: Mapped[Document] = relationship(foreign_keys=[document_id], info=shown(_("Paper")))
    form: Mapped[Document | None] = relationship(foreign_keys=[form_id], info=shown(_("Form")))
    requested_by: Mapped[Employee] = relationship(
        foreign_keys=[requested_by_id], info=shown(_("Applicant"))
    )
    keeper: Mapped[Employee | None] = relationship(
        foreign_keys=[keeper_id], info=shown(_("Seal keeper"))
    )
    department: Mapped[Department] = relationship(info=shown(_("Department")))

    @hybrid_property
    def owner_id(self) -> int:
        """Whose request it is; in a statement as well."""
        taken = self.taken_over_by_id
        return self.requested_by_id if taken is None else taken

    @owner_id.inplace.expression
    @classmethod
    def _owner_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.taken_over_by_id, cls.requested_by_id)

    @property
    def counterparty(self) -> str:
        """With whom the sealed paper is."""
        return self.document.counterparty

    @property
    def locale(self) -> str:
        """The form is in the language of the paper it is about."""
        return self.document.locale

    def __str__(self) -> str:
        return self.no or ""  # what it is for may be kept back

    def check(self) -> Iterator[tuple[str, Words]]:
        """At least one copy and one impression; not more sealed than asked for."""
        if not 1 <= (self.copies or 0) <= 50:
            yield "copies", _("One to fifty copies.")
        if not 1 <= (self.places or 1) <= 20:
            yield "places", _("One to twenty impressions.")
        if self.sealed_copies is not None and not 1 <= self.sealed_copies <= self.copies:
            yield "sealed_copies", _("At least one copy, and not more than were approved.")


class Original(Base):
    """One original on paper: which, who holds it, where, since when; and what became of it."""

    __tablename__ = "original"
    __table_args__ = (UniqueConstraint("document_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    holder: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80))
    #: Which version of the paper it carries.
    version_no: Mapped[int] = mapped_column(Integer)
    since: Mapped[date] = mapped_column(Date)
    #: Set when the text it carries no longer holds: it is to be recovered and destroyed.
    called_back_on: Mapped[date | None] = mapped_column(Date)
    destroyed_on: Mapped[date | None] = mapped_column(Date)
