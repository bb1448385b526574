"""Confidentiality agreements on screen."""

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.kernel.words import _
from portal.web.record_view import RecordView

CLIENTS = ("client", "mutual")


class Agreements(RecordView):
    """Agreements with employees and clients."""

    record, chapter, icon = ConfidentialityAgreement, "confidentiality", "shield-lock"
    name = _("Confidentiality agreements")
    counted, begun = 2, 2
    columns = ("no", "counterparty", "kind", "owner", "state", "start_on")
    fields = (
        "kind", "employee", "customer", "direction", "locale", "scope", "start_on", "end_on",
        "survival_months",
    )  # fmt: skip
    facts = (
        "counterparty", "kind", "owner", "employee", "customer", "direction", "start_on", "end_on",
        "survival_months", "locale", "scope",
    )  # fmt: skip
    search = ("no", "counterparty")
    filters = ("state", "kind", "start_on")
    pick = {"employee": ("name", "no"), "customer": ("name", "no")}
    under = ("customer", "employee")
    papers = True
    when = {
        "employee": ("kind", ("employee",)),
        "customer": ("kind", CLIENTS),
        "direction": ("kind", ("client",)),
        "scope": ("kind", CLIENTS),
        "end_on": ("kind", CLIENTS),
    }


SCREENS = (Agreements,)
