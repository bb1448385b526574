"""Confidentiality agreements on screen."""

from collections.abc import Iterable
from typing import Any

from portal.chapters.confidentiality import doubles, services
from portal.chapters.confidentiality.models import DISCLOSING, ConfidentialityAgreement
from portal.kernel.words import _
from portal.web.record_view import Caution, CautiousView

CLIENTS = ("client", "mutual")


class Agreements(CautiousView):
    """Agreements with employees and clients; a second one with the same party is asked about."""

    record, chapter, icon = ConfidentialityAgreement, "confidentiality", "shield-lock"
    name = _("Confidentiality agreements")
    counted, begun = 2, 2
    columns = ("no", "counterparty", "kind", "owner", "state", "start_on")
    fields = (
        "kind",
        "employee",
        "customer",
        "direction",
        "locale",
        "scope",
        "start_on",
        "end_on",
        "survival_months",
    )
    facts = (
        "counterparty",
        "kind",
        "owner",
        "employee",
        "customer",
        "direction",
        "start_on",
        "end_on",
        "survival_months",
        "locale",
        "scope",
    )
    search = ("no", "counterparty")
    filters = ("state", "kind", "start_on")
    pick = {"employee": ("name", "no"), "customer": ("name", "no")}
    under = ("customer", "employee")
    papers = True
    watched = ("kind", "employee", "customer")
    when = {
        "employee": ("kind", ("employee",)),
        "customer": ("kind", CLIENTS),
        "direction": ("kind", ("client",)),
        "scope": ("kind", CLIENTS),
        "end_on": ("kind", CLIENTS),
    }
    among = {"direction": DISCLOSING["client"]}
    offers = {"scope": services.standard_purposes}

    def cautions(self, typed: dict[str, Any], ident: int | None) -> Iterable[Caution]:
        """Agreements with the same employee or client that are on their way or hold."""
        employee, customer = (
            getattr(typed.get(name), "id", None) for name in ("employee", "customer")
        )
        for one in doubles.with_party(typed.get("kind") or "", employee, customer, but=ident):
            yield Caution(doubles.sentence(one), one)


SCREENS = (Agreements,)
