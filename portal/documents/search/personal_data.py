"""What of a paper is never searched: identity numbers and home addresses, whoever may read the paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import select

from doc_templates.manifest import nested
from portal.documents.models import Document, DocumentTemplate
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import session

#: Shorter values stand in other words too.
_SHORTEST = 4


def without_personal(document: Document, pages: list[str]) -> list[str]:
    """The words of the pages without the values that the paper's manifest calls sensitive (R8.1.3).

    A value counts however the lines of the page break it.
    """
    hidden = "|".join(_patterns(document))
    return [re.sub(hidden, " ", page) for page in pages] if hidden else pages


def _patterns(document: Document) -> Iterator[str]:
    if document.template_id is None:
        return
    kept = DocumentTemplate.__table__.c  # the table itself: whoever may see the template
    row = session().execute(select(kept.id, kept.sha256).where(kept.id == document.template_id))
    if not (paths := _sensitive(*row.one())):
        return
    for version in document.versions:
        values = json.loads(version.merge_data or "{}") if version.template_id else {}
        for path in paths:
            said = "".join(str(nested.get(values, path) or "").split())
            if len(said) >= _SHORTEST:
                yield r"\s*".join(map(re.escape, said))


@lru_cache(64)
def _sensitive(template_id: int, _sha256: str) -> tuple[str, ...]:
    """The sensitive variables of a template, of which nothing changes any more; read once."""
    with access.system():
        template = session().get_one(DocumentTemplate, template_id)
    variables = library.manifest_of(template).variables
    return tuple(path for path, one in variables.items() if one.sensitive)
