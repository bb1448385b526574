"""Versioned Word templates: one row per code, language and version (R10.5)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.documents.classes import CLASSES
from portal.documents.workflows import TEMPLATE
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.accounts import UserAccount
from portal.organization.models import LOCALES


class DocumentTemplate(Staged):
    """A Word template with its manifest; exactly one version per code and language is in use."""

    __tablename__ = "document_template"
    __table_args__ = (
        UniqueConstraint("code", "locale", "version"),
        Index(
            "uq_document_template_active",
            "code",
            "locale",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        state_check(TEMPLATE),
        choice_check("classification", CLASSES),
    )
    noun: ClassVar[Words] = _("Template")
    workflow = TEMPLATE
    always_editable: ClassVar[frozenset[str]] = frozenset({"object_key"})

    code: Mapped[str] = mapped_column(String(32), index=True, info=shown(_("Code")))
    locale: Mapped[str] = mapped_column(String(8), info=shown(_("Language"), choices=LOCALES))
    version: Mapped[int] = mapped_column(Integer, info=shown(_("Version")))
    doc_type: Mapped[str] = mapped_column(String(32), index=True, info=shown(_("Kind of paper")))
    title: Mapped[str] = mapped_column(String(120), info=shown(_("Title")))
    manifest: Mapped[str] = mapped_column(Text, info=shown(_("Manifest"), wide=True, max=300_000))
    object_key: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), info=shown(_("SHA-256")))
    #: Fingerprint of the built-in paper this is; empty for what the company made itself.
    shipped: Mapped[str] = mapped_column(String(64), default="")
    classification: Mapped[str] = mapped_column(String(16), info=shown(_("Class"), choices=CLASSES))
    retention_years: Mapped[int] = mapped_column(
        Integer, default=10, info=shown(_("Retention (years)"))
    )
    effective_on: Mapped[date | None] = mapped_column(Date, info=shown(_("In use since")))
    approved_by_id: Mapped[int | None] = mapped_column(Integer)

    approved_by: Mapped[UserAccount | None] = relationship(
        primaryjoin=lambda: foreign(DocumentTemplate.approved_by_id) == UserAccount.id,
        viewonly=True,
        info=shown(_("Approved by")),
    )

    def __str__(self) -> str:
        return f"{self.code} {self.title} v{self.version}"
