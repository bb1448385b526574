"""What the parts of a Word file may hold: allow-listed types, relations and fields, nothing active.

Nothing that fetches, runs or hides gets in, and whoever opens the file sees the words that the
portal reads, compares and has approved (documents.md 1.3).
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from doc_templates.errors import PaperError
from doc_templates.hiding import check_words
from doc_templates.parts import w

_TYPE = re.compile(
    r"application/(xml|vnd\.openxmlformats-(officedocument|package)[\w.+-]*|vnd\.ms-word\.[\w.+-]*)"
    r"|image/(png|jpeg|gif|bmp|x-emf|x-wmf|tiff)"
)
#: An embedded font can draw a 1 as a 9.
_ACTIVE_TYPE = re.compile(
    r"macroEnabled|vbaProject|vbaData|oleObject|activeX|attachedToolbars|control|"
    r"embeddedPackage|keyMapCustomizations|obfuscatedFont",
    re.I,
)
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#: Where parts with words must lie: whoever reads, compares or fills a paper looks there.
_PLACES = {
    "officeDocument": re.compile(r"word/document\.xml"),
    "header": re.compile(r"word/header\d*\.xml"),
    "footer": re.compile(r"word/footer\d*\.xml"),
    "footnotes": re.compile(r"word/footnotes\.xml"),
    "endnotes": re.compile(r"word/endnotes\.xml"),
    "styles": re.compile(r"word/styles\.xml"),
    "numbering": re.compile(r"word/numbering\.xml"),
}
_LINKED = re.compile(
    r"/(attachedTemplate|oleObject|frame|subDocument|vbaProject|control|afChunk|aFChunk|package|"
    r"mailMergeSource|recipientData|externalLink\w*)$"
)
_WORDS = re.compile(r'"[^"]*"?|[^\s"]+')
_WEB = re.compile(r"(https?://|mailto:)", re.I)
#: The only fields a paper needs; a whitelist, as Word keeps adding others.
FIELDS = frozenset(
    "PAGE NUMPAGES SECTION SECTIONPAGES REF PAGEREF TOC HYPERLINK SEQ STYLEREF".split()
)
_CHANGES = tuple(
    """
    ins del moveFrom moveTo rPrChange pPrChange sectPrChange tblPrChange tcPrChange trPrChange
    tblGridChange tblPrExChange numberingChange cellIns cellDel cellMerge customXmlInsRangeStart
    customXmlDelRangeStart
    """.split()
)
#: Elements that bring in, run or hide something. A bound control shows what lies elsewhere in the
#: file, whatever its own text says; a mail merge asks a database when the file is opened.
_ACTIVE = ("altChunk", "object", "control", "subDoc", "mailMerge")
_BINDING = "{*}dataBinding"  # newer Word binds whole passages under a name of its own
#: What pictures begin with: PNG, JPEG, GIF, BMP, TIFF, EMF, WMF.
_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\1\0\0\0",
    b"\xd7\xcd\xc6\x9a",
    b"\1\0\t\0",
)
_VML = ("{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}")


def check_types(root: etree._Element) -> None:
    """The content types: no macros, objects, fonts or other documents (E_CT)."""
    kinds = {entry.get("PartName"): entry.get("ContentType") for entry in root}
    if kinds.get("/word/document.xml", _MAIN_TYPE) != _MAIN_TYPE:
        raise PaperError("E_CT", "/word/document.xml", str(kinds["/word/document.xml"])[:120])
    for entry in root:
        kind = entry.get("ContentType", "")
        if _ACTIVE_TYPE.search(kind) or not _TYPE.fullmatch(kind):
            raise PaperError(
                "E_CT", entry.get("PartName") or entry.get("Extension") or "", kind[:80]
            )


def check_relations(name: str, root: etree._Element) -> None:
    """The relations of a part: only links to the web lead outside, parts with words lie where they
    are looked for (E_REL, E_EXTERNAL, E_NAME).
    """
    for entry in root:
        kind, target = entry.get("Type", ""), entry.get("Target", "")
        last = kind.rsplit("/", 1)[-1]
        if _LINKED.search(kind):
            raise PaperError("E_REL", name, last)
        if entry.get("TargetMode", "Internal") != "Internal":
            if not (last == "hyperlink" and _WEB.match(target)):
                raise PaperError("E_EXTERNAL", name, f"{last}: {target[:80]}")
        elif "\\" in target or ":" in target or target.startswith("//"):
            raise PaperError("E_EXTERNAL", name, f"{last}: {target[:80]}")
        elif last in _PLACES and not _PLACES[last].fullmatch(_member(name, target)):
            raise PaperError("E_NAME", name, f"{last}: {target[:80]}")


def _member(relations: str, target: str) -> str:
    """The member a relation of this part points to."""
    folder = posixpath.dirname(posixpath.dirname(relations))
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def check_part(name: str, root: etree._Element, tracked: bool) -> None:
    """One XML part (E_ACTIVE, E_EXTERNAL, E_FIELD, what `check_words` refuses); unless `tracked`,
    E_TRACKED and E_COMMENT.
    """
    if not name.startswith("word/"):
        return
    active = next(root.iter(*map(w, _ACTIVE), _BINDING), None)
    if active is not None:
        raise PaperError("E_ACTIVE", name, etree.QName(active).localname)
    if not tracked and next(root.iter(*map(w, _CHANGES)), None) is not None:
        raise PaperError("E_TRACKED", name)
    if not tracked and next(root.iter(w("comment"), w("commentReference")), None) is not None:
        raise PaperError("E_COMMENT", name)
    for element in root.iter(*(f"{space}*" for space in _VML)):
        _check_drawing(name, element)
    for code in _field_codes(root):
        _check_field(name, code)
    check_words(name, root)


def check_picture(name: str, body: bytes) -> None:
    """A picture is one by its content, which is what converters go by (E_CT)."""
    if not body.startswith(_PICTURES):
        raise PaperError("E_CT", name, "not a picture")


def _check_drawing(name: str, element: etree._Element) -> None:
    """Old drawings may name a picture or a page without a relation."""
    for key, value in element.attrib.items():
        local = etree.QName(key).localname
        linked = local in ("src", "althref", "href") and value != ""
        if linked and not (local == "href" and _WEB.match(value)):
            raise PaperError("E_EXTERNAL", name, f"{local}: {value[:80]}")


def _field_codes(root: etree._Element) -> Iterator[str]:
    """Every field's code, put together again where Word split it over several runs.

    Plain text between a field's begin and its separator is code as well.
    """
    for simple in root.iter(w("fldSimple")):
        yield simple.get(w("instr"), "")
    parts: list[str] = []
    results: list[bool] = []  # one per open field: whether its result has begun
    for element in root.iter(w("fldChar"), w("instrText"), w("delInstrText"), w("t")):
        if element.tag == w("t"):
            if results and not results[-1]:
                parts.append(element.text or "")
            continue
        if element.tag != w("fldChar"):
            parts.append(element.text or "")
            continue
        if parts:
            yield "".join(parts)
            parts = []
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            results.append(False)
        elif results and kind == "separate":
            results[-1] = True
        elif results:
            results.pop()
    if parts:
        yield "".join(parts)


def _check_field(name: str, code: str) -> None:
    words = _WORDS.findall(code)
    if not words:
        return
    if words[0].upper() not in FIELDS:
        raise PaperError("E_FIELD", name, words[0][:40])
    for before, word in itertools.pairwise(words):
        target = word.strip('"')
        if before == "\\o" or re.fullmatch(r"\\[a-zA-Z*@#!]", word):  # a tip, a switch
            continue
        page = before.upper() == "HYPERLINK"
        if (page or re.search(r"[:/\\]", target)) and not _WEB.match(target):
            raise PaperError("E_FIELD", name, target[:80])
