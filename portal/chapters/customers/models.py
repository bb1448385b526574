"""Clients and the people there (R7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.chapters.customers.workflows import CUSTOMER
from portal.kernel import numbering, text
from portal.kernel.record import Numbered, Record, Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.lookups import offered
from portal.organization.models import JURISDICTIONS, Department, Employee

CONTACT_ROLES = {
    "decision": _("Decision maker"),
    "influence": _("Influences"),
    "user": _("Uses"),
    "finance": _("Finance"),
    "other": _("Other"),
}

numbering.declare("customer", numbering.Pattern("KH", yearly=False))


class Customer(Numbered, Staged):
    """A client company; `name_norm` finds the same company whatever script or width was typed."""

    __tablename__ = "customer"
    __table_args__ = (
        state_check(CUSTOMER),
        choice_check("region", JURISDICTIONS),
        Index("ix_customer_owner_id_id", "owner_id", "id"),
        Index("ix_customer_owner_updated", "owner_id", "updated_at"),
        Index("ix_customer_department_id_id", "department_id", "id"),
    )
    noun: ClassVar[Words] = _("Client")
    series: ClassVar[str] = "customer"
    workflow = CUSTOMER

    name: Mapped[str] = mapped_column(
        String(160),
        index=True,
        info=shown(_("Name"), help=_("The full registered name, as papers must show it.")),
    )
    name_norm: Mapped[str] = mapped_column(String(160), index=True)
    registration_no: Mapped[str | None] = mapped_column(
        String(32),
        unique=True,
        info=shown(
            _("Registration number"), help=_("Tax or company number; used to find doubles.")
        ),
    )
    region: Mapped[str] = mapped_column(
        String(16), default="taiwan", info=shown(_("Region"), choices=JURISDICTIONS)
    )
    industry: Mapped[str] = mapped_column(
        String(60), default="", info=shown(_("Industry"), suggest=offered("industry"))
    )
    address: Mapped[str] = mapped_column(String(200), default="", info=shown(_("Address")))
    representative: Mapped[str] = mapped_column(
        String(60), default="", info=shown(_("Authorised representative"))
    )
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    needs: Mapped[str] = mapped_column(Text, default="", info=shown(_("Needs"), wide=True))

    owner: Mapped[Employee] = relationship(info=shown(_("Owner")))
    department: Mapped[Department] = relationship(info=shown(_("Department")))

    def prepare(self) -> None:
        """The name's key for finding doubles; the owner's department."""
        self.name_norm = text.name_key(self.name or "")[:160]
        self.registration_no = text.code_key(self.registration_no or "") or None
        if self.owner is not None:
            self.department_id = self.owner.department_id

    def check(self) -> Iterator[tuple[str, Words]]:
        """A name that is more than a legal form."""
        if self.name and not self.name_norm:
            yield "name", _("This is not a company name.")


class Contact(Record):
    """A person at a client; seen by those who see the client, phones by those who need them."""

    __tablename__ = "contact"
    __table_args__ = (choice_check("role", CONTACT_ROLES),)
    noun: ClassVar[Words] = _("Contact")

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), index=True, info=shown(_("Full name")))
    title: Mapped[str] = mapped_column(String(60), default="", info=shown(_("Job title")))
    role: Mapped[str] = mapped_column(
        String(16), default="other", info=shown(_("Role"), choices=CONTACT_ROLES)
    )
    phone: Mapped[str] = mapped_column(
        String(32), default="", info=shown(_("Phone"), sensitive=True)
    )
    email: Mapped[str] = mapped_column(
        String(120), default="", info=shown(_("E-mail"), sensitive=True)
    )
    im: Mapped[str] = mapped_column(
        String(60),
        default="",
        server_default="",
        info=shown(_("Messenger"), sensitive=True, help=_("Which one, and the name there.")),
    )
    primary: Mapped[bool] = mapped_column(default=False, info=shown(_("Main contact")))
    active: Mapped[bool] = mapped_column(default=True, info=shown(_("Active")))
    #: How phone and e-mail are compared when doubles are looked for; masked as they are.
    phone_norm: Mapped[str] = mapped_column(String(16), default="", index=True)
    email_norm: Mapped[str] = mapped_column(String(120), default="", index=True)
    #: Copied from the client, so that rights on contacts are columns of their own.
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)

    customer: Mapped[Customer] = relationship(info=shown(_("Client")))

    def __str__(self) -> str:
        return self.name

    def prepare(self) -> None:
        """Seen by whoever sees the client; found by phone and e-mail however they are written."""
        self.phone_norm = text.phone_key(self.phone or "")
        self.email_norm = text.folded(self.email or "").strip()[:120]
        if self.customer is not None:
            self.owner_id = self.customer.owner_id
            self.department_id = self.customer.department_id
