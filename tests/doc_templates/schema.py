"""What Word wants of a file beyond well-formed XML: the order of children, one of each, whole tables.

LibreOffice and python-docx take any order; Word calls the file damaged. The orders are those of
ISO/IEC 29500 (transitional), for every element the papers and redlines use; another one is a fault.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from doc_templates.zipped import read_members

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BORDERS = "top left start bottom right end insideH insideV tl2br tr2bl between bar"
#: Children in the order of the schema, each at most once unless it ends with an asterisk.
ORDER = {
    "document": "background body",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
    "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr "
    "sectPr pPrChange",
    "rPr": "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline "
    "shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs "
    "highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath "
    "rPrChange",
    "numPr": "ilvl numId numberingChange ins",
    "pBdr": "top left bottom right between bar",
    "tabs": "tab*",
    "tbl": "bookmarkStart* bookmarkEnd* tblPr tblGrid tr*",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
    "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription "
    "tblPrChange",
    "tblGrid": "gridCol* tblGridChange",
    "tblBorders": _BORDERS,
    "tcBorders": _BORDERS,
    "tblCellMar": "top left start bottom right end",
    "tr": "tblPrEx trPr tc*",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
    "vAlign hideMark cellIns cellDel cellMerge tcPrChange",
    "sectPr": "headerReference* footerReference* footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings sectPrChange",
    "sdt": "sdtPr sdtEndPr sdtContent",
    "sdtPr": "rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding label tabIndex "
    "equation comboBox date docPartObj docPartList dropDownList picture richText text citation "
    "group bibliography",
    "numbering": "numPicBullet* abstractNum* num* numIdMacAtCleanup",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl*",
    "num": "abstractNumId lvlOverride*",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "styles": "docDefaults latentStyles style*",
    "docDefaults": "rPrDefault pPrDefault",
    "rPrDefault": "rPr",
    "pPrDefault": "pPr",
    "latentStyles": "lsdException*",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden "
    "unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr "
    "tcPr tblStylePr*",
    "fonts": "font*",
    "font": "altName panose1 charset family notTrueType pitch sig embedRegular embedBold embedItalic "
    "embedBoldItalic",
    "settings": "writeProtection view zoom removePersonalInformation removeDateAndTime "
    "doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText mirrorMargins "
    "alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop "
    "hideSpellingErrors hideGrammaticalErrors proofState formsDesign attachedTemplate linkStyles "
    "stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions "
    "documentProtection autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop "
    "autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps evenAndOddHeaders "
    "bookFoldPrinting defaultTableStyle characterSpacingControl printTwoOnOne noLineBreaksAfter "
    "noLineBreaksBefore savePreviewPicture updateFields hdrShapeDefaults footnotePr endnotePr compat "
    "docVars rsids mathPr themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats "
    "doNotAutoCompressPictures forceUpgrade captions shapeDefaults decimalSymbol listSeparator",
    "compat": "useFELayout compatSetting*",
    "rsids": "rsidRoot rsid*",
    "webSettings": "encoding optimizeForBrowser allowPNG doNotSaveAsSingleFile",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "pic": "nvPicPr blipFill spPr",
}
#: Elements whose children may follow each other in any order after the one that must be first.
FIRST = {"p": "pPr", "r": "rPr", "tc": "tcPr"}
FREE = frozenset(
    "body hdr ftr sdtContent ins del trPr drawing shapeDefaults pPrChange rPrChange".split()
)
_OTHERS = frozenset(("inline", "pic"))
_PARTS = re.compile(
    r"word/(document|styles|numbering|settings|fontTable|webSettings|header\d*|footer\d*)\.xml"
)


def faults(word: bytes) -> list[str]:
    """Whatever Word would stumble over in the file, part by part; empty when it would not."""
    members = read_members(word)
    roots = {name: etree.fromstring(members[name]) for name in members if _PARTS.fullmatch(name)}
    found = [f"{name}: {fault}" for name, root in roots.items() for fault in misplaced(root)]
    found += [f"{name}: {fault}" for name, root in roots.items() for fault in _torn(root)]
    return found + list(_unrelated(members))


def _unrelated(members: dict[str, bytes]) -> Iterator[str]:
    """Parts without a content type, relations to parts that are not there."""
    types = etree.fromstring(members["[Content_Types].xml"])
    known = {entry.get("PartName", "").lstrip("/") for entry in types}
    ends = {entry.get("Extension") for entry in types}
    for name in members:
        if name != "[Content_Types].xml" and name not in known and name.split(".")[-1] not in ends:
            yield f"{name}: no content type"
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in etree.fromstring(members[name]):
                target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
                if relation.get("TargetMode") != "External" and target not in members:
                    yield f"{name}: {target} is not there"


def misplaced(root: etree._Element) -> Iterator[str]:
    """Elements whose children are unknown, come twice or stand in another order."""
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if not (element.tag.startswith(W) or name in _OTHERS) or len(element) == 0:
            continue
        names = [etree.QName(child).localname for child in element if _ordinary(child, name)]
        if name in ORDER:
            yield from _ordered(name, names)
        elif name in FIRST:
            if FIRST[name] in names[1:]:
                yield f"{name}: {FIRST[name]} is not first"
        elif name not in FREE:
            yield f"{name}: not known"


def _ordinary(child: etree._Element, parent: str) -> bool:
    """Word's own later elements carry another namespace and may stand anywhere."""
    if child.tag.startswith(W) or parent in _OTHERS:
        return True
    return parent == "settings" and "schemas.openxmlformats.org" in child.tag


def _ordered(name: str, names: list[str]) -> Iterator[str]:
    order = ORDER[name].split()
    ranks = {word.rstrip("*"): rank for rank, word in enumerate(order)}
    if name == "sectPr":  # references of headers and footers mix
        ranks["footerReference"] = ranks["headerReference"]
    if unknown := [child for child in names if child not in ranks]:
        yield f"{name}: {unknown[0]} is not known in it"
        return
    placed = [ranks[child] for child in names]
    if placed != sorted(placed):
        yield f"{name}: {' '.join(names)}"
    for child, times in Counter(names).items():
        if times > 1 and f"{child}*" not in order:
            yield f"{name}: {child} {times} times"


def _torn(root: etree._Element) -> Iterator[str]:
    """Cells without a last paragraph, rows of another width than their table, marks that come twice."""
    for cell in root.iter(f"{W}tc"):
        if len(cell) == 0 or cell[-1].tag != f"{W}p":
            yield "a cell does not end with a paragraph"
    for table in root.iter(f"{W}tbl"):
        wide = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(f"{W}tr"):
            if sum(map(_span, row.findall(f"{W}tc"))) != wide:
                yield "a row is not as wide as its table"
    body = root.find(f"{W}body")
    if body is not None and (len(body) == 0 or body[-1].tag != f"{W}sectPr"):
        yield "the body does not end with its section"
    for tag, key in (("bookmarkStart", "name"), ("bookmarkStart", "id"), ("bookmarkEnd", "id")):
        marks = Counter(mark.get(f"{W}{key}", "") for mark in root.iter(f"{W}{tag}"))
        yield from (f"{tag} {mark} {times} times" for mark, times in marks.items() if times > 1)
    for mark in root.iter(f"{W}bookmarkStart"):
        if len(mark.get(f"{W}name", "")) > 40:
            yield f"bookmark {mark.get(f'{W}name')} is too long"


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else int(span.get(f"{W}val", "1"))
