"""What a template is filled with: its defaults, what was entered, what the record says."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from portal.documents import classes, subjects
from portal.documents.models import Document, DocumentTemplate
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import session

#: Nested as the template's manifest names them: ``{"client": {"name": …}}``.
Values = dict[str, Any]


def values_for(record: Any, template: DocumentTemplate) -> Values:
    """What the template is filled with: defaults, then what was entered, then the record's facts."""
    use = subjects.use_of(record)
    manifest = library.manifest_of(template)
    locale = classes.PAPER_LOCALE[template.locale]
    values = manifest.defaults(locale)
    merge(values, use.defaults(record))
    merge(values, getattr(record, use.details) or {})
    merge(values, use.facts(record))
    printed = classes.PRINTED[locale][_class_of(record, template)]
    merge(values, {"classification": printed})
    return values


def _class_of(record: Any, template: DocumentTemplate) -> str:
    """The class the paper has in the register, once it is there; what the record asks for is more."""
    use = subjects.use_of(record)
    registered = template.classification
    if (ident := getattr(record, f"{use.paper}_id")) is not None:
        with access.system():
            paper = session().get_one(Document, ident, populate_existing=True)
            registered = paper.classification
    return classes.higher(registered, use.classification(record))


def merge(values: Values, more: Values) -> None:
    """Put nested values over nested values, in place; what is put is left as it is."""
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(values.get(name), dict):
            merge(values[name], value)
        else:
            values[name] = deepcopy(value)
