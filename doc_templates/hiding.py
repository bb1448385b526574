"""Words that one reader of a Word file sees and another does not: hidden, struck, drawn or said twice.

The portal reads, compares and has approved the text elements of a file; Word and LibreOffice show
more and less than those. What they would show otherwise does not get in.
"""

from __future__ import annotations

from lxml import etree

from doc_templates.errors import PaperError
from doc_templates.parts import W, w

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = ("0", "false", "off")
_VML = "{urn:schemas-microsoft-com:vml}"
#: Signs that are no text: a glyph of a font, today's date, a page number outside of a field.
_SIGNS = ("sym", "pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong")
#: Fonts whose letters are pictures: an "x" in them may be read as a cross or a tick.
_SYMBOL_FONTS = ("symbol", "wingdings", "webdings", "zapf dingbats", "marlett", "mt extra")
#: Where words may stand. Programs that do not know another namespace leave out what is in it.
_KNOWN = "|".join(
    (
        "",
        W,
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
        "urn:schemas-microsoft-com:vml",
        "",
    )
)
_FOREIGN = etree.XPath(
    "(//w:t[ancestor::*[not(contains($known, concat('|', namespace-uri(), '|')))]])[1]",
    namespaces={"w": W},
)


def check_words(name: str, root: etree._Element) -> None:
    """One part of a Word file; raises `PaperError` E_HIDDEN, E_STRUCK, E_SIGN or E_TWOFOLD."""
    if _switched_on(root, "vanish", "specVanish"):
        raise PaperError("E_HIDDEN", name)
    if _switched_on(root, "strike", "dstrike"):
        raise PaperError("E_STRUCK", name)
    if (sign := _sign(name, root)) is not None:
        raise PaperError("E_SIGN", name, sign[:80])
    if any(_says_two_things(choice) for choice in root.iter(f"{_MC}AlternateContent")):
        raise PaperError("E_TWOFOLD", name)
    if _FOREIGN(root, known=_KNOWN):
        raise PaperError("E_TWOFOLD", name, "words in an unknown frame")


def _switched_on(root: etree._Element, *switches: str) -> bool:
    return any(one.get(w("val"), "1") not in _OFF for one in root.iter(*map(w, switches)))


def _sign(name: str, root: etree._Element) -> str | None:
    """What shows as a sign or a drawing of words, not as text; bullets of lists are none."""
    for element in root.iter(*map(w, _SIGNS)):
        return str(etree.QName(element).localname)
    for element in root.iter("{*}t"):  # words of a formula, a chart, a drawing
        if element.tag != w("t") and (element.text or "").strip():
            return element.text
    for element in root.iter(f"{_VML}textpath"):
        if element.get("string", "").strip():
            return element.get("string")
    if name != "word/numbering.xml":
        for element in root.iter(w("rFonts")):
            for font in element.attrib.values():
                if str(font).lower().startswith(_SYMBOL_FONTS):
                    return str(font)
    return None


def _says_two_things(choice: etree._Element) -> bool:
    """Whether the ways to show one passage differ in their words: each program takes one of them."""
    said = {"".join(text.text or "" for text in way.iter(w("t"))) for way in choice}
    return len(said) > 1
