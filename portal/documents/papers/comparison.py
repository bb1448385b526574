"""What changed: the redline against the version before, and against the unchanged template text."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from doc_templates.manifest import Manifest
from doc_templates.redline import Redline, redline
from doc_templates.stamp import stamp
from portal.documents import classes, subjects
from portal.documents.archive import objects
from portal.documents.models import Document, DocumentTemplate, DocumentVersion
from portal.documents.papers import checkout, generation
from portal.documents.word_templates import library
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.errors import Unseen

#: While what the paper says may still be approved, or put right.
OPEN = ("draft", "in_review", "approved", "out_for_signature")


def with_previous(document: Document, number: int) -> Redline:
    """Version `number` against the newest stored version before it; raises `Unseen` without one."""
    earlier = [
        v.version_no
        for v in document.versions
        if v.kind == "docx" and v.state == "stored" and v.version_no < number
    ]
    if not earlier:
        raise Unseen
    return _redline(_bytes(document, max(earlier)), _bytes(document, number))


def with_template(document: Document, number: int) -> Redline:
    """Version `number` against what the unchanged template gives for the same data."""
    return _redline(standard_text(document), _bytes(document, number))


def standard_text(document: Document) -> bytes:
    """The paper as the template alone would print it with the last values it was filled with."""
    if (made := filled(document)) is None:
        raise Unseen
    word = library.render(template_of(made), json.loads(made.merge_data or ""))
    now = document.current_no
    code = generation.verify_url(document, now)
    return stamp(word, number=document.no, version=now, qr=code)


def printed_otherwise(document: Document, number: int) -> dict[str, list[str]] | None:
    """What the PDF of a version does not print of its Word file (`missing`), and what it prints
    besides (`added`); None when it prints every word and no other.
    """
    version = document.file("docx", number)
    if version is None or version.printed_otherwise is None:
        return None
    told: dict[str, list[str]] = json.loads(version.printed_otherwise)
    return told


def places(document: Document) -> int | None:
    """In how many places a version edited in Word differs from the unchanged template.

    None for a version the portal made, and once the paper is signed.
    """
    if (
        document.state not in OPEN
        or not checkout.edited_by_hand(document)
        or filled(document) is None
    ):
        return None
    return with_template(document, document.current_no).places


def unchanged(document: Document) -> bool:
    """Unchanged standard text: made by the portal, word for word, and no free value departs.

    Both halves of the ruling: what the portal made is render(template, data), and its hash is kept;
    and nothing says why the values are not standard (R8.1.2). A file that somebody edited in Word
    is never that: words can be made to say something else by their form alone.
    """
    return document.file("docx") is not None and not departures(document)


def departures(document: Document) -> list[str]:
    """Why the paper is not standard whatever its words: edited in Word, free text filled, another
    law, outside limits.
    """
    if checkout.edited_by_hand(document):
        return ["edited in Word"]
    if (made := filled(document)) is None:
        return ["no template"]
    manifest, values, locale = filled_with(made)
    return manifest.changed_text(values, locale, _approved_values(document))


def filled_with(version: DocumentVersion) -> tuple[Manifest, dict[str, Any], str]:
    """The manifest a version was made by, the values it was filled with, the papers' language."""
    template = template_of(version)
    values = json.loads(version.merge_data or "")
    return library.manifest_of(template), values, classes.PAPER_LOCALE[template.locale]


def filled(document: Document) -> DocumentVersion | None:
    """The newest stored version that was made from a template."""
    found = (v for v in reversed(document.versions) if v.state == "stored" and v.template_id)
    return next(found, None)


def printed_class(document: Document) -> str | None:
    """The class its newest text prints, where it has another since; in the paper's language (R8.1.3)."""
    if (made := filled(document)) is None or not made.merge_data:
        return None
    manifest, values, locale = filled_with(made)
    printed = values.get("classification")
    same = printed == classes.PRINTED[locale][document.classification]
    return None if same or "classification" not in manifest.variables else printed


def template_of(version: DocumentVersion) -> DocumentTemplate:
    """The template a version was made from, whoever may see it."""
    with access.system():
        return session().get_one(DocumentTemplate, version.template_id)


def _approved_values(document: Document) -> dict[str, list[Any]]:
    """What the company's settings offer for this record: choosing it is no change of the text."""
    record = subjects.record_of(document)
    if record is None:
        return {}
    with access.system():
        offered = subjects.use_of(record).defaults(record)
    return {
        f"{group}.{name}": [value]
        for group, values in offered.items()
        for name, value in values.items()
    }


def _bytes(document: Document, number: int) -> bytes:
    version: DocumentVersion | None = document.file("docx", number)
    if version is None:
        raise Unseen
    return objects.read(version)


@lru_cache(8)
def _redline(old: bytes, new: bytes) -> Redline:
    return redline(old, new, author="Portal", at=clock.now())
