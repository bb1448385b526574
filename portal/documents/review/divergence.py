"""What a paper says and its record no longer does: a client that moved, a new representative (R3.3.2).

Nothing follows from it by itself: an approval stands for the words it was given for. It is said to
those who could act, with what they may do about it.
"""

from __future__ import annotations

from typing import Any

from doc_templates.manifest import nested
from portal.documents import subjects
from portal.documents.forms import value_names
from portal.documents.forms.questions import GIVEN
from portal.documents.models import Document
from portal.documents.papers.comparison import OPEN
from portal.documents.review import readiness
from portal.documents.word_templates import library
from portal.kernel import access, masks
from portal.kernel.db import session
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.record_view.cells import NONE, Cell

Difference = tuple[Words | str, Cell, Cell]


def differences(document: Document, record: Any) -> list[Difference]:
    """(name, what the paper says, what the record says now), for whoever may know the latter."""
    if record is None or document.state not in OPEN or not _may_know(record):
        return []
    with access.system():
        fresh = session().get_one(type(record), record.id)
        paper = session().get_one(Document, document.id)
        filled, now = readiness.filled(paper), readiness.values(fresh, paper)
        template = paper.template
        if filled is None or now is None or template is None:
            return []
        variables = library.manifest_of(template).variables
        named = value_names.naming(fresh)
    found = []
    for path, variable in variables.items():
        old, new = nested.get(filled, path), nested.get(now, path)
        if "[]" in path or variable.source in GIVEN or (old or None) == (new or None):
            continue
        keys = tuple(path.split("."))
        label, before = named(keys, old)
        found.append((label, _cell(before), _cell(named(keys, new)[1])))
    return found


def _may_know(record: Any) -> bool:
    """Whether the person may read the records the paper is filled from, whole."""
    use = subjects.use_of(record)
    sources = [record, *use.sources(record).values()]
    return all(
        one is not None and access.may(one, access.READ) and masks.whole(one) for one in sources
    )


def _cell(value: Any) -> Cell:
    if value in (None, "", []):
        return NONE
    if isinstance(value, Cell):
        return value
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, list):
        return Cell("text", _("Rows: %(n)s", n=show.number(len(value))))
    return Cell("text", str(value))
