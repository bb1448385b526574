"""Headings that were left behind at the foot of a page, which a joined layout does at times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from doc_templates.parts import PARSER, w
from doc_templates.text import pdf_pages
from doc_templates.zipped import read_members

_FOOTER = re.compile(r"word/footer\d*\.xml")


def left_behind(word: bytes, pdf: bytes) -> bool:
    """Whether a heading of `word` ends a page of its PDF; also when that cannot be told."""
    members = read_members(word)
    headings = tuple(filter(None, _headings(members)))
    feet = tuple(filter(None, _first_lines(members)))
    return any(_ends_with_heading(page, headings, feet) for page in pdf_pages(pdf))


def _ends_with_heading(page: str, headings: tuple[str, ...], feet: tuple[str, ...]) -> bool:
    lines = [line for line in map(_packed, page.split("\n")) if line]
    foot = next((place for place, line in enumerate(lines) if line.startswith(feet)), None)
    return foot is None or (foot > 0 and lines[foot - 1].endswith(headings))


def _headings(members: dict[str, bytes]) -> Iterator[str]:
    """The texts of all paragraphs whose style has an outline level."""
    styles = {
        style.get(w("styleId"))
        for style in etree.fromstring(members["word/styles.xml"], PARSER).iter(w("style"))
        if style.find(f"{w('pPr')}/{w('outlineLvl')}") is not None
    }
    for paragraph in etree.fromstring(members["word/document.xml"], PARSER).iter(w("p")):
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        if style is not None and style.get(w("val")) in styles:
            yield _text(paragraph)


def _first_lines(members: dict[str, bytes]) -> Iterator[str]:
    """How the footers begin."""
    for name in filter(_FOOTER.fullmatch, members):
        paragraphs = etree.fromstring(members[name], PARSER).iter(w("p"))
        yield next((text for text in map(_text, paragraphs) if text), "")


def _text(paragraph: etree._Element) -> str:
    return _packed("".join(text.text or "" for text in paragraph.iter(w("t"))))


def _packed(text: str) -> str:
    return "".join(text.split())
