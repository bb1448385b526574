"""Revisions that are already in a Word file: accepting them, and reading a file as accepted or not."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from doc_templates.parts import PARSER, w
from doc_templates.stamp import STAMPED
from doc_templates.zipped import read_members

_ADDED = (w("ins"), w("moveTo"))
_REMOVED = (w("del"), w("moveFrom"))
_CHANGES = tuple(
    w(name)
    for name in """
        rPrChange pPrChange sectPrChange tblPrChange tcPrChange trPrChange tblPrExChange
        tblGridChange numberingChange cellIns cellDel cellMerge moveFromRangeStart
        moveFromRangeEnd moveToRangeStart moveToRangeEnd
    """.split()
)
_COMMENTS = tuple(
    w(name) for name in ("commentRangeStart", "commentRangeEnd", "commentReference", "proofErr")
)


def accept(root: etree._Element) -> int:
    """Accept every revision in `root`, in place; returns how many there were."""
    return settle_revisions(root, gone=_REMOVED, kept=_ADDED)


def drop_comments(root: etree._Element) -> None:
    """Take out the marks of comments and of the spelling check: they are not the paper's words."""
    for mark in list(root.iter(*_COMMENTS)):
        _remove(mark)


def settle_revisions(root: etree._Element, *, gone: tuple[str, ...], kept: tuple[str, ...]) -> int:
    """Take out what is marked with `gone`, unmark what is marked with `kept`; returns the number."""
    count = _rows(root, gone)
    ending = [p for p in root.iter(w("p")) if _mark(p, gone) is not None]
    for element in list(root.iter(*gone)):
        parent = element.getparent()
        if parent is not None and str(parent.tag) not in (w("rPr"), w("trPr")):
            _remove(element)
            count += 1
    for paragraph in ending:
        _join_next(paragraph)
        count += 1
    for element in list(root.iter(*gone, *kept)):
        parent = element.getparent()
        if parent is not None:
            count += element.tag in kept
            _unwrap(element)
    for element in list(root.iter(*_CHANGES)):
        _remove(element)
        count += 1
    for text in list(root.iter(w("delText"))):
        text.tag = w("t")
    for code in list(root.iter(w("delInstrText"))):
        code.tag = w("instrText")
    return count


def _rows(root: etree._Element, gone: tuple[str, ...]) -> int:
    rows = [
        r for r in root.iter(w("tr")) if any(r.find(f"{w('trPr')}/{k}") is not None for k in gone)
    ]
    for row in rows:
        table = row.getparent()
        _remove(row)
        if table is not None and table.find(f".//{w('tr')}") is None:
            _remove(table)
    return len(rows)


def _mark(paragraph: etree._Element, kinds: tuple[str, ...]) -> etree._Element | None:
    """The mark that says the end of a paragraph was added or removed."""
    for kind in kinds:
        found = paragraph.find(f"{w('pPr')}/{w('rPr')}/{kind}")
        if found is not None:
            return found
    return None


def _join_next(paragraph: etree._Element) -> None:
    """A paragraph without its end runs on into the next one, which keeps its own form."""
    content = [child for child in paragraph if child.tag != w("pPr")]
    following = paragraph.getnext()
    if following is None or following.tag != w("p"):
        if content or following is None:
            return  # nothing to run on into: it stays
    else:
        place = 0 if following.find(w("pPr")) is None else 1
        for child in reversed(content):
            following.insert(place, child)
    _remove(paragraph)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(place, child)
    parent.remove(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def resolve(data: bytes, *, accept: bool) -> list[str]:
    """The paragraphs of a redline once all its revisions are accepted or rejected.

    Reads headers, text, notes and footers, without empty paragraphs and without the controls the
    portal stamps. For tests: accepting gives the new paper's words, rejecting the old one's.
    """
    gone, kept = (_REMOVED, _ADDED) if accept else (_ADDED, _REMOVED)
    lines: list[str] = []
    members = read_members(data)
    for name in sorted(n for n in members if n.startswith("word/") and n.endswith(".xml")):
        if not any(
            key in name for key in ("document", "header", "footer", "footnotes", "endnotes")
        ):
            continue
        root = etree.fromstring(members[name], PARSER)
        settle_revisions(root, gone=gone, kept=kept)
        lines += [text for p in root.iter(w("p")) if (text := "".join(_texts(p))).strip()]
    return lines


def _texts(paragraph: etree._Element) -> Iterator[str]:
    for text in paragraph.iter(w("t")):
        owner = next(a for a in text.iterancestors(w("p")))
        if owner is paragraph and not in_stamped(text) and not _counted(text):
            yield text.text or ""


def in_stamped(element: etree._Element) -> bool:
    """Whether the element stands in a control that the portal stamps."""
    return any(is_stamped(above) for above in element.iterancestors(w("sdt")))


def is_stamped(control: etree._Element) -> bool:
    """Whether a content control is one that the portal stamps."""
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    return tag is not None and tag.get(w("val")) in STAMPED


def _counted(text: etree._Element) -> bool:
    """Whether the text is the result of a page number field."""
    run = text.getparent()
    depth = 0
    for sibling in () if run is None else run.itersiblings(preceding=True):
        mark = sibling.find(w("fldChar"))
        kind = None if mark is None else mark.get(w("fldCharType"))
        depth += {"end": 1, "begin": -1}.get(kind or "", 0)
        code = sibling.find(w("instrText"))
        if depth == 0 and code is not None:
            return (code.text or "").split()[:1] in (["PAGE"], ["NUMPAGES"], ["SECTIONPAGES"])
        if depth < 0:
            return False
    return False
