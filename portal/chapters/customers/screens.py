"""Clients and contacts on screen."""

from collections.abc import Iterable
from typing import Any

from portal.chapters.customers import services
from portal.chapters.customers.models import Contact, Customer
from portal.kernel.words import _
from portal.web.record_view import Caution, CautiousView


class Customers(CautiousView):
    """The client file; before a client is made twice, the form says so (R7.1)."""

    record, chapter, icon = Customer, "customers", "building"
    name = _("Clients")
    begun = 3
    columns = ("no", "name", "region", "industry", "owner", "state")
    fields = ("name", "registration_no", "region", "industry", "address", "representative", "needs")
    search = ("no", "name", "registration_no")
    filters = ("state", "region")
    watched = ("name", "registration_no")

    def cautions(self, typed: dict[str, Any], ident: int | None) -> Iterable[Caution]:
        """Clients of anybody that may be the same; the same number is refused at once."""
        name, number = typed.get("name") or "", typed.get("registration_no") or ""
        for one in services.doubles(name, number, ident):
            yield Caution(one.sentence, one.customer, "registration_no" if one.number else "")


class Contacts(CautiousView):
    """The people at clients."""

    record, chapter, icon = Contact, "customers", "user"
    name = _("Contacts")
    columns = ("name", "customer", "title", "role", "phone", "email")
    fields = ("customer", "name", "title", "role", "phone", "email", "im", "primary", "active")
    search = ("name",)
    filters = ("role",)
    pick = {"customer": ("name", "no")}
    under = ("customer",)
    watched = ("phone", "email")

    def cautions(self, typed: dict[str, Any], ident: int | None) -> Iterable[Caution]:
        """Contacts of anybody with the same phone or e-mail."""
        for one in services.known_contacts(
            typed.get("phone") or "", typed.get("email") or "", ident
        ):
            yield Caution(one.sentence, one.contact)


SCREENS = (Customers, Contacts)
