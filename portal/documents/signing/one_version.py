"""A signed copy is of one version: no page of it is another version's, by its footer or its code (R3.3.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pypdfium2

from doc_templates.builder.looks import LOOKS
from doc_templates.codes import codes_of_page
from portal.documents.models import Document
from portal.documents.papers import generation
from portal.kernel.errors import Invalid
from portal.kernel.words import _

#: What stands before the version in the footer of a paper, whatever its language.
_SAID = "|".join(sorted(re.escape(look.version) for look in LOOKS.values()))


def require(document: Document, pages: list[str], data: bytes | None) -> None:
    """Raise `Invalid` for the file field, naming the first page that is of another version.

    `data`: the file, to read the code of each page whose text tells none; that takes 40 to 120 ms
    a page. A code from before codes told the version is of any.
    """
    for at, text in enumerate(pages):
        told = set(_printed(document, text))
        if not told and data is not None:
            told = set(_coded(document, data, at))
        if other := told - {document.current_no}:
            said = _(
                "Page %(page)s of this file is of version %(v)s of this paper, and version %(now)s"
                " was approved. Bring a copy whose pages are all of the approved version.",
                page=at + 1,
                v=min(other),
                now=document.current_no,
            )
            raise Invalid({"file": said})


def _printed(document: Document, text: str) -> Iterator[int]:
    """The versions that a page prints beside the paper's number, as its footer does."""
    plain = unicodedata.normalize("NFKC", text)
    form = rf"{re.escape(document.no)}\s*(?:{_SAID})\s*:\s*([0-9]{{1,6}})(?![0-9])"
    return (int(one) for one in re.findall(form, plain))


def _coded(document: Document, data: bytes, at: int) -> Iterator[int]:
    """The versions that the codes of a page tell of this paper; none of a page that cannot be drawn."""
    try:
        codes = codes_of_page(data, at)
    except (pypdfium2.PdfiumError, IndexError):
        return
    for number, version in filter(None, map(generation.paper_in, codes)):
        if number == document.no and version is not None:
            yield version
