"""The page: margins, header, footer with number, version, page count and QR code."""

from __future__ import annotations

import io
import re
from typing import Any

import segno
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm, Emu, Pt
from docx.table import Table, _Cell

from doc_templates.builder.fields import add_field, control
from doc_templates.builder.inline import add_run
from doc_templates.builder.looks import Look

_SIDES = re.compile(r"　| {3,}| \| ")
_NUMBER = re.compile(r"^(.*?)(\{\{.*?\}\})(.*)$")
_QR_SIZE = Cm(1.5)


def set_page(document: Document, front: dict[str, str], look: Look, *, dense: bool) -> int:
    """Set up the page from the front matter; returns the width of the text in EMU."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    side = Cm(1.8) if dense else Cm(2.5)
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = Cm(2.0 if dense else 2.4), Cm(2.8)
    section.header_distance, section.footer_distance = Cm(1.1), Cm(0.7)
    width = section.page_width - 2 * side
    _header(section, front["header"], width)
    _footer(section, front, look, width)
    return width


def _header(section: Section, text: str, width: int) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.style = "Header"
    paragraph.paragraph_format.tab_stops.add_tab_stop(Emu(width), WD_TAB_ALIGNMENT.RIGHT)
    for index, part in enumerate(_SIDES.split(text, maxsplit=1)):
        if index:
            paragraph.add_run("\t")
        add_run(paragraph, part)
    _line(paragraph._p.get_or_add_pPr(), "bottom")


def _footer(section: Section, front: dict[str, str], look: Look, width: int) -> None:
    footer = section.footer
    below = footer.paragraphs[0]
    below.style = "Gap"
    table = footer.add_table(1, 2, Emu(width))
    table.autofit = False
    _flush(table)
    below._p.addprevious(table._tbl)
    sizes = (Emu(width - Cm(2)), Cm(2))
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    for cell, size in zip(table.rows[0].cells, sizes, strict=True):
        cell.width = size
        cell.paragraphs[0].style = "Footer"
        _border(cell)
    left, right = table.rows[0].cells
    _words(left, front["footer"], look)
    _qr(right, front["qr"])


def _flush(table: Table) -> None:
    """Without margins in its cells, so that the table ends where the text does on both sides."""
    sides = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    properties: Any = table._tblPr
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    look = properties.find(qn("w:tblLook"))  # Word wants this order
    properties.append(margins) if look is None else look.addprevious(margins)


def _words(cell: _Cell, text: str, look: Look) -> None:
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError(f"the footer names no number: {text}")
    first = cell.paragraphs[0]
    add_run(first, match[1])
    control(add_run(first, match[2]), "portal:number", "Number")
    add_run(first, f"{match[3]}　　{look.version}{look.colon}")
    control(add_run(first, "—"), "portal:version", "Version")
    second = cell.add_paragraph(style="Footer")
    before, between, after = look.page
    add_run(second, before)
    add_field(second, "PAGE", "1")
    add_run(second, between)
    add_field(second, "NUMPAGES", "1")
    if after:
        add_run(second, after)


def _qr(cell: _Cell, variable: str) -> None:
    """A placeholder picture whose alternative text names the variable with the address."""
    picture = io.BytesIO()
    segno.make("PLACEHOLDER", error="m", boost_error=False).save(
        picture, kind="png", scale=4, border=1
    )
    picture.seek(0)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_before = Pt(4)  # clear of the line above
    run = paragraph.add_run()
    shape = run.add_picture(picture, width=_QR_SIZE, height=_QR_SIZE)
    shape._inline.docPr.set("descr", f"qr:{variable}")
    shape._inline.docPr.set("name", "QR")
    control(run, "portal:qr", "QR")


def _border(cell: _Cell) -> None:
    properties: Any = cell._tc.get_or_add_tcPr()
    properties.append(
        parse_xml(
            f"<w:tcBorders {nsdecls('w')}>"
            '<w:top w:val="single" w:sz="4" w:space="0" w:color="808080"/></w:tcBorders>'
        )
    )


def _line(properties: object, side: str) -> None:
    border = parse_xml(
        f"<w:pBdr {nsdecls('w')}>"
        f'<w:{side} w:val="single" w:sz="4" w:space="2" w:color="808080"/></w:pBdr>'
    )
    style = properties.find(qn("w:pStyle"))  # type: ignore[attr-defined]
    style.addnext(border)
