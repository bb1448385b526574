"""What people call the values a paper is made of, for the history of the record that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from doc_templates.manifest import Manifest
from portal.documents import subjects
from portal.documents.classes import PAPER_LOCALE
from portal.documents.forms.paper_form import OTHER
from portal.documents.word_templates import library
from portal.kernel.errors import Unmet
from portal.kernel.words import Words, _, language
from portal.web.record_view.cells import Cell
from portal.web.record_view.structures import Naming, Path


def naming(record: Any, then: Mapping[str, Any] | None = None, within: str = "") -> Naming:
    """Names from the manifest of the record's template in use; `within`: the group kept apart.

    `then`: what the record's currency columns said, where it is not what they say today.
    """
    use = subjects.use_of(record)
    try:
        manifest = library.manifest_of(library.in_use(use.code(record), record.locale))
    except Unmet:
        manifest = None
    currency = getattr(record, "currency", "") if then is None else then.get("currency", "")

    def named(path: Path, value: Any) -> tuple[Words | str, Any]:
        whole = (within, *path) if within else path
        return _named(manifest, whole, value, currency)

    return named


def _sum(typed: str, currency: str) -> Cell | str:
    """A sum, to be written as sums are everywhere; what was never one stays as it is."""
    try:
        return Cell("money", Decimal(typed), currency)
    except InvalidOperation:
        return typed


def _named(
    manifest: Manifest | None, path: Path, value: Any, currency: str
) -> tuple[Words | str, Any]:
    name = ".".join("[]" if isinstance(part, int) else part for part in path).replace(".[]", "[]")
    variable = manifest.variables.get(name) if manifest is not None else None
    if variable is None:
        return OTHER, value
    reader = PAPER_LOCALE[language.get()]
    words = variable.choices.get(str(value), {}).get(reader) if variable.choices else None
    if variable.type == "money" and value is not None:
        value = _sum(str(value), currency)
    rows = [part + 1 for part in path if isinstance(part, int)]
    label: Words | str = variable.label.get(reader, name)
    if rows:
        label = _("%(field)s in row %(row)s", field=label, row=rows[-1])
    return label, value if words is None else words
