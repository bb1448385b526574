"""The headings of a Word file: what stands in which article."""

from __future__ import annotations

from lxml import etree

from doc_templates.parts import PARSER, w
from doc_templates.references import numbers_of


def headings(root: etree._Element, members: dict[str, bytes]) -> dict[etree._Element, str]:
    """Paragraph -> heading with its number, for paragraphs of the first outline level."""
    styles = _styles(members)
    numbers = numbers_of(root, members)
    return {
        paragraph: f"{numbers[paragraph]}\u2003{words}" if paragraph in numbers else words
        for paragraph in root.iter(w("p"))
        if _style(paragraph) in styles
        for words in ["".join(text.text or "" for text in paragraph.iter(w("t")))]
    }


def _styles(members: dict[str, bytes]) -> set[str]:
    if "word/styles.xml" not in members:
        return {"Heading1"}
    styles = etree.fromstring(members["word/styles.xml"], PARSER)
    return {
        style.get(w("styleId"), "")
        for style in styles.iter(w("style"))
        if (level := style.find(f"{w('pPr')}/{w('outlineLvl')}")) is not None
        and level.get(w("val")) == "0"
    }


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else style.get(w("val"), "")
