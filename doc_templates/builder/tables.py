"""Tables: headings repeated on every page, rows that stay whole, widths from what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Twips
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Cell, _Row

from doc_templates.builder.fields import attach
from doc_templates.builder.inline import add_text
from doc_templates.builder.source import Table
from doc_templates.builder.widths import column_widths

_SHADE = "EFEFEF"
#: Rows that are left open for a signature or a seal.
_SIGNED = re.compile(r"[:：]$|簽章|簽名|印章|盖章|签字|签名|[Ss]ignature|[Ss]eal\b")


def add_table(
    document: Document, table: Table, numbers: Mapping[str, str], width: int
) -> WordTable:
    """Append `table` over `width` (EMU); control rows are merged into one cell."""
    rows = table.rows
    made: WordTable = document.add_table(len(rows), len(rows[0]), "Table Grid")
    _fix_widths(made, width, _shares(document, rows, width))
    heads = _headings(rows)
    form = _is_form(rows)
    for index, (cells, row) in enumerate(zip(rows, made.rows, strict=True)):
        _keep_whole(row, repeat=index < heads and not form)
        head = index < heads
        for place, cell in _filled(row, cells):
            label = form and place % 2 == 0
            _write(cell, cells[place], numbers, head=head or label)
            if head or label:
                _shade(cell)
            if form:  # a label of two lines stands beside a value of one
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            if not form and any("| money" in other[place] for other in rows):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row in made.rows[: _together(rows, heads)]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    return made


def _together(rows: list[list[str]], heads: int) -> int:
    """How many rows from the top stay with the row after them.

    All of a short table; of one with a loop, which may become longer than a page, its heading
    alone: a chain of rows that fits on no page is moved away from its heading as a whole.
    """
    if any(row[0].startswith("{%tr") for row in rows):
        return heads
    return len(rows) - 1 if len(rows) <= 8 else 2


def add_signatures(
    document: Document, table: Table, numbers: Mapping[str, str], width: int
) -> WordTable:
    """Append the signature table: no lines, room for seals, never parted over two pages."""
    rows = table.rows
    made: WordTable = document.add_table(len(rows), len(rows[0]))
    _fix_widths(made, width, [1.0] * len(rows[0]))
    for index, (cells, row) in enumerate(zip(rows, made.rows, strict=True)):
        _keep_whole(row)
        room = 1150 if _for_seal(cells) else 800 if 0 < index < len(rows) - 1 else 560
        row.height = Twips(room)
        for place, cell in _filled(row, cells):
            _write(cell, cells[place], numbers, head=False, style="Signature")
    return made


def _for_seal(cells: list[str]) -> bool:
    """Whether the row is left open for a signature or a seal."""
    return any(_SIGNED.search(cell) for cell in cells)


def _headings(rows: list[list[str]]) -> int:
    """How many rows head the table: a banner over several columns has a second row below it."""
    banner = len(rows[0]) > 2 and not any(rows[0][1:])
    loops = len(rows) > 2 and rows[2][0].startswith("{%tr")
    return 2 if banner and loops else 1


def _is_form(rows: list[list[str]]) -> bool:
    """Label and value side by side, with nothing repeated."""
    loops = any(row[0].startswith("{%tr") for row in rows)
    return not loops and (len(rows[0]) == 2 or not any(rows[0][1:]))


def _filled(row: _Row, cells: list[str]) -> list[tuple[int, _Cell]]:
    """The cells to write; empty ones right of the first are merged into it."""
    if cells[0] and len(cells) > 2:
        span = next((i for i, text in enumerate(cells) if i and text), len(cells))
        if span > 1:
            first = row.cells[0].merge(row.cells[span - 1])
            return [(0, first), *((i, row.cells[i]) for i in range(span, len(cells)))]
    return list(enumerate(row.cells))


def _write(
    cell: _Cell, text: str, numbers: Mapping[str, str], *, head: bool, style: str | None = None
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style or ("Table Heading" if head else "Table Text")
    add_text(paragraph, text, numbers)
    if style is None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _keep_whole(row: _Row, *, repeat: bool = False) -> None:
    properties = row._tr.get_or_add_trPr()
    attach(properties, OxmlElement("w:cantSplit"))
    if repeat:
        attach(properties, OxmlElement("w:tblHeader"))


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    attach(cell._tc.get_or_add_tcPr(), shade)


def _shares(document: Document, rows: list[list[str]], width: int) -> list[float]:
    """What each column gets, in proportion."""
    if len(rows[0]) == 2 and _is_form(rows):  # party tables stand below each other: one grid
        return [2.0, 3.0]
    size = cast(ParagraphStyle, document.styles["Table Text"]).font.size
    assert size is not None
    return column_widths(rows, width / (size / 2))


def _fix_widths(made: WordTable, width: int, shares: list[float]) -> None:
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for share, column in zip(shares, made.columns, strict=True):
        column.width = Emu(int(width * share / sum(shares)))
    for row in made.rows:
        for cell, column in zip(row.cells, made.columns, strict=True):
            cell.width = column.width
