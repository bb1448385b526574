"""The text of one paragraph: bold, cross references, line breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from doc_templates.builder.fields import add_reference
from doc_templates.builder.source import SourceError

_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_PART = re.compile(r"(\*\*|\{ref:[\w-]+\})")


def add_text(paragraph: Paragraph, text: str, numbers: Mapping[str, str]) -> None:
    """Append `text` to `paragraph`; `numbers` are the numbers of the headings, by id.

    Raises `SourceError` for a reference to nothing and for bold that is not closed.
    """
    bold = False
    for part in _PART.split(text):
        if part == "**":
            bold = not bold
        elif part.startswith("{ref:"):
            target = part[5:-1]
            if target not in numbers:
                raise SourceError(f"reference to an unknown heading: {target}")
            add_reference(paragraph, target, numbers[target], bold=bold)
        elif part:
            add_run(paragraph, part).bold = bold or None
    if bold:
        raise SourceError(f"bold is not closed: {text[:60]}")


def add_run(paragraph: Paragraph, text: str) -> Run:
    """Append a run; beside Chinese text the shared quotation marks come from the Chinese font."""
    run = paragraph.add_run(text)
    if _HAN.search(text):
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    return run
