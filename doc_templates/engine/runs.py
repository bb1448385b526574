"""Putting placeholders together that Word split over runs, and lowering block tags to Jinja."""

from __future__ import annotations

import re

from lxml import etree

from doc_templates.errors import PaperError
from doc_templates.parts import above, w

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Chinese input methods type full-width braces and Word curls quotes; inside a tag they are folded.
_FULL_WIDTH = str.maketrans(
    "｛｝％｜．，＝（）！［］　\u00a0“”„＂‘’",
    "{}%|.,=()![]  " + 4 * '"' + 2 * "'",
)
TAG = re.compile(r"[{｛](?:[{｛](.*?)[}｝]|[%％](.*?)[%％])[}｝]", re.S)
_BLOCK = re.compile(r"^\s*\{%\s*(p|tr|tc)\s+((?:(?!%\}).)*)%\}\s*$", re.S)
_INLINE_BLOCK = re.compile(r"\{%\s*(p|tr|tc|r)\s")
_LEFT_OVER = re.compile(r"[{｛][{｛%％]|[}｝%％][}｝]")
_BRACES = re.compile(r"[{｛][{｛%％#]|[}｝%％#][}｝]")
#: What would silently go with the paragraph or row of a block tag.
_HELD = tuple(
    w(name)
    for name in """
        sectPr drawing pict object fldChar fldSimple footnoteReference endnoteReference
    """.split()
)
_MARK = re.compile(r"<MARK[^>]*>(.*?)</MARK>", re.S)


def lowered(root: etree._Element, place: str) -> str:
    """The part as Jinja source: one run per placeholder, block tags in place of their paragraphs.

    Raises `PaperError` E_TAG where a block tag shares its paragraph or row with anything else
    (docxtpl would drop that without a word), E_UNCLOSED for braces that do not match, and
    E_CONSTRUCT for placeholders that stand in no text: in a field, in a picture's description.
    """
    for paragraph in list(root.iter(w("p"))):
        if not _attached(paragraph, root):
            continue
        text = _merged(paragraph)
        if _BRACES.search(text):
            _lower_block(paragraph, text, place)
    _refuse_elsewhere(root, place)
    source = etree.tostring(root, encoding="unicode")
    source = _MARK.sub(lambda found: found.group(1), source)
    return TAG.sub(lambda found: _unescaped(found.group()), source)


def _attached(element: etree._Element, root: etree._Element) -> bool:
    """A row taken out with its block tag takes its other paragraphs along."""
    return element is root or any(one is root for one in element.iterancestors())


def _unescaped(tag: str) -> str:
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        tag = tag.replace(entity, letter)
    return tag


def _lower_block(paragraph: etree._Element, text: str, place: str) -> None:
    block = _BLOCK.match(text)
    if block:
        level = w(block.group(1))
        whole = paragraph if level == w("p") else next(paragraph.iterancestors(level), None)
        if whole is None:
            raise PaperError("E_TAG", f"{place}: {text[:60]}", "not inside a table")
        alone = "".join(t.text or "" for t in whole.iter(w("t"))).strip() == text.strip()
        if not alone or next(whole.iter(*_HELD), None) is not None:
            raise PaperError("E_TAG", f"{place}: {text[:60]}")
        mark = etree.Element("MARK")
        mark.text, mark.tail = f"{{% {block.group(2).strip()} %}}", whole.tail
        above(whole).replace(whole, mark)
    elif "{#" in text or "#}" in text:
        raise PaperError("E_CONSTRUCT", f"{place}: {text[:60]}", "comment")
    elif _INLINE_BLOCK.search(text):
        raise PaperError("E_TAG", f"{place}: {text[:60]}")
    elif _LEFT_OVER.search(TAG.sub("", text)):
        raise PaperError("E_UNCLOSED", f"{place}: {text[:60]}")


def _refuse_elsewhere(root: etree._Element, place: str) -> None:
    """Only the text of a paper is filled: no field, no name, no description (documents.md 1.3)."""
    for element in root.iter(etree.Element):
        words = [*map(str, element.attrib.values()), element.tail or ""]
        if element.tag not in (w("t"), "MARK"):
            words.append(element.text or "")
        for text in words:
            if _BRACES.search(text):
                raise PaperError("E_CONSTRUCT", f"{place}: {text[:60]}", "not in the text")


def refuse_placeholders(root: etree._Element, place: str) -> None:
    """Raise `PaperError` E_CONSTRUCT for a placeholder in a part that is not filled.

    It would be printed as it is, or not be seen at all: comments, settings, stray headers.
    """
    for paragraph in (root, *root.iter(w("p"))):
        text = "".join(map(str, paragraph.itertext()))
        if found := TAG.search(text):
            raise PaperError("E_CONSTRUCT", f"{place}: {found.group()[:60]}", "not in the text")


def _merged(paragraph: etree._Element) -> str:
    """Let every placeholder of a paragraph stand in one text element; the first letter's look wins."""
    texts = [t for t in paragraph.iter(w("t")) if next(t.iterancestors(w("p"))) is paragraph]
    whole = "".join(t.text or "" for t in texts)
    if "{" not in whole and "｛" not in whole:
        return whole
    for element, parts in zip(texts, _dealt(texts, whole), strict=True):
        _write(element, "".join(parts))
    for mark in list(paragraph.iter(w("proofErr"))):
        above(mark).remove(mark)
    return "".join(t.text or "" for t in texts)


def _dealt(texts: list[etree._Element], whole: str) -> list[list[str]]:
    """What each text element holds once every tag has moved into the element it begins in."""
    bounds, at = [], 0
    for element in texts:
        bounds.append((at, at + len(element.text or "")))
        at = bounds[-1][1]
    dealt: list[list[str]] = [[] for _ in texts]

    def deal(start: int, end: int) -> None:
        for index, (low, high) in enumerate(bounds):
            if max(start, low) < min(end, high):
                dealt[index].append(whole[max(start, low) : min(end, high)])

    done = 0
    for tag in TAG.finditer(whole):
        deal(done, tag.start())
        owner = next(i for i, (low, high) in enumerate(bounds) if low <= tag.start() < high)
        dealt[owner].append(tag.group().translate(_FULL_WIDTH))
        done = tag.end()
    deal(done, len(whole))
    return dealt


def _write(element: etree._Element, text: str) -> None:
    if text != (element.text or ""):
        element.text = text
    if text != text.strip() or "{" in text:
        element.set(_SPACE, "preserve")
    run = above(element)
    others = [c for c in run if c.tag not in (w("rPr"), w("t"))]
    if not text and run.tag == w("r") and len(run.findall(w("t"))) == 1 and not others:
        above(run).remove(run)
