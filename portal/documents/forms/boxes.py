"""A paper's form as the boxes it sends, for showing two people's texts side by side."""

from __future__ import annotations

from typing import Any

from portal.documents.forms.paper_form import Field, PaperForm
from portal.kernel.words import _
from portal.web.record_view.versions import Box


def boxes(form: PaperForm) -> dict[str, Box]:
    """Every box of the form by its name; of a table one for each cell of a row that says something."""
    found: dict[str, Box] = {}
    for group in (*form.asked, *form.standard):
        for field in group.fields:
            if field.kind != "rows":
                found[field.path] = _box(field, field.value, field.label)
                continue
            for at, row in enumerate(row for row in field.rows if any(row.values())):
                for column in field.columns:
                    label = f"{field.label} {at + 1} · {column.label}"
                    name = f"{field.path}-{at}-{column.path}"
                    found[name] = _box(column, row.get(column.path), label)
    return found


def _box(field: Field, value: Any, label: str) -> Box:
    if field.kind == "bool":
        ticked = value is True
        return Box(label, "yes" if ticked else "no", _("Yes") if ticked else _("No"))
    raw = "" if value is None else str(value)
    return Box(label, raw, dict(field.choices).get(raw, raw))
