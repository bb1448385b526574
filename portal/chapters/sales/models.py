"""Outsourcing contracts: parties, term, and a fee model whose terms make the fee table (R3.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.chapters.customers.models import Customer
from portal.chapters.sales import fees
from portal.chapters.sales.workflows import CONTRACT, SEALED
from portal.documents.models import Document
from portal.documents.signing import seal_requests
from portal.kernel import numbering
from portal.kernel.money import CURRENCIES, Amount
from portal.kernel.record import Numbered, Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import LOCALES, Department, Employee

KINDS = {"outsourcing": _("Sales outsourcing")}
INTERVALS = {
    "week": _("Every week"),
    "two_weeks": _("Every two weeks"),
    "month": _("Every month"),
    "quarter": _("Every quarter"),
}

numbering.declare("contract", numbering.Pattern("SO"))


class Contract(Numbered, Staged):
    """One contract with a client. Its fees are masked for those who need only names and dates."""

    __tablename__ = "contract"
    __table_args__ = (
        state_check(CONTRACT),
        choice_check("kind", KINDS),
        choice_check("fee_model", fees.MODELS),
        choice_check("locale", LOCALES),
        Index("ix_contract_owner_id_id", "owner_id", "id"),
        Index("ix_contract_owner_updated", "owner_id", "updated_at"),
        Index("ix_contract_department_status", "department_id", "status", "id"),
        Index("ix_contract_end_on", "end_on", "id"),
    )
    noun: ClassVar[Words] = _("Contract")
    series: ClassVar[str] = "contract"
    workflow = CONTRACT
    keeps_editors = True
    always_editable: ClassVar[frozenset[str]] = frozenset({"document_id", "legal_reviewer_id"})

    kind: Mapped[str] = mapped_column(
        String(16), default="outsourcing", info=shown(_("Kind"), choices=KINDS)
    )
    title: Mapped[str] = mapped_column(String(160), info=shown(_("Title")))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    #: The client's name as this contract shows it, whatever the client is called later.
    counterparty: Mapped[str] = mapped_column(
        String(160), index=True, default="", info=shown(_("Counterparty"), given=True)
    )
    locale: Mapped[str] = mapped_column(
        String(8),
        default="zh_Hant",
        info=shown(
            _("Language of the paper"),
            choices=LOCALES,
            help=_("Each language is drafted for its own law."),
        ),
    )
    scope: Mapped[str] = mapped_column(
        Text, default="", info=shown(_("Scope"), wide=True, help=_("What is sold, where, to whom."))
    )
    start_on: Mapped[date] = mapped_column(Date, info=shown(_("Starts on")))
    end_on: Mapped[date] = mapped_column(Date, info=shown(_("Ends on")))
    auto_renew: Mapped[bool] = mapped_column(default=False, info=shown(_("Renews automatically")))
    notice_days: Mapped[int] = mapped_column(
        Integer, default=60, info=shown(_("Notice period (days)"))
    )
    fee_model: Mapped[str] = mapped_column(
        String(16), default="fixed", info=shown(_("Fee model"), choices=fees.MODELS)
    )
    fee_terms: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, info=shown(_("Fee terms"), sensitive=True, editor="fees")
    )
    #: Everything else the paper asks for: the manifest's further values, as they were entered.
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, info=shown(_("Further values"), sensitive=True, editor="paper")
    )
    currency: Mapped[str] = mapped_column(
        String(3),
        default="TWD",
        info=shown(_("Currency"), choices={c: Words(c) for c in CURRENCIES}),
    )
    total: Mapped[Decimal | None] = mapped_column(
        Amount, info=shown(_("Total"), sensitive=True, currency="currency", given=True)
    )
    payment_days: Mapped[int] = mapped_column(
        Integer, default=30, info=shown(_("Payment term (days)"), sensitive=True)
    )
    report_every: Mapped[str] = mapped_column(
        String(16), default="month", info=shown(_("Reports"), choices=INTERVALS)
    )
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    legal_reviewer_id: Mapped[int | None] = mapped_column(Integer)
    signed_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Signed on"), given=True))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

    customer: Mapped[Customer] = relationship(info=shown(_("Client")))
    owner: Mapped[Employee] = relationship(info=shown(_("Owner")))
    department: Mapped[Department] = relationship(info=shown(_("Department")))
    document: Mapped[Document | None] = relationship(info=shown(_("Paper")))

    def prepare(self) -> None:
        """The client's name, the owner's department and the sum of the fee terms, while they may change.

        Afterwards they stay what was approved, also when the client is renamed (R3.3.2).
        """
        if not self.editable:
            return
        if self.customer is not None:
            self.counterparty = self.customer.name
        if self.owner is not None:
            self.department_id = self.owner.department_id
        problems = fees.problems(self.fee_model, self.fee_terms or {}, self.start_on, self.end_on)
        if next(problems, None) is None:
            self.total = fees.total(self.fee_model, self.fee_terms or {})

    @hybrid_property
    def seal_asked(self) -> bool:
        """Whether the seal is asked for on its paper, by whomever; then nobody has to ask."""
        return (
            self.document_id is not None
            and seal_requests.open_request(self.document_id) is not None
        )

    @seal_asked.inplace.expression
    @classmethod
    def _seal_asked(cls) -> ColumnElement[bool]:
        return seal_requests.asked_on(cls.document_id)

    @hybrid_property
    def unsealed(self) -> bool:
        """Whether the keeper has yet to seal its paper; until then nobody else can do anything."""
        if self.document_id is None:
            return True
        seal = seal_requests.open_request(self.document_id)
        return seal is None or seal.state != "done"

    @unsealed.inplace.expression
    @classmethod
    def _unsealed(cls) -> ColumnElement[bool]:
        return ~seal_requests.sealed_on(cls.document_id)

    def waits_now(self) -> Words | None:
        """Once the seal is asked for, its request has it; once it is sealed, the other side signs."""
        if self.state not in ("approved", "signing") or self.document_id is None:
            return super().waits_now()
        seal = seal_requests.open_request(self.document_id)
        if self.state == "approved" and seal is not None:
            return _("The seal is asked for (%(no)s); Management decides.", no=seal.no)
        if seal is not None and seal.state == "done":
            return SEALED
        return super().waits_now()

    def check(self) -> Iterator[tuple[str, Words]]:
        """Dates in order, and terms that the fee model can compute (R3.3.1)."""
        if self.start_on and self.end_on and self.end_on < self.start_on:
            yield "end_on", _("The end date must not be before the start date.")
        if self.notice_days is not None and not 0 <= self.notice_days <= 730:
            yield "notice_days", _("Notice is 0 to 730 days.")
        if self.payment_days is not None and not 0 <= self.payment_days <= 365:
            yield "payment_days", _("The payment term is 0 to 365 days.")
        if self.currency and self.currency not in CURRENCIES:
            yield "currency", _("This currency is not known.")
        yield from fees.problems(self.fee_model, self.fee_terms or {}, self.start_on, self.end_on)
