"""What changed: the redline against the version before, and against the unchanged template text."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from doc_templates.redline import Redline, redline
from doc_templates.stamp import stamp
from doc_templates.text import same_text
from portal.documents import classes, generation, storing, subjects, templates
from portal.documents.models import Document, DocumentTemplate, DocumentVersion
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.errors import Unseen


def with_previous(document: Document, number: int) -> Redline:
    """Version `number` against the newest stored version before it; raises `Unseen` without one."""
    earlier = [
        v.version_no
        for v in document.versions
        if v.kind == "docx" and v.state == "stored" and v.version_no < number
    ]
    if not earlier:
        raise Unseen
    return _compare(_bytes(document, max(earlier)), _bytes(document, number))


def with_template(document: Document, number: int) -> Redline:
    """Version `number` against what the unchanged template gives for the same data."""
    return _compare(standard_text(document), _bytes(document, number))


def standard_text(document: Document) -> bytes:
    """The paper as the template alone would print it with the last values it was filled with."""
    filled = [v for v in document.versions if v.kind == "docx" and v.merge_data]
    if not filled or document.template_id is None:
        raise Unseen
    with access.system():
        template = session().get_one(DocumentTemplate, document.template_id)
    word = templates.render(template, json.loads(filled[-1].merge_data or ""))
    return stamp(
        word, number=document.no, version=document.current_no, qr=generation.verify_url(document)
    )


def unchanged(document: Document) -> bool:
    """Unchanged standard text: the words equal the template's for its data, and no free value departs.

    Both halves of the ruling: the bytes' text equals render(template, data), and the manifest
    names no reason why the values are not standard (R8.1.2).
    """
    version = document.file("docx")
    if version is None or document.template_id is None:
        return False
    return not departures(document) and same_text(storing.read(version), standard_text(document))


def departures(document: Document) -> list[str]:
    """Why the values themselves are not standard (free text filled, another law, outside limits)."""
    filled = [v for v in document.versions if v.kind == "docx" and v.merge_data]
    if not filled or document.template_id is None:
        return ["no template"]
    with access.system():
        template = session().get_one(DocumentTemplate, document.template_id)
    locale = classes.PAPER_LOCALE[template.locale]
    values = json.loads(filled[-1].merge_data or "")
    return templates.manifest_of(template).changed_text(values, locale, _approved_values(document))


def _approved_values(document: Document) -> dict[str, list[Any]]:
    """What the company's settings offer for this record: choosing it is no change of the text."""
    found: dict[str, list[Any]] = {}
    for link in document.links:
        record = subjects.subject_of(link) if link.role == "main" else None
        if record is None:
            continue
        with access.system():
            offered = subjects.subject(link.subject_type).defaults(record)
        for group, values in offered.items():
            found |= {f"{group}.{name}": [value] for name, value in values.items()}
    return found


def _bytes(document: Document, number: int) -> bytes:
    version: DocumentVersion | None = document.file("docx", number)
    if version is None:
        raise Unseen
    return storing.read(version)


def _compare(old: bytes, new: bytes) -> Redline:
    return _redline(old, new)


@lru_cache(8)
def _redline(old: bytes, new: bytes) -> Redline:
    return redline(old, new, author="Portal", at=clock.now())
