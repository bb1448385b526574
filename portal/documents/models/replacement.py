"""Better copies: another scan of a signed paper, which takes the former one's place once a second person said so."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.documents.models.paper import Document, DocumentVersion
from portal.documents.workflows import COPY_REPLACEMENT
from portal.kernel import access
from portal.kernel.db import Moment
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee

#: Who compares the copies and confirms.
OFFICES = {"legal": _("Legal"), "hr": _("Human Resources or Legal")}
MOST_OF_A_REASON = 200
#: States in which nobody has decided yet; a paper has at most one of these.
OPEN = ("storing", "proposed")

_UNDECIDED = text(f"status IN {OPEN}")


class CopyReplacement(Staged):
    """One scan brought in place of another of the same signed paper; both are kept (R8.1.2)."""

    __tablename__ = "copy_replacement"
    __table_args__ = (
        state_check(COPY_REPLACEMENT),
        choice_check("office", OFFICES),
        Index(
            "uq_copy_replacement_open",
            "document_id",
            unique=True,
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
    )
    noun: ClassVar[Words] = _("Better copy")
    named_by: ClassVar[tuple[str, ...]] = ("document",)
    workflow = COPY_REPLACEMENT

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    former_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    reason: Mapped[str] = mapped_column(String(MOST_OF_A_REASON), info=shown(_("Reason")))
    office: Mapped[str] = mapped_column(
        String(8), default="legal", info=shown(_("Confirmed by"), choices=OFFICES)
    )
    decided_by_id: Mapped[int | None] = mapped_column(Integer)
    decided_at: Mapped[datetime | None] = mapped_column(Moment, info=shown(_("Decided on")))

    document: Mapped[Document] = relationship(info=shown(_("Paper")))
    former: Mapped[DocumentVersion] = relationship(foreign_keys=[former_id])
    version: Mapped[DocumentVersion] = relationship(foreign_keys=[version_id])
    owner: Mapped[Employee] = relationship(info=shown(_("Brought by")))
    decided_by: Mapped[UserAccount | None] = relationship(
        primaryjoin=lambda: foreign(CopyReplacement.decided_by_id) == UserAccount.id,
        viewonly=True,
        info=shown(_("Decided by")),
    )

    def __str__(self) -> str:
        if self.document is None:  # a paper the person may not see is not named
            return f"{self.noun} {self.id}"
        return f"{self.noun} · {self.document.no}"

    @hybrid_property
    def brought_by_reader(self) -> bool:
        """Whether whoever is asking brought it: then it waits for others."""
        return self.owner_id == access.current().employee_id

    @brought_by_reader.inplace.expression
    @classmethod
    def _brought_by_reader(cls) -> Any:
        return cls.owner_id.is_not_distinct_from(access.current().employee_id)
