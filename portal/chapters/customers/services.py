"""Clients across owners: finding doubles without showing what one may not see (R7.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Select, case, or_, select, tuple_

from portal.chapters.customers.models import Contact, Customer
from portal.chapters.customers.workflows import CUSTOMER
from portal.kernel import access, clock, following, masks, rhythm, text
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import lock, session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization import handing_on

ALIKE = 88  # rapidfuzz ratio from which two folded names are worth a look
HEAD = 2  # letters by which names are narrowed down in the database
SHORT_NAME = 3  # from this length on, the short name of a company is taken for the company
MOST_COMPARED, MOST_SAID = 500, 5
LEAST_DIGITS = 7


@dataclass(frozen=True)
class Double:
    """A client that may be the same: shown whole to who may see it, else only whose it is.

    `number`: its registration number is the same, so there is no doubt.
    """

    customer: Customer | None
    department: str
    number: bool

    @property
    def sentence(self) -> Words:
        """What the form says about it."""
        if self.customer is None:
            return _("This client exists, owned by department %(d)s.", d=self.department)
        if self.number:
            return _(
                "%(name)s (%(no)s) has this number.", name=self.customer.name, no=self.customer.no
            )
        return _("This may be %(name)s (%(no)s).", name=self.customer.name, no=self.customer.no)


def doubles(name: str, registration_no: str = "", but: int | None = None) -> list[Double]:
    """Clients of anybody with the same registration number or a name that folds alike.

    `台灣雲端` finds `台湾云端`, full width finds half width, legal forms do not count, a short
    name finds the full one.
    """
    key, number = text.name_key(name), text.code_key(registration_no)
    if len(key) < HEAD and not number:
        return []
    with access.system():
        found = [c for c in session().scalars(_candidates(key, number)) if c.id != but]
        near = [(c, _nearness(c, key, number)) for c in found]
        close = sorted((one for one in near if one[1]), key=lambda one: -one[1])[:MOST_SAID]
        rows = [(c.id, str(c.department), nearness > EQUAL) for c, nearness in close]
    return [
        Double(session().get(Customer, ident), department, same) for ident, department, same in rows
    ]


EQUAL = 100.0


def _candidates(key: str, number: str) -> Select[Any]:
    """By index: the same number, the same key, or the same first letters; the surest first."""
    tests: list[ColumnElement[bool]] = []
    if len(key) >= HEAD:
        tests.append(Customer.name_norm.startswith(key[:HEAD], autoescape=True))
    if number:
        tests.append(Customer.registration_no == number)
    surest = case(
        (Customer.registration_no == number, 0),
        (Customer.name_norm == key, 1),
        (Customer.name_norm.startswith(key, autoescape=True), 2),
        else_=3,
    )
    return select(Customer).where(or_(*tests)).order_by(surest, Customer.id).limit(MOST_COMPARED)


def _nearness(customer: Customer, key: str, number: str) -> float:
    """Above `EQUAL` for the same number, `EQUAL` for the same name, 0 for no likeness."""
    if number and customer.registration_no == number:
        return EQUAL + 1
    short, long = sorted((customer.name_norm, key), key=len)
    if len(short) >= SHORT_NAME and long.startswith(short):
        return EQUAL
    ratio = fuzz.ratio(customer.name_norm, key)
    return ratio if ratio >= ALIKE else 0


def main_contact(customer_id: int) -> Contact | None:
    """Whom papers name at a client: its main contact, else the first one; asked as SYSTEM."""
    query = select(Contact).where(Contact.customer_id == customer_id, Contact.active)
    return session().scalar(query.order_by(Contact.primary.desc(), Contact.id).limit(1))


@dataclass(frozen=True)
class Known:
    """A contact with the same phone or e-mail, as far as the person may know of it."""

    contact: Contact | None
    department: str

    @property
    def sentence(self) -> Words:
        """What the form says about it."""
        if self.contact is None:
            return _(
                "This person is a contact already, owned by department %(d)s.", d=self.department
            )
        return _(
            "This may be %(name)s of %(client)s.",
            name=self.contact.name,
            client=self.contact.customer.name,
        )


def known_contacts(phone: str, email: str, but: int | None = None) -> list[Known]:
    """Contacts of anybody with the same phone or e-mail, however they are written."""
    number, mail = text.phone_key(phone), text.folded(email).strip()
    tests: list[ColumnElement[bool]] = []
    if len(number) >= LEAST_DIGITS:
        tests.append(Contact.phone_norm == number)
    if "@" in mail:
        tests.append(Contact.email_norm == mail)
    if not tests:
        return []
    query = select(Contact).where(or_(*tests)).order_by(Contact.id).limit(MOST_SAID)
    with access.system():
        rows = [(c.id, str(c.customer.department)) for c in session().scalars(query) if c.id != but]
    return [Known(_seen(ident), department) for ident, department in rows]


def _seen(ident: int) -> Contact | None:
    """The contact, if neither it nor what it was found by is hidden from the person."""
    found = session().get(Contact, ident)
    hidden: Iterable[str] = masks.masked(found) if found is not None else ()
    return None if {"phone", "email"} & set(hidden) else found


@CUSTOMER.after("unblock")
def _as_before(customer: Customer, _taken: Taken) -> None:
    """Whoever was no active client before it was blocked is none afterwards (matrix (b))."""
    before = _blocked_from(customer)
    if before != "active":
        CUSTOMER.advance(customer, f"was_{before}", automatic=True)


def _blocked_from(customer: Customer) -> str:
    """Where the client stood when it was blocked last, as the log says; else at its beginning."""
    body = session().scalar(
        select(AuditPayload.body)
        .join(AuditEvent, AuditEvent.seq == AuditPayload.seq)
        .where(
            AuditEvent.object_type == Customer.__tablename__,
            AuditEvent.object_id == customer.id,
            AuditEvent.action == "block",
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    before = json.loads(body or "{}").get("state", [""])[0]
    return before if before in ("active", "dormant") else CUSTOMER.start


def _hand_over(customer: Customer) -> None:
    """Contacts go where their client goes: who had it sees their phones no more (R7.1)."""
    theirs = (customer.owner_id, customer.department_id)
    contacts = select(Contact).where(Contact.customer_id == customer.id)
    for contact in session().scalars(contacts):
        if (contact.owner_id, contact.department_id) != theirs:
            contact.owner_id, contact.department_id = theirs


@handler("contact.follow", _("Comparing contacts with their clients"))
def compare(job: Job) -> dict[str, Any]:
    """Once a night: a contact made in the moment its client changed hands may have missed it."""
    lag = tuple_(Contact.owner_id, Contact.department_id) != tuple_(
        Customer.owner_id, Customer.department_id
    )
    query = select(Customer.id).join(Contact, Contact.customer_id == Customer.id).where(lag)
    late = list(session().scalars(query.distinct().order_by(Customer.id)))
    for ident in late:
        with transaction():
            customer = session().get_one(Customer, ident)
            lock(customer)
            _hand_over(customer)
    return {"repaired": len(late)}


rhythm.every("contact.follow", timedelta(days=1), clock.NIGHT)
following.follows(Customer, _hand_over)
handing_on.goes_on(Customer)
