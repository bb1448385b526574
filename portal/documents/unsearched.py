"""What of a paper is never searched: identity numbers and home addresses, whoever may read the paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from doc_templates.manifest import nested
from portal.documents import templates
from portal.documents.models import Document, DocumentTemplate
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
    with access.system():
        template = session().get_one(DocumentTemplate, document.template_id)
    manifest = templates.manifest_of(template)
    paths = [path for path, one in manifest.variables.items() if one.sensitive]
    if not paths:
        return
    for version in document.versions:
        values = json.loads(version.merge_data or "{}") if version.template_id else {}
        for path in paths:
            said = "".join(str(nested.get(values, path) or "").split())
            if len(said) >= _SHORTEST:
                yield r"\s*".join(map(re.escape, said))
