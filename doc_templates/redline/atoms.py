"""A paragraph as a row of atoms: words with their form, and what cannot be taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from doc_templates.parts import w
from doc_templates.redline.revisions import is_stamped

_TOKEN = re.compile(r"\d[\d,.]*\d%?|\d%?|[A-Za-z]+(?:['’][A-Za-z]+)?|\s+|.", re.S)
_CONTAINERS = frozenset(w(name) for name in ("hyperlink", "sdt", "smartTag", "fldSimple"))
_MARKS = frozenset((w("bookmarkStart"), w("bookmarkEnd")))
_COUNTED = ("PAGE", "NUMPAGES", "SECTIONPAGES")


@dataclass(frozen=True)
class Atom:
    """The smallest thing a redline marks.

    `key` decides equality. Words have `text` and the form `rpr`; everything else has `nodes`,
    the runs or containers to copy, and the text seen in them.
    """

    key: str
    text: str
    rpr: etree._Element | None = None
    nodes: tuple[etree._Element, ...] = ()

    @property
    def word(self) -> bool:
        """Whether the atom is plain text."""
        return not self.nodes


def own_text(element: etree._Element) -> str:
    """The visible text of a paragraph, run or container."""
    return "".join(t.text or "" for t in element.iter(w("t")))


def atoms(paragraph: etree._Element) -> list[Atom]:
    """The atoms of a paragraph in order; bookmarks are not among them."""
    return list(_atoms(paragraph))


def bookmarks(paragraph: etree._Element, kind: str) -> list[etree._Element]:
    """The paragraph's own bookmark starts or ends (`kind` = bookmarkStart, bookmarkEnd)."""
    return [child for child in paragraph if child.tag == w(kind)]


def _atoms(paragraph: etree._Element) -> Iterator[Atom]:
    field: list[etree._Element] = []  # the runs of the complex field we are inside of
    depth = 0
    for child in paragraph:
        if child.tag == w("r"):
            change = _depth(child)
            if field or change > 0:
                field.append(child)
                depth += change
                if depth <= 0:
                    yield _field(field)
                    field, depth = [], 0
                continue
            yield from _run(child)
        elif field and child.tag not in _MARKS:
            field.append(child)
        elif child.tag in _CONTAINERS:
            yield _container(child)
    for run in field:  # a field that is not closed: its runs as they are
        yield from _run(run) if run.tag == w("r") else ()


def _depth(run: etree._Element) -> int:
    kinds = [mark.get(w("fldCharType")) for mark in run.iter(w("fldChar"))]
    return kinds.count("begin") - kinds.count("end")


def _field(runs: list[etree._Element]) -> Atom:
    code = " ".join("".join(c.text or "" for r in runs for c in r.iter(w("instrText"))).split())
    text = "" if code.startswith(_COUNTED) else "".join(own_text(run) for run in runs)
    return Atom(f"field {code} {text}", text, None, tuple(runs))


def _container(element: etree._Element) -> Atom:
    if element.tag == w("sdt") and is_stamped(element):
        tag = element.find(f"{w('sdtPr')}/{w('tag')}")
        assert tag is not None
        return Atom(f"stamp {tag.get(w('val'))}", "", None, (element,))
    text = own_text(element)
    return Atom(f"{element.tag!s} {text}", text, None, (element,))


def _run(run: etree._Element) -> Iterator[Atom]:
    rpr = run.find(w("rPr"))
    for child in run:
        if child.tag == w("t"):
            for token in _TOKEN.finditer(child.text or ""):
                yield Atom(token.group(), token.group(), rpr)
        elif child.tag != w("rPr") and isinstance(child.tag, str):
            yield Atom(_object_key(child), "", rpr, (_single(run, child),))


def _single(run: etree._Element, child: etree._Element) -> etree._Element:
    """A run of its own around one child of a run with several."""
    if len([c for c in run if c.tag != w("rPr")]) == 1:
        return run
    alone = etree.Element(w("r"), nsmap=run.nsmap)
    for part in (run.find(w("rPr")), child):
        if part is not None:
            alone.append(etree.fromstring(etree.tostring(part, with_tail=False)))
    return alone


def _object_key(child: etree._Element) -> str:
    """Equal objects have equal keys, whatever ids the file gives them."""
    names = [p.get("descr") or p.get("name") or "" for p in child.iter() if "docPr" in str(p.tag)]
    return f"{child.tag!s} {' '.join(names)} {child.get(w('type'), '')}"
