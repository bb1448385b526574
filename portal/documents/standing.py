"""Whether a paper edited in Word still prints what approvals follow: number, parties, sums, days (R3.3.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from doc_templates.manifest import Variable
from doc_templates.standing import fallen
from portal.documents import comparing, editing, naming, storing, templates
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import Document
from portal.kernel.words import Words, _

#: Sources of values that somebody chose for the text alone; no approval follows from them.
CHOSEN = ("user", "standard")
PARTIES = ("system", "party", "own_org", "customer", "employee")


def fallen_from(record: Any, document: Document) -> Iterator[Words]:
    """One sentence for each bound value that the newest version prints no longer as the record says.

    Nothing for a version the portal made itself, or a paper without a template.
    """
    newest, filled = document.file("docx"), comparing.filled(document)
    if newest is None or filled is None or not editing.edited_by_hand(document):
        return
    template = comparing.template_of(filled)
    manifest, locale = templates.manifest_of(template), PAPER_LOCALE[template.locale]
    values = json.loads(filled.merge_data or "")
    missing = fallen(
        templates.compiled(template), manifest.context(values, locale),
        manifest.style(values, locale),
        [path for path, one in manifest.variables.items() if _bound(one)],
        templates.render(template, values), storing.read(newest),
    )  # fmt: skip
    named = naming.naming(record)
    for one in missing:
        yield _(
            "%(field)s: the record says “%(value)s”, and the edited paper no longer says so "
            "everywhere. Change the record, or put it back into the paper.",
            field=named(one.path, one.text)[0], value=one.text,
        )  # fmt: skip


def _bound(one: Variable) -> bool:
    """Number and parties, and every sum and day that comes from the record."""
    if one.type in ("money", "date"):
        return one.source not in CHOSEN
    return one.path.rpartition(".")[2] in ("number", "name", "tax_id") and one.source in PARTIES
