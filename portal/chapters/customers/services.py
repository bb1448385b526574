"""Clients across owners: finding doubles without showing what one may not see (R7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import or_, select

from portal.chapters.customers.models import Customer
from portal.kernel import access, text
from portal.kernel.db import session
from portal.kernel.words import Words, _

ALIKE = 88  # rapidfuzz ratio from which two folded names are worth a look


@dataclass(frozen=True)
class Double:
    """A client that may be the same: shown whole to who may see it, else only whose it is."""

    customer: Customer | None
    department: str
    certain: bool

    @property
    def sentence(self) -> Words:
        """What the form says about it."""
        if self.customer is None:
            return _("This client exists, owned by department %(d)s.", d=self.department)
        return _("This may be %(name)s (%(no)s).", name=self.customer.name, no=self.customer.no)


def doubles(name: str, registration_no: str = "", but: int | None = None) -> list[Double]:
    """Clients of anybody with the same registration number or a name that folds alike.

    `台灣雲端` finds `台湾云端`, full width finds half width, legal forms do not count.
    """
    key = text.name_key(name)
    number = text.folded(registration_no).strip().upper()
    if len(key) < 2 and not number:
        return []
    with access.system():
        found = [c for c in session().scalars(_candidates(key, number)) if c.id != but]
        close = [
            (c.id, str(c.department), _certain(c, key, number))
            for c in found
            if _alike(c, key, number)
        ]
    return [
        Double(session().get(Customer, ident), department, certain)
        for ident, department, certain in sorted(close, key=lambda row: not row[2])[:5]
    ]


def _candidates(key: str, number: str):  # type: ignore[no-untyped-def]
    """By index: the same number, the same key, or the same first two letters of the key."""
    tests = [Customer.name_norm == key, Customer.name_norm.startswith(key[:2], autoescape=True)]
    if number:
        tests.append(Customer.registration_no == number)
    return select(Customer).where(or_(*tests)).limit(200)


def _certain(customer: Customer, key: str, number: str) -> bool:
    return customer.name_norm == key or bool(number and customer.registration_no == number)


def _alike(customer: Customer, key: str, number: str) -> bool:
    return _certain(customer, key, number) or fuzz.ratio(customer.name_norm, key) >= ALIKE
