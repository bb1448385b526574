"""Clients and contacts on screen."""

from portal.chapters.customers.models import Contact, Customer
from portal.kernel.words import _
from portal.web.record_view import RecordView


class Customers(RecordView):
    """The client file."""

    record, chapter, icon = Customer, "customers", "building"
    name = _("Clients")
    columns = ("no", "name", "region", "industry", "owner", "state")
    fields = (
        "name", "registration_no", "region", "industry", "address", "representative", "needs",
    )  # fmt: skip
    search = ("no", "name", "registration_no")
    filters = ("state", "region")
    related = ("contacts",)


class Contacts(RecordView):
    """The people at clients."""

    record, chapter, icon = Contact, "customers", "user"
    name = _("Contacts")
    columns = ("name", "customer", "title", "role", "phone", "email")
    fields = ("customer", "name", "title", "role", "phone", "email", "primary", "active")
    search = ("name",)
    filters = ("role",)
    pick = {"customer": ("name", "no")}


SCREENS = (Customers, Contacts)
