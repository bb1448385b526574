"""Contracts on screen."""

from portal.chapters.sales.models import Contract
from portal.kernel.words import _
from portal.web.record_view import RecordView


class Contracts(RecordView):
    """Outsourcing contracts, from draft to signed."""

    record, chapter, icon = Contract, "sales", "file-text"
    name = _("Contracts")
    counted, begun = 1, 1
    columns = ("no", "title", "counterparty", "owner", "state", "total", "end_on")
    fields = (
        "title",
        "customer",
        "locale",
        "scope",
        "start_on",
        "end_on",
        "auto_renew",
        "notice_days",
        "fee_model",
        "currency",
        "payment_days",
        "report_every",
    )
    facts = (
        "counterparty",
        "customer",
        "owner",
        "total",
        "fee_model",
        "start_on",
        "end_on",
        "scope",
        "payment_days",
        "report_every",
        "auto_renew",
        "notice_days",
        "locale",
    )
    search = ("no", "title", "counterparty")
    filters = ("state", "fee_model", "end_on")
    pick = {"customer": ("name", "no")}
    under = ("customer",)
    papers = True


SCREENS = (Contracts,)
