"""Papers: the register entry, its immutable versions, the records it belongs to, who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.documents.classes import CLASSES, PAPERS
from portal.documents.models.template import DocumentTemplate
from portal.documents.workflows import DOCUMENT
from portal.kernel import clock, numbering
from portal.kernel.db import Base, Moment
from portal.kernel.record import Numbered, Staged, choice_check, shown, state_check
from portal.kernel.sealed import Sealed
from portal.kernel.words import Words, _
from portal.organization.models import LOCALES, Department, Employee

ORIGINS = {
    "generated": _("Generated from a template"),
    "uploaded": _("Uploaded"),
    "scanned": _("Registered from a scan"),
}
KINDS = ("docx", "pdf", "signed_scan", "attachment")
VERSION_STATES = ("storing", "stored", "failed")
#: A file stands as the one of its kind and version; another signed copy is offered in its place,
#: until somebody else confirms it: then it stands, and the former one is replaced.
STANDINGS = ("stands", "offered", "replaced")
LINK_ROLES = ("main", "annex", "evidence", "signed_copy", "notice", "minutes")

numbering.declare("document", numbering.Pattern("DOC"))


class Document(Numbered, Staged):
    """One paper. What stands in it are its versions; its record leads its life."""

    __tablename__ = "document"
    __table_args__ = (
        state_check(DOCUMENT),
        choice_check("classification", CLASSES),
        choice_check("origin", ORIGINS),
        Index("ix_document_department_status", "department_id", "status", "id"),
    )
    noun: ClassVar[Words] = _("Paper")
    series: ClassVar[str] = "document"
    workflow = DOCUMENT
    always_editable: ClassVar[frozenset[str]] = frozenset(
        {
            "current_no",
            "revision",
            "physical_place",
            "custodian_id",
            "classification",
            "owner_id",
            "department_id",
            "checked_out_by_id",
            "checked_out_at",
            "retention_until",
            "legal_hold",
        }
    )

    doc_type: Mapped[str] = mapped_column(
        String(32), index=True, info=shown(_("Kind of paper"), choices=PAPERS)
    )
    title: Mapped[str] = mapped_column(String(200), info=shown(_("Title")))
    origin: Mapped[str] = mapped_column(
        String(16), default="generated", info=shown(_("Origin"), choices=ORIGINS)
    )
    template_id: Mapped[int | None] = mapped_column(ForeignKey("document_template.id"))
    classification: Mapped[str] = mapped_column(
        String(16), default="confidential", index=True, info=shown(_("Class"), choices=CLASSES)
    )
    counterparty: Mapped[str] = mapped_column(
        String(160), default="", info=shown(_("Counterparty"))
    )
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    locale: Mapped[str] = mapped_column(
        String(8), default="zh_Hant", info=shown(_("Language"), choices=LOCALES)
    )
    #: The newest version that is stored; 0 until the first one is.
    current_no: Mapped[int] = mapped_column(Integer, default=0, info=shown(_("Version")))
    #: Grows with every change of text, fields or audience; what the index has seen is compared.
    revision: Mapped[int] = mapped_column(Integer, default=1)
    expires_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Ends on")))
    retention_until: Mapped[date | None] = mapped_column(Date, info=shown(_("Kept until")))
    legal_hold: Mapped[bool] = mapped_column(default=False, info=shown(_("Legal hold")))
    physical_place: Mapped[str] = mapped_column(
        String(120), default="", info=shown(_("Where the original is"))
    )
    checked_out_by_id: Mapped[int | None] = mapped_column(Integer)
    checked_out_at: Mapped[datetime | None] = mapped_column(Moment)

    template: Mapped[DocumentTemplate | None] = relationship(info=shown(_("Template")))
    department: Mapped[Department] = relationship(info=shown(_("Department")))
    owner: Mapped[Employee] = relationship(foreign_keys=[owner_id], info=shown(_("Owner")))
    custodian: Mapped[Employee | None] = relationship(
        foreign_keys=[custodian_id], info=shown(_("Custodian"))
    )
    versions: Mapped[list[DocumentVersion]] = relationship(
        back_populates="document", order_by="DocumentVersion.id"
    )
    links: Mapped[list[DocumentLink]] = relationship(back_populates="document")
    labels: Mapped[list[DocumentLabel]] = relationship(cascade="all, delete-orphan")

    @property
    def main_link(self) -> DocumentLink | None:
        """Which record it is the paper of; None where it belongs to none."""
        return next((link for link in self.links if link.role == "main"), None)

    @property
    def being_made(self) -> bool:
        """Whether a file of it is still on its way into the store."""
        return any((v.state, v.standing) == ("storing", "stands") for v in self.versions)

    def file(self, kind: str, number: int | None = None) -> DocumentVersion | None:
        """The stored file of a kind, of the current version unless a number is given."""
        wanted = number if number is not None else self.current_no
        for version in reversed(self.versions):
            said = (version.kind, version.version_no, version.state, version.standing)
            if said == (kind, wanted, "stored", "stands"):
                return version
        return None


_STANDS = text("standing = 'stands'")


class DocumentVersion(Base):
    """One immutable file of one version; its bytes are in the object store."""

    __tablename__ = "document_version"
    __table_args__ = (
        Index(
            "uq_document_version_stands",
            "document_id",
            "version_no",
            "kind",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        choice_check("kind", KINDS),
        choice_check("state", VERSION_STATES),
        choice_check("standing", STANDINGS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_no: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), default="storing")
    standing: Mapped[str] = mapped_column(String(12), default="stands")
    object_key: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    size: Mapped[int] = mapped_column(Integer, default=0)
    pages: Mapped[int] = mapped_column(Integer, default=0)
    mime: Mapped[str] = mapped_column(String(100))
    encryption: Mapped[str] = mapped_column(String(8), default="none")
    #: The template it was made from; None for a file that was uploaded.
    template_id: Mapped[int | None] = mapped_column(ForeignKey("document_template.id"))
    #: What the template was filled with (canonical JSON, sealed: it holds personal data).
    #: Opened only where it is asked for: lists of versions need none of it.
    merge_data: Mapped[str | None] = mapped_column(Sealed, deferred=True)
    #: Where the PDF prints other words than the Word file says (JSON, sealed); None: nowhere.
    printed_otherwise: Mapped[str | None] = mapped_column(Sealed)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    #: Why a signed copy is whole though it has fewer pages than the paper that was sent out.
    fewer_pages_because: Mapped[str] = mapped_column(String(200), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    #: Set when this version was submitted: from then on it is what approvals speak of.
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)

    document: Mapped[Document] = relationship(back_populates="versions")

    @property
    def kept(self) -> bool:
        """Whether its bytes are in the store, also those of a copy that never came into force."""
        return self.state == "stored" or (self.state == "failed" and bool(self.object_key))


class DocumentLink(Base):
    """Ties a paper to the record it belongs to."""

    __tablename__ = "document_link"
    __table_args__ = (
        UniqueConstraint("document_id", "subject_type", "subject_id", "role"),
        Index("ix_document_link_subject", "subject_type", "subject_id"),
        choice_check("role", LINK_ROLES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(16))

    document: Mapped[Document] = relationship(back_populates="links")


class DocumentLabel(Base):
    """One reason to see a paper; a person who holds the label sees it (rows and index alike)."""

    __tablename__ = "document_label"
    __table_args__ = (Index("ix_document_label_label", "label", "document_id"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
