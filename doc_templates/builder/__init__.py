"""From a paper's Markdown source to a genuine Word template that legal staff can edit."""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document
from docx.text.paragraph import Paragraph as WordParagraph

from doc_templates.builder.fields import add_bookmark
from doc_templates.builder.finish import finish
from doc_templates.builder.inline import add_text
from doc_templates.builder.looks import LOOKS, Look
from doc_templates.builder.numbering import ANNEX, ARTICLE, RECITAL, add_numbering
from doc_templates.builder.page import set_page
from doc_templates.builder.source import (
    Block,
    Control,
    Heading,
    Item,
    Paragraph,
    Source,
    SourceError,
    Table,
    read_source,
)
from doc_templates.builder.styles import add_styles
from doc_templates.builder.tables import add_signatures, add_table
from doc_templates.references import chinese_number

__all__ = ["SourceError", "build"]


def build(text: str) -> bytes:
    """The Word template of a paper's source; the same text always gives the same bytes.

    Raises `SourceError` for a line the dialect does not know, a reference to nothing, or bold
    that is not closed.
    """
    source = read_source(text)
    look = LOOKS[source.front["locale"]]
    dense = source.front.get("page", "").startswith("one")
    document = docx.Document()
    add_numbering(document, look)
    add_styles(document, look, dense=dense)
    width = set_page(document, source.front, look, dense=dense)
    _Writer(document, source, look, width).write()
    return finish(document, source.front["title"], "Legal")


class _Writer:
    """Writes the blocks one by one; knows in which part of the paper it is."""

    def __init__(self, document: Document, source: Source, look: Look, width: int) -> None:
        self.document, self.source, self.width = document, source, width
        self.numbers = _numbers(source, look)
        self.part = "head"  # head, recitals, article, annex
        self.marks = 0
        self.signing = False

    def write(self) -> None:
        """Write everything; the text before the signatures is kept on their page."""
        for block in self.source.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Item():
                self._item(block)
            case Table():
                self._table(block)
            case Control():
                self.document.add_paragraph(block.text, "Text")
            case Paragraph(mark="signatures"):
                self._keep_last()
                self._add(block.text, "Signature Note")
                self.signing = True
            case Paragraph():
                self._add(block.text, "Text")

    def _add(self, text: str, style: str, number: tuple[int, int] | None = None) -> WordParagraph:
        paragraph = self.document.add_paragraph(style=style)
        if number is not None:
            properties: Any = paragraph._p.get_or_add_pPr()  # numPr is not in the library's types
            properties = properties.get_or_add_numPr()
            properties.get_or_add_ilvl().val = number[1]
            properties.get_or_add_numId().val = number[0]
        add_text(paragraph, text, self.numbers)
        return paragraph

    def _heading(self, block: Heading) -> None:
        if block.mark == "title":
            self._add(block.text, "Title")
            return
        if block.annex:
            self.part = "annex"
            paragraph = self._add(block.text, "Annex Heading", (ANNEX, 0))
        elif block.level == 2:
            self.part = "article"
            paragraph = self._add(block.text, "Heading 1", (ARTICLE, 0))
        else:
            self.part = "recitals" if block.id == "recitals" else self.part
            paragraph = self._add(block.text, "Heading 2")
        if block.id is not None:
            self.marks += 1
            add_bookmark(paragraph, block.id, self.marks)

    def _item(self, block: Item) -> None:
        if self.part == "recitals":
            self._add(block.text, "Recital", (RECITAL, 0))
        elif block.definition:
            self._add(block.text, "Definition")
        else:
            annex = self.part == "annex"
            style = ("Annex " if annex else "") + ("Clause", "Subclause")[block.depth - 1]
            style = style if not annex or block.depth == 1 else "Annex Subclause"
            self._add(block.text, style, (ANNEX if annex else ARTICLE, block.depth))

    def _table(self, block: Table) -> None:
        if self.signing:
            add_signatures(self.document, block, self.numbers, self.width)
            self.document.add_paragraph(style="Signature End")
            self.signing = False
        else:
            add_table(self.document, block, self.numbers, self.width)
            self.document.add_paragraph(style="Gap")

    def _keep_last(self) -> None:
        """The last paragraph of the text stays with the signatures: no page of signatures alone."""
        for paragraph in self.document.paragraphs[-2:]:
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.keep_together = True


def _numbers(source: Source, look: Look) -> dict[str, str]:
    """The number each heading has when every optional article is there, by heading id."""
    counts = {"article": 0, "annex": 0}
    numbers: dict[str, str] = {}
    for block in source.blocks:
        if not isinstance(block, Heading) or not (block.annex or block.level == 2):
            continue
        kind = "annex" if block.annex else "article"
        counts[kind] += 1
        level = (look.annex if block.annex else look.article)[0]
        number = str(counts[kind]) if level.format == "decimal" else chinese_number(counts[kind])
        if block.id is not None:
            numbers[block.id] = level.text.replace("%1", number)
    return numbers
