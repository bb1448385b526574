"""Whether a paper edited in Word still prints what its record says: parties, sums, days, figures (R3.3.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from doc_templates.manifest import Manifest, Variable
from doc_templates.standing import Hold, fallen
from portal.documents.archive import objects
from portal.documents.classes import PAPER_LOCALE
from portal.documents.forms import value_names
from portal.documents.models import Document
from portal.documents.papers import checkout, comparison
from portal.documents.word_templates import library
from portal.kernel.words import Words, _

#: Sources of values that somebody chose for the text alone: their clause may be struck out.
CHOSEN = ("user", "standard")
#: Sources of names and addresses: of whoever the paper binds, and of the record itself.
NAMES = ("system", "party", "own_org", "customer", "employee", "team", "record")
#: As much of a value is told, in letters.
LONGEST = 60
NUMBERS = ("money", "date", "int", "percent", "decimal")


def fallen_from(record: Any, document: Document) -> Iterator[Words]:
    """One sentence for each bound value that the newest version prints no longer as the record says.

    Nothing for a version the portal made itself, or a paper without a template.
    """
    newest, filled = document.file("docx"), comparison.filled(document)
    if newest is None or filled is None or not checkout.edited_by_hand(document):
        return
    template = comparison.template_of(filled)
    manifest, locale = library.manifest_of(template), PAPER_LOCALE[template.locale]
    values = json.loads(filled.merge_data or "")
    missing = fallen(
        library.compiled(template),
        manifest.context(values, locale),
        manifest.style(values, locale),
        held(manifest),
        library.render(template, values),
        objects.read(newest),
    )
    named = value_names.naming(record)
    for one in missing:
        secret = manifest.variables[one.variable].sensitive
        passage = "" if secret else f"…{one.passage}…"
        yield _(
            "%(field)s: the record says “%(value)s”, and the edited paper no longer says so in "
            "“%(place)s”. Change the record, or put it back into the paper.",
            field=named(one.path, one.text)[0],
            value="…" if secret else _short(one.text),
            place=" ".join(filter(None, (one.article, passage))),
        )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def held(manifest: Manifest) -> dict[str, Hold]:
    """How a paper holds each variable that its record binds."""
    return {path: hold for path, one in manifest.variables.items() if (hold := _hold(one))}


def _hold(one: Variable) -> Hold | None:
    """How the paper holds what the record says; None for words that Legal may change."""
    if one.type in NUMBERS:
        return "period" if one.source in CHOSEN else "number"
    if one.type not in ("text", "person", "address") or one.source in CHOSEN:
        return None
    return "name" if one.source in NAMES else "figures"
