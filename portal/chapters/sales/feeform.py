"""What the fee form sends, as fee terms and as the boxes it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.chapters.sales import fees
from portal.kernel import text
from portal.kernel.shape import rows_sent
from portal.kernel.words import Words, _
from portal.web.record_view.versions import Box

COLUMNS = {
    "lines": ("name", "kind", "unit", "qty", "price", "note"),
    "tiers": ("low", "high", "rate"),
    "milestones": ("name", "criteria", "due", "amount"),
}
#: Columns that hold a number.
NUMBERS = {"qty", "price", "low", "high", "rate", "amount"}
WORDS = {
    "name": _("Name"),
    "kind": _("Kind"),
    "unit": _("Unit"),
    "qty": _("Quantity"),
    "price": _("Unit price"),
    "note": _("Note"),
    "low": _("From"),
    "high": _("Up to"),
    "rate": _("Rate in %"),
    "criteria": _("Accepted when"),
    "due": _("Due on"),
    "amount": _("Amount"),
    "lines": _("Fee rows"),
    "tiers": _("Commission tiers"),
    "milestones": _("Milestones"),
}
#: The single boxes as the page names them; what is asked with the paper is no part of this form.
SINGLE = {
    "tax_rate": _("Tax rate (%)"),
    "cap_amount": _("Yearly cap"),
    "milestone_total": _("Sum of the milestones"),
}
TICKS = {"tax_included": _("Prices include tax"), "cap_on": _("The commission is capped")}


def terms_of(form: MultiDict[str, str]) -> dict[str, Any]:
    """The typed tables and choices as fee terms; empty rows are no rows."""
    terms: dict[str, Any] = {name: rows(form, name, columns) for name, columns in COLUMNS.items()}
    terms |= {name: form.get(name, "").strip() for name in SINGLE}
    terms |= {name: bool(form.get(name)) for name in TICKS}
    chosen = " ".join(form.getlist("parts")).split()
    terms["parts"] = [part for part in fees.PARTS if part in chosen]
    return terms


def rows(form: MultiDict[str, str], name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows ``name-<n>-<column>`` of a typed table, in order, without the empty ones."""
    places = rows_sent(form, name)
    found = [
        {c: text.said(text.cleaned(form.get(f"{name}-{n}-{c}", ""))) for c in columns}
        for n in places
    ]
    return [row for row in found if any(v for c, v in row.items() if c != "kind")]


def boxes(terms: Mapping[str, Any]) -> dict[str, Box]:
    """The terms as the form's boxes, the inverse of `terms_of`."""
    found = {name: Box(label, str(terms.get(name) or "")) for name, label in SINGLE.items()}
    for name, label in TICKS.items():
        ticked = bool(terms.get(name))
        found[name] = Box(label, "on" if ticked else "", _("Yes") if ticked else "")
    parts = [part for part in fees.PARTS if part in (terms.get("parts") or ())]
    named = "、".join(str(fees.MODELS[part]) for part in parts)
    return {**found, "parts": Box(_("Parts"), " ".join(parts), named), **dict(_cells(terms))}


def _cells(terms: Mapping[str, Any]) -> Iterator[tuple[str, Box]]:
    for table, columns in COLUMNS.items():
        for at, row in enumerate(terms.get(table) or []):
            for column in columns:
                raw = str(row.get(column) or "")
                said: Words | str = fees.MODELS.get(raw, raw) if column == "kind" else raw
                label = f"{WORDS[table]} {at + 1} · {WORDS[column]}"
                yield f"{table}-{at}-{column}", Box(label, raw, said)
