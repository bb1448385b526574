"""The paragraph styles of a paper; their names are what legal staff see in Word."""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from doc_templates.builder.looks import LATIN, Look
from doc_templates.builder.numbering import ANNEX, ARTICLE, RECITAL

_BLACK = RGBColor(0, 0, 0)
_THEME = ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme")


@dataclass(frozen=True)
class _Style:
    """Differences of a style from the body text; sizes relative to it, distances in points."""

    name: str
    bigger: float = 0
    bold: bool = False
    heading: bool = False
    before: float = 0
    after: float = 0
    align: WD_ALIGN_PARAGRAPH | None = None
    keep_next: bool = False
    new_page: bool = False
    outline: int | None = None
    number: tuple[int, int] | None = None
    indent: float = 0
    exact: float = 0  # a line of this height, whatever stands in it


_STYLES = (
    _Style("Title", 6, True, True, 0, 14, WD_ALIGN_PARAGRAPH.CENTER, True),
    _Style("Heading 1", 1, True, True, 12, 4, keep_next=True, outline=0, number=(ARTICLE, 0)),
    _Style("Heading 2", 1, True, True, 10, 4, keep_next=True, outline=1),
    _Style(
        "Annex Heading",
        3,
        True,
        True,
        0,
        10,
        keep_next=True,
        new_page=True,
        outline=0,
        number=(ANNEX, 0),
    ),
    _Style("Clause", after=3, number=(ARTICLE, 1)),
    _Style("Subclause", after=2, number=(ARTICLE, 2)),
    _Style("Annex Clause", after=3, number=(ANNEX, 1)),
    _Style("Annex Subclause", after=2, number=(ANNEX, 2)),
    _Style("Recital", after=3, number=(RECITAL, 0)),
    _Style("Definition", after=3, indent=1),
    _Style("Text", after=4),
    _Style("Table Text", -1.5, before=1.5, after=1.5),
    _Style("Table Heading", -1.5, True, True, 2, 2, keep_next=True),
    _Style("Signature", before=3, after=3, keep_next=True),
    _Style(
        "Signature Note", -2, align=WD_ALIGN_PARAGRAPH.CENTER, before=14, after=6, keep_next=True
    ),
    _Style("Gap", -8, exact=3),
    # So low that it never takes a page of its own: a file cannot end with a table.
    _Style("Signature End", -8, exact=0.7),
    _Style("Header", -2.5),
    _Style("Footer", -2.5),
)


def add_styles(document: Document, look: Look, *, dense: bool = False) -> None:
    """Make the styles of `look`; `dense` for forms that have to fit on one page."""
    size, line = (10.5, 14) if dense else (look.size, look.line)
    _defaults(document, look)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _fonts(normal, look.body_font)
    normal.font.size = Pt(size)
    for style in _STYLES:
        _make(document, style, look, size, line)


def _make(document: Document, style: _Style, look: Look, size: float, line: float) -> None:
    known = style.name in [s.name for s in document.styles]
    made = (
        document.styles[style.name]
        if known
        else document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    )
    assert isinstance(made, ParagraphStyle)
    _clear(made)
    made.base_style = document.styles["Normal"]
    made.next_paragraph_style = made
    made.quick_style = True
    _fonts(made, look.heading_font if style.heading else look.body_font)
    made.font.size = Pt(max(3, size + style.bigger))
    made.font.bold = style.bold or None
    made.font.color.rgb = _BLACK
    shape = made.paragraph_format
    shape.space_before, shape.space_after = Pt(style.before), Pt(style.after)
    shape.keep_with_next = style.keep_next or None
    shape.page_break_before = style.new_page or None
    shape.widow_control = True
    small = style.name.startswith(("Table", "Header", "Footer"))
    shape.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    shape.line_spacing = Pt(max(3, (size + style.bigger) * 1.2) if small else line)
    if style.exact:
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = Pt(style.exact)
    shape.alignment = style.align or (_body_alignment(look) if not style.heading else None)
    _number(made, style, look)


def _body_alignment(look: Look) -> WD_ALIGN_PARAGRAPH | None:
    return WD_ALIGN_PARAGRAPH.JUSTIFY if look.justify else None


def _number(made: ParagraphStyle, style: _Style, look: Look) -> None:
    """Link the style to its numbering; definitions stand where numbered paragraphs begin."""
    properties = made.element.get_or_add_pPr()
    if style.number is not None:
        key, level = style.number
        numbering = properties.get_or_add_numPr()
        numbering.get_or_add_ilvl().val = level
        numbering.get_or_add_numId().val = key
    if style.indent:
        made.paragraph_format.left_indent = Pt(look.article[1].left / 20)
    if style.outline is not None:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(style.outline))
        properties.append(outline)


def _clear(style: ParagraphStyle) -> None:
    """Take away what the blank document's style says of its own, its character twin included."""
    for name in ("w:pPr", "w:rPr", "w:link"):
        found = style.element.find(qn(name))
        if found is not None:
            style.element.remove(found)


def _fonts(style: ParagraphStyle, east_asian: str) -> None:
    """Name the fonts outright: theme fonts would override the East-Asian one."""
    style.font.name = LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:cs"), LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)
    for name in _THEME:
        fonts.attrib.pop(qn(name), None)


def _defaults(document: Document, look: Look) -> None:
    """Fonts and language of everything that has no style: the regional glyphs hang on it."""
    defaults = document.styles.element.find(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
    )
    for child in list(defaults):
        defaults.remove(child)
    fonts = OxmlElement("w:rFonts")
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), look.body_font)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), look.east_asia)
    defaults.append(fonts)
    defaults.append(language)
