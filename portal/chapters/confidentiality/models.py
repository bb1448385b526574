"""Confidentiality agreements with employees, clients and both-sided ones (R8.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Customer
from portal.documents.models import Document
from portal.kernel import clock, numbering
from portal.kernel.record import Numbered, Staged, choice_check, moved, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import LOCALES, Department, Employee

KINDS = {
    "employee": _("With an employee"),
    "client": _("With a client, one way"),
    "mutual": _("With a client, both ways"),
}
DIRECTIONS = {
    "we_receive": _("The other side discloses"),
    "we_disclose": _("We disclose"),
    "both": _("Both disclose"),
}
#: Who may disclose in an agreement of a kind, as its paper says it; the first is usual (D06 to D08).
DISCLOSING = {
    "employee": ("we_disclose",),
    "client": ("we_receive", "we_disclose"),
    "mutual": ("both",),
}
#: Whoever signs opens every version (ruling of README §6), so none may name somebody else.
SIGNER = _("Its paper names the person it was made for; void this agreement and make another.")
ONE_WAY = _("One way: either the other side discloses or we do.")
PAPERS = {"employee": "D06", "client": "D07", "mutual": "D08"}

numbering.declare("agreement", numbering.Pattern("NDA"))


class ConfidentialityAgreement(Numbered, Staged):
    """One agreement; in force it clears a person for confidential papers, or covers a client."""

    __tablename__ = "confidentiality_agreement"
    __table_args__ = (
        state_check(AGREEMENT),
        choice_check("kind", KINDS),
        choice_check("direction", DIRECTIONS),
        choice_check("locale", LOCALES),
        CheckConstraint(
            "(kind = 'employee') = (employee_id IS NOT NULL) AND "
            "(kind <> 'employee') = (customer_id IS NOT NULL)",
            name="party",
        ),
        Index("ix_agreement_employee", "employee_id", "status"),
        Index("ix_agreement_customer", "customer_id", "status"),
        Index("ix_agreement_owner_updated", "owner_id", "updated_at"),
    )
    noun: ClassVar[Words] = _("Confidentiality agreement")
    series: ClassVar[str] = "agreement"
    workflow = AGREEMENT
    keeps_editors = True
    always_editable: ClassVar[frozenset[str]] = frozenset({"document_id"})

    kind: Mapped[str] = mapped_column(
        String(12), default="employee", info=shown(_("Kind"), choices=KINDS)
    )
    direction: Mapped[str] = mapped_column(
        String(12), default="we_receive", info=shown(_("Direction"), choices=DIRECTIONS)
    )
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    counterparty: Mapped[str] = mapped_column(
        String(160), default="", index=True, info=shown(_("Counterparty"), given=True)
    )
    locale: Mapped[str] = mapped_column(
        String(8), default="zh_Hant", info=shown(_("Language of the paper"), choices=LOCALES)
    )
    scope: Mapped[str] = mapped_column(
        Text,
        default="",
        info=shown(
            _("Purpose"),
            wide=True,
            help=_(
                "What the information is for. Standard wording needs no reviewer; your own goes to Legal."
            ),
        ),
    )
    start_on: Mapped[date] = mapped_column(Date, info=shown(_("Starts on")))
    end_on: Mapped[date | None] = mapped_column(
        Date,
        info=shown(
            _("Ends on"),
            help=_(
                "The end of the disclosure period; the paper needs it. Empty only where an agreement"
                " signed before names none."
            ),
        ),
    )
    survival_months: Mapped[int] = mapped_column(
        Integer, default=36, info=shown(_("Survival (months)"))
    )
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, info=shown(_("Further values"), sensitive=True, editor="paper")
    )
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    #: The manifest of the unchanged standard text that needed no reviewer; empty without one.
    standard_sha256: Mapped[str] = mapped_column(String(64), default="")
    signed_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Signed on"), given=True))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

    employee: Mapped[Employee | None] = relationship(
        foreign_keys=[employee_id], info=shown(_("Employee"))
    )
    customer: Mapped[Customer | None] = relationship(info=shown(_("Client")))
    owner: Mapped[Employee] = relationship(foreign_keys=[owner_id], info=shown(_("Owner")))
    department: Mapped[Department] = relationship(info=shown(_("Department")))
    document: Mapped[Document | None] = relationship(info=shown(_("Paper")))

    def __str__(self) -> str:
        return self.counterparty or self.no or ""

    def prepare(self) -> None:
        """The other party's name and who discloses, while they may change; then they stay (R3.3.2)."""
        if not self.editable:
            return
        if self.kind != "employee":
            self.employee, self.employee_id = None, None
        elif self.customer_id or self.customer:
            self.customer, self.customer_id = None, None
        other = self.employee if self.kind == "employee" else self.customer
        if other is not None:
            self.counterparty = other.name
        if self.owner is not None:
            self.department_id = self.owner.department_id
        if len(only := DISCLOSING.get(self.kind, ())) == 1:
            self.direction = only[0]

    @hybrid_property
    def disclosing(self) -> bool:
        """Whether its disclosure period is not over; after it only the duty of secrecy goes on."""
        return self.end_on is None or self.end_on >= clock.today()

    @disclosing.inplace.expression
    @classmethod
    def _disclosing(cls) -> ColumnElement[bool]:
        return or_(cls.end_on.is_(None), cls.end_on >= clock.today())

    @property
    def secret_until(self) -> date | None:
        """The last day of the duty of secrecy that survives the disclosure period; None without an end."""
        if self.end_on is None:
            return None
        return clock.months_after(self.end_on, self.survival_months)

    def waits_now(self) -> Words | None:
        """Once its paper is made, what becomes of it; what still holds when nothing more is disclosed."""
        paper = self.document
        made = paper is not None and paper.origin == "generated" and not paper.being_made
        if self.state == "draft" and made:
            return _(
                "The paper is made: unchanged standard text is approved at once, changed text goes"
                " to Legal."
            )
        if self.state == "in_force" and not self.disclosing:
            return _(
                "The disclosure period is over; what was disclosed stays secret until %(day)s.",
                day=str(self.secret_until),
            )
        return super().waits_now()

    @property
    def contradicts(self) -> bool:
        """Whether it says another direction than its paper can; only rows of an earlier release do."""
        return self.direction not in DISCLOSING.get(self.kind, (self.direction,))

    def check(self) -> Iterator[tuple[str, Words]]:
        """The right party and direction for the kind, and dates in order."""
        if self.kind == "employee" and not (self.employee_id or self.employee):
            yield "employee", _("Choose the employee.")
        if self.kind != "employee" and not (self.customer_id or self.customer):
            yield "customer", _("Choose the client.")
        was, now = moved(self, "employee")
        if self.document_id is not None and was != now:
            yield "employee" if was and now else "kind", SIGNER
        if self.editable and self.contradicts:
            yield "direction", ONE_WAY
        if self.end_on and self.start_on and self.end_on < self.start_on:
            yield "end_on", _("The end date must not be before the start date.")
        if self.survival_months is not None and not 12 <= self.survival_months <= 120:
            yield "survival_months", _("Survival is 12 to 120 months.")
