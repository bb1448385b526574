"""Real revision marks: runs, paragraphs and rows as Word writes them when changes are tracked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Literal

from lxml import etree

from doc_templates.parts import w
from doc_templates.redline.atoms import Atom, atoms, bookmarks

Kind = Literal["ins", "del"]
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: What points into the old package and would be broken in the new one.
_FOREIGN = tuple(
    w(n) for n in ("drawing", "pict", "object", "footnoteReference", "endnoteReference")
)


class Marker:
    """Makes marks of one author at one time, each with an id of its own."""

    def __init__(self, author: str, at: dt.datetime) -> None:
        self.author = author
        self.at = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.last = 900_000
        self.lost = 0  # objects of the old file that could not be shown

    def mark(self, kind: Kind) -> etree._Element:
        """An empty mark."""
        self.last += 1
        element = etree.Element(w(kind))
        element.set(w("id"), str(self.last))
        element.set(w("author"), self.author)
        element.set(w("date"), self.at)
        return element

    def runs(self, row: Sequence[Atom], kind: Kind | None) -> Iterator[etree._Element]:
        """The atoms as runs, marked with `kind`; words of one form share a run."""
        place = 0
        while place < len(row):
            atom = row[place]
            if not atom.word:
                yield from self._objects(atom, kind)
                place += 1
                continue
            end = place
            while end < len(row) and row[end].word and row[end].rpr is atom.rpr:
                end += 1
            run = _run("".join(a.text for a in row[place:end]), atom.rpr, kind == "del")
            yield self._wrap(run, kind)
            place = end

    def _wrap(self, run: etree._Element, kind: Kind | None) -> etree._Element:
        if kind is None:
            return run
        mark = self.mark(kind)
        mark.append(run)
        return mark

    def _objects(self, atom: Atom, kind: Kind | None) -> Iterator[etree._Element]:
        if kind == "del" and atom.key.startswith("stamp "):
            return  # the portal's own controls are no words of the paper
        for node in atom.nodes:
            copy = deepcopy(node)
            copy.tail = None
            if kind is None:
                yield copy
            elif copy.tag == w("r"):
                yield from self._marked([copy], kind)
            elif kind == "ins":
                for run in list(copy.iter(w("r"))):
                    parent = run.getparent()
                    assert parent is not None
                    mark = self.mark("ins")
                    parent.replace(run, mark)
                    mark.append(run)
                yield copy
            else:
                yield from self._marked(list(copy.iter(w("r"))), kind)

    def _marked(self, runs: list[etree._Element], kind: Kind) -> Iterator[etree._Element]:
        for run in runs:
            if kind == "del":
                if any(True for _ in run.iter(*_FOREIGN)):
                    self.lost += 1
                    continue
                _as_deleted(run)
            yield self._wrap(run, kind)

    def paragraph(self, paragraph: etree._Element, kind: Kind) -> etree._Element:
        """A whole paragraph that was added or removed, its end included."""
        new = etree.Element(w("p"), nsmap=paragraph.nsmap)
        found = paragraph.find(w("pPr"))
        properties = etree.SubElement(new, w("pPr")) if found is None else deepcopy(found)
        new.insert(0, properties)
        section = properties.find(w("sectPr"))
        if kind == "del" and section is not None:
            properties.remove(section)
            section = None
        rpr = properties.find(w("rPr"))
        if rpr is None:
            rpr = etree.Element(w("rPr"))
            properties.insert(len(properties) - (section is not None), rpr)
        rpr.insert(0, self.mark(kind))
        keep = kind == "ins"
        new.extend(deepcopy(m) for m in bookmarks(paragraph, "bookmarkStart") if keep)
        new.extend(self.runs(atoms(paragraph), kind))
        new.extend(deepcopy(m) for m in bookmarks(paragraph, "bookmarkEnd") if keep)
        return new

    def row(self, row: etree._Element, kind: Kind) -> etree._Element:
        """A whole table row that was added or removed."""
        new = deepcopy(row)
        properties = new.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            new.insert(0 if new.find(w("tblPrEx")) is None else 1, properties)
        properties.append(self.mark(kind))
        for paragraph in list(new.iter(w("p"))):
            parent = paragraph.getparent()
            if parent is not None and not any(True for _ in paragraph.iterancestors(w("p"))):
                parent.replace(paragraph, self.paragraph(paragraph, kind))
        return new

    def block(self, block: etree._Element, kind: Kind) -> etree._Element:
        """A whole paragraph or table that was added or removed."""
        if block.tag == w("p"):
            return self.paragraph(block, kind)
        new = deepcopy(block)
        for row in list(new.findall(w("tr"))):
            new.replace(row, self.row(row, kind))
        return new


def _run(text: str, rpr: etree._Element | None, deleted: bool) -> etree._Element:
    run = etree.Element(w("r"))
    if rpr is not None:
        run.append(deepcopy(rpr))
    element = etree.SubElement(run, w("delText" if deleted else "t"))
    element.text = text
    element.set(_SPACE, "preserve")
    return run


def _as_deleted(run: etree._Element) -> None:
    for text in run.iter(w("t")):
        text.tag = w("delText")
        text.set(_SPACE, "preserve")
    for code in run.iter(w("instrText")):
        code.tag = w("delInstrText")
