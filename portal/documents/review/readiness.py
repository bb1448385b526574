"""Whether a paper is finished and says what its record says: asked before every review (R3.3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from doc_templates.manifest import nested
from portal.documents.models import Document, DocumentTemplate
from portal.documents.papers import comparison, merge_data
from portal.documents.review import binding, conformity
from portal.documents.word_templates import library
from portal.kernel import access, audit
from portal.kernel.db import session
from portal.kernel.errors import Down
from portal.kernel.words import Words, _


def ready(record: Any) -> Iterator[Words]:
    """What stands in the way: no finished paper, one somebody works on, one that says otherwise,
    be it edited in Word.

    From then on the record's own fields are bound by the manifest: whatever gate recomputes it
    knows that the paper still says what the record says (R3.3.2).
    """
    with access.system():
        ident = record.document_id
        document = None if ident is None else session().get_one(Document, ident)
        if document is None or not document.current_no:
            yield _("Generate the paper first.")
        elif binding.in_the_making(document):
            yield _("The paper is still being prepared.")
        elif document.checked_out_by_id is not None:
            yield _("Somebody is working on the paper in Word.")
        elif _outdated(record, document):
            yield _("The record changed since the paper was made; make it again.")
        else:
            try:
                yield from conformity.fallen_from(record, document)
            except Down as reason:
                yield reason.message  # the step waits for the store; the record's page does not


def outdated(record: Any) -> bool:
    """Whether the record's paper is there and no longer says what the record says."""
    with access.system():
        ident = record.document_id
        document = None if ident is None else session().get_one(Document, ident)
        return document is not None and bool(document.current_no) and _outdated(record, document)


def _outdated(record: Any, document: Document) -> bool:
    """Asked of what the template names alone: a record may tell newer ones more."""
    now, made = values(session().get_one(type(record), record.id), document), filled(document)
    if now is None or made is None or document.template is None:
        return bool(made != now)
    named = [p for p in library.manifest_of(document.template).variables if "[]" not in p]
    return any(nested.get(made, path) != nested.get(now, path) for path in named)


def filled(document: Document) -> Any:
    """What the newest version that came from the template was filled with; None without one."""
    made = comparison.filled(document)
    return None if made is None else json.loads(made.merge_data or "null")


def values(record: Any, document: Document) -> Any:
    """What the paper's template would be filled with now."""
    if document.template_id is None:
        return None
    template = session().get_one(DocumentTemplate, document.template_id)
    return audit.plain(merge_data.values_for(record, template))
