"""The fee page of a contract: one table per part of its fee model, checked and summed at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.chapters.sales import fees
from portal.chapters.sales.feeform import COLUMNS, NUMBERS, WORDS, boxes, terms_of
from portal.chapters.sales.models import Contract
from portal.documents.forms import value_names
from portal.kernel import access, masks
from portal.kernel.db import transaction
from portal.kernel.errors import Invalid, Unseen
from portal.kernel.record import require_editable, seen
from portal.kernel.words import Words, _, labelled
from portal.web import show
from portal.web.record_view import Action, Part, RecordView, address, structures
from portal.web.record_view.drafts import Draft
from portal.web.record_view.tokens import sent_once
from portal.web.record_view.versions import unchanged, version
from portal.web.routes import needs

pages = Blueprint(
    "contract_fees", __name__, url_prefix="/sales/contract", template_folder="templates"
)
PAGES = (pages,)

structures.name_by("fees", lambda contract, then: value_names.naming(contract, then, within="fee"))
#: Columns that hold numbers.
SUMS = ("qty", "price", "low", "high", "rate", "amount")
#: Those that are sums of money, in the currency of the contract.
MONEY = ("price", "low", "high", "amount")


def actions(_view: RecordView, record: Any) -> Iterator[Action]:
    """The way to the fee tables, while they may change; without them it is what comes first."""
    if isinstance(record, Contract) and (url := _form_url(record)):
        first = _lacks_fees(record)
        yield Action(_("Fill in the fees") if first else _("Fees"), url, "receipt", primary=first)


def waits(record: Any) -> Words | None:
    """What comes next for a draft, said to whoever may know its fees."""
    if not isinstance(record, Contract) or record.state != "draft" or record.document_id:
        return None
    if "fee_terms" in masks.masked(record, among=("fee_terms",)):
        return None
    if _lacks_fees(record):
        return _("First the owner fills in the fees; then the paper is made and submitted.")
    return _("The fees are filled in: the owner now makes the paper and then submits it.")


def _lacks_fees(contract: Contract) -> bool:
    return any(fees.incomplete(contract.fee_model, contract.fee_terms or {}))


def _form_url(contract: Contract) -> str:
    """Where the person acting fills the fees in now; empty for who may not."""
    may = contract.editable and access.may(contract, access.EDIT)
    return url_for("contract_fees.form", ident=contract.id) if may else ""


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """The fees as the paper will print them, for those who may know them."""
    if isinstance(record, Contract) and "fee_terms" not in masks.masked(record):
        terms, printed = record.fee_terms or {}, partial(_printed, record.currency)
        tables = [
            (name, [[printed(c, row.get(c)) for c in COLUMNS[name]] for row in rows])
            for name in COLUMNS
            if (rows := fees.counted(record.fee_model, terms, name))
        ]
        cap = printed("amount", terms.get("cap_amount")) if terms.get("cap_on") else ""
        values = {
            "contract": record,
            "tables": tables,
            "cap": cap,
            "words": WORDS,
            "columns": COLUMNS,
            "cautions": _cautions(record, terms),
            "models": fees.MODELS,
            "sums": SUMS,
            "form_url": _form_url(record),
        }
        yield Part("sales/fee_card.html", values)


def _printed(currency: str, column: str, value: Any) -> Words | str:
    """One value of a fee table as people read it; money as everywhere on the page."""
    if column == "kind":
        return fees.MODELS.get(str(value), "")
    if column in SUMS and value not in (None, ""):
        try:
            worth = fees.amount(value)
        except ValueError:  # kept before numbers were read as strictly as they are now
            return str(value)
        return show.money(worth, currency) if column in MONEY else show.number(worth)
    return str(value or "")


@pages.get("/<int:ident>/fees")
@needs("signed-in")
def form(ident: int) -> str:
    """The fee terms as they are, for whoever may change them now; everybody else reads the card."""
    contract = _contract(ident)
    _must_edit(contract)
    typed = _draft(contract).resumed()
    terms = (contract.fee_terms or {}) if typed is None else terms_of(typed)
    return _page(contract, terms, {})


@pages.post("/<int:ident>/fees/draft")
@needs("signed-in")
def draft(ident: int) -> Response:
    """What was typed and not sent."""
    contract = _contract(ident)
    _must_edit(contract)
    with transaction():
        return _draft(contract).take()


def _must_edit(contract: Contract) -> None:
    access.require(contract, access.EDIT)
    require_editable(contract)


def _draft(contract: Contract) -> Draft:
    url, form_url = url_for(".draft", ident=contract.id), url_for(".form", ident=contract.id)
    return Draft(f"fees:{contract.id}", url, form_url)


@pages.post("/<int:ident>/fees")
@needs("signed-in", redraws=True)
def save(ident: int) -> Response | tuple[str, int]:
    """Keep the terms; the total follows from them."""
    typed = terms_of(request.form)
    try:
        return sent_once(lambda: _saved(ident, typed))
    except Invalid as reason:
        return _page(_contract(ident), typed, reason.fields), 422


def _saved(ident: int, typed: dict[str, Any]) -> str:
    contract = _contract(ident)
    _must_edit(contract)
    with unchanged(contract, lambda now: (boxes(now.fee_terms or {}), boxes(typed))):
        contract.fee_terms = {**(contract.fee_terms or {}), **typed}
    flash(str(_("Saved: %(what)s", what=labelled(_("Fees"), str(contract)))), "success")
    _draft(contract).forget()  # what is refused is refused before the draft is gone
    return address(contract)


def _cautions(contract: Contract, terms: dict[str, Any]) -> list[fees.Problem]:
    return list(fees.cautions(contract.fee_model, terms, contract.start_on, contract.end_on))


def _page(contract: Contract, terms: dict[str, Any], problems: dict[str, Any]) -> str:
    if len(problems) > 1:  # each has its box
        problems.pop("fee_terms", None)
    parts = fees.parts_of(contract.fee_model, terms) or fees.PARTS
    draft = _draft(contract)
    return render_template(
        "sales/fees.html",
        contract=contract,
        terms=terms,
        problems=problems,
        columns=COLUMNS,
        numbers=NUMBERS,
        words=WORDS,
        parts=parts,
        draft=draft,
        models=fees.MODELS,
        all_parts=fees.PARTS,
        version=version(contract, draft),
        cautions=dict(_cautions(contract, terms)),
        months=fees.months_of(contract.start_on, contract.end_on),
    )


def _contract(ident: int) -> Contract:
    """The contract, for whoever may know its fees; for others this page does not exist."""
    found = seen(Contract, ident)
    if "fee_terms" in masks.masked(found):
        raise Unseen
    return found
