"""The words of Word and PDF files, for reading, comparing and searching."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from doc_templates.parts import PARSER, w
from doc_templates.pdfium import opened
from doc_templates.references import numbers_of, settle
from doc_templates.zipped import read_members

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Parts with words, in reading order.
_PARTS = tuple(
    re.compile(rf"^word/{name}\.xml$")
    for name in (r"header\d*", "document", "footnotes", "endnotes", r"footer\d*")
)
#: Stands in `margins` where a page number is printed.
COUNTED = "\0"
_COUNTED = re.compile(r"^\s*(PAGE|NUMPAGES|SECTIONPAGES)\b")


def word_text(data: bytes) -> list[str]:
    """The paragraphs of a Word file in reading order: headers, text, notes, footers.

    Text in deleted revisions is left out, text boxes are read once. The file must have passed
    the package policy.
    """
    members = read_members(data)
    return [
        "".join(_pieces(paragraph))
        for part in _PARTS
        for name in sorted(filter(part.match, members))
        for paragraph in etree.fromstring(members[name], PARSER).iter(w("p"))
        if not _left_out(paragraph)
    ]


def pdf_pages(data: bytes) -> list[str]:
    """The text layer of a PDF by page; empty texts for scans.

    Raises `pypdfium2.PdfiumError` when the file cannot be read.
    """
    with opened(data) as document:
        texts = []
        for page in document:
            layer = page.get_textpage()
            texts.append(layer.get_text_bounded().replace("\r\n", "\n"))
            layer.close()
            page.close()
        return texts


def numbered_text(data: bytes) -> str:
    """The body of a Word file as it is printed: its paragraphs, a line each, with their numbers."""
    members = read_members(settle(data))
    root = etree.fromstring(members["word/document.xml"], PARSER)
    numbers = numbers_of(root, members)
    return "\n".join(
        numbers.get(paragraph, "") + "".join(_pieces(paragraph))
        for paragraph in root.iter(w("p"))
        if not _left_out(paragraph)
    )


def units(root: etree._Element) -> dict[etree._Element, str]:
    """The words of each paragraph and each row of a table; the cells of a row on lines of their own."""
    found: dict[etree._Element, list[str]] = {}
    for paragraph in root.iter(w("p")):
        if not _left_out(paragraph):
            rows = list(paragraph.iterancestors(w("tr")))
            found.setdefault(rows[-1] if rows else paragraph, []).append(
                "".join(_pieces(paragraph))
            )
    return {unit: "\n".join(lines) for unit, lines in found.items()}


def margins(data: bytes) -> tuple[list[str], list[str]]:
    """The headers and the footers of a Word file; `COUNTED` stands where pages are counted."""
    members = read_members(data)
    headers: list[str] = []
    footers: list[str] = []
    for kind, texts in (("header", headers), ("footer", footers)):
        for name in sorted(n for n in members if re.fullmatch(rf"word/{kind}\d*\.xml", n)):
            root = etree.fromstring(members[name], PARSER)
            paragraphs = root.iter(w("p"))
            texts.append("\n".join("".join(_pieces(p, COUNTED)) for p in paragraphs))
    return headers, footers


def repeated_rows(data: bytes) -> list[str]:
    """The heading rows of tables, which a table that runs on prints again on the next page."""
    root = etree.fromstring(read_members(data)["word/document.xml"], PARSER)
    return [
        "\n".join("".join(_pieces(p)) for p in row.iter(w("p")))
        for row in root.iter(w("tr"))
        if row.find(w("trPr") + "/" + w("tblHeader")) is not None
    ]


def _left_out(element: etree._Element) -> bool:
    """Whether an ancestor takes the element out: a second rendering or a deletion."""
    for above in element.iterancestors():
        if above.tag in (_FALLBACK, w("del"), w("moveFrom")):
            return True
        if above.tag == w("tr") and above.find(w("trPr") + "/" + w("del")) is not None:
            return True
    return False


def _pieces(paragraph: etree._Element, counted: str | None = None) -> Iterator[str]:
    """The visible texts of a paragraph itself, not of text boxes in it.

    Page numbers as the file says them, or each piece of one as `counted`.
    """
    codes: list[str] = []  # instructions of the fields we are inside of
    todo = [iter(paragraph)]
    while todo:
        element = next(todo[-1], None)
        if element is None:
            todo.pop()
            continue
        tag = element.tag
        if tag == w("fldChar"):
            kind = element.get(w("fldCharType"))
            if kind == "begin":
                codes.append("")
            elif kind == "end" and codes:
                codes.pop()
        elif tag == w("instrText") and codes:
            codes[-1] += element.text or ""
        elif tag == w("t"):
            page = counted is not None and any(_COUNTED.match(code) for code in codes)
            yield (counted or "") if page else element.text or ""
        elif tag in (w("tab"), w("br"), w("cr")):
            yield " "
        elif tag == w("noBreakHyphen"):
            yield "-"
        elif tag == w("fldSimple") and _COUNTED.match(element.get(w("instr"), "")):
            yield "".join(element.itertext(w("t"))) if counted is None else counted
        elif not _closed(element):
            todo.append(iter(element))


def _closed(element: etree._Element) -> bool:
    if element.tag in (w("pPr"), w("rPr"), w("p"), w("del"), w("moveFrom"), _FALLBACK):
        return True
    return not isinstance(element.tag, str) or element.tag == w("txbxContent")
