"""Many copies of one template as one Word file: every copy a section with numbering of its own."""

from __future__ import annotations

import ctypes
import io
import posixpath
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import pypdfium2
from lxml import etree
from pypdfium2 import raw

from doc_templates.parts import PARSER, w
from doc_templates.pdfium import opened
from doc_templates.references import Numbering
from doc_templates.zipped import read_members, write_members

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OWN = ("word/document.xml", "word/_rels/document.xml.rels")
_NOTES = re.compile(r"^word/(footnotes|endnotes|comments)\.xml$")
_SHARED = ("word/styles.xml", "word/numbering.xml", "word/settings.xml")
_PAGES = re.compile(r"^\s*NUMPAGES\b")
_MARK = "portalcopy%d"  # letters and digits: others are written in another way


@dataclass(frozen=True)
class Joined:
    """The copies as one Word file, each expected to fill `pages` pages."""

    data: bytes
    copies: int
    pages: int


def join(docs: Sequence[bytes], pages: int) -> Joined | None:
    """Put `docs` together; None when they are not copies of one template or hold notes.

    `pages` is what a copy fills alone: it is printed where the copies count their own pages.
    """
    packages = [read_members(data) for data in docs]
    first = packages[0]
    alike = all(package.get(name) == first.get(name) for package in packages for name in _SHARED)
    if not alike or any(_NOTES.match(name) for package in packages for name in package):
        return None
    return Joined(_Joiner(first, pages).all(packages), len(docs), pages)


def cut(pdf: bytes, joined: Joined) -> dict[int, bytes]:
    """The copies that came out with the expected number of pages, by their position."""
    done: dict[int, bytes] = {}
    with opened(pdf) as document:
        starts = [_page_of(document, _MARK % index) for index in range(joined.copies)]
        ends = [*starts[1:], len(document)]
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if start < 0 or end - start != joined.pages:
                continue
            part = pypdfium2.PdfDocument.new()
            part.import_pages(document, list(range(start, end)))
            out = io.BytesIO()
            part.save(out)
            part.close()
            done[index] = out.getvalue()
    return done


def _page_of(document: pypdfium2.PdfDocument, name: str) -> int:
    """The page of a named destination, -1 when it is not there."""
    target = raw.FPDF_GetNamedDestByName(document.raw, ctypes.create_string_buffer(name.encode()))
    return raw.FPDFDest_GetDestPageIndex(document.raw, target) if target else -1


class _Joiner:
    """Collects the parts of the joined package."""

    def __init__(self, first: dict[str, bytes], pages: int) -> None:
        self.pages = pages
        self.members = {n: b for n, b in first.items() if n not in _OWN}
        self.types = etree.fromstring(first["[Content_Types].xml"], PARSER)
        self.relations = etree.fromstring(first["word/_rels/document.xml.rels"], PARSER)
        self.document = etree.fromstring(first["word/document.xml"], PARSER)
        self.body = _body(self.document)
        styles = etree.fromstring(first["word/styles.xml"], PARSER)
        numbering = first.get("word/numbering.xml")
        self.numbering = None if numbering is None else etree.fromstring(numbering, PARSER)
        self.lists = Numbering.read(self.numbering, styles)

    def all(self, packages: Sequence[dict[str, bytes]]) -> bytes:
        for child in list(self.body):
            self.body.remove(child)
        for index, package in enumerate(packages):
            self._add(index, package, last=index == len(packages) - 1)
        parts = {
            "[Content_Types].xml": self.types,
            "word/_rels/document.xml.rels": self.relations,
            "word/document.xml": self.document,
        }
        if self.numbering is not None:
            parts["word/numbering.xml"] = self.numbering
        for name, root in parts.items():
            self.members[name] = _xml(root)
        return write_members(self.members)

    def _add(self, index: int, package: dict[str, bytes], *, last: bool) -> None:
        root = etree.fromstring(package["word/document.xml"], PARSER)
        body = _body(root)
        self._relate(index, package, root)
        self._renumber(index, body)
        _rename_bookmarks(index, body)
        _mark(index, body)
        _write_pages(body, self.pages)
        section = body.find(w("sectPr"))
        if section is None:
            section = etree.SubElement(body, w("sectPr"))
        for place in body.iter(w("sectPr")):
            _next_page(place)
        _restart_pages(next(body.iter(w("sectPr"))))
        if not last:
            body.remove(section)
            _end_section(body, section)
        for child in list(body):
            self.body.append(child)

    def _relate(self, index: int, package: dict[str, bytes], root: etree._Element) -> None:
        """Give the copy's headers, footers and pictures names of their own."""
        relations = etree.fromstring(package["word/_rels/document.xml.rels"], PARSER)
        renamed: dict[str, str] = {}
        for relation in relations:
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            if kind not in ("header", "footer", "image", "hyperlink"):
                continue
            new = deepcopy(relation)
            renamed[relation.get("Id", "")] = f"c{index}{relation.get('Id')}"
            new.set("Id", renamed[relation.get("Id", "")])
            if relation.get("TargetMode") != "External":
                part = posixpath.normpath(posixpath.join("word", relation.get("Target", "")))
                new.set("Target", self._copy_part(index, package, part).removeprefix("word/"))
            self.relations.append(new)
        for element in root.iter():
            for key, value in element.attrib.items():
                if key.startswith(f"{{{_R}}}") and value in renamed:
                    element.set(key, renamed[value])

    def _copy_part(self, index: int, package: dict[str, bytes], part: str) -> str:
        folder, name = posixpath.split(part)
        copy = f"{folder}/c{index}_{name}"
        body = package[part]
        if part.endswith(".xml"):
            root = etree.fromstring(body, PARSER)
            _write_pages(root, self.pages)
            body = _xml(root)
            self._declare(part, copy)
        self.members[copy] = body
        relations = package.get(f"{folder}/_rels/{name}.rels")
        if relations is not None:
            root = etree.fromstring(relations, PARSER)
            for relation in root:
                if relation.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
                    made = self._copy_part(index, package, target)
                    relation.set("Target", posixpath.relpath(made, folder))
            self.members[f"{folder}/_rels/c{index}_{name}.rels"] = _xml(root)
        return copy

    def _declare(self, part: str, copy: str) -> None:
        for override in self.types.findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{part}":
                new = deepcopy(override)
                new.set("PartName", f"/{copy}")
                self.types.append(new)
                return

    def _renumber(self, index: int, body: etree._Element) -> None:
        """Numbering instances of its own, each starting over."""
        made: dict[str, str] = {}
        for paragraph in body.iter(w("p")):
            place = self.lists.of(paragraph)
            if place is None or place[0] not in self.lists.lists or self.numbering is None:
                continue
            key, level = place
            if key not in made:
                made[key] = str(10_000 + index * 100 + len(made))
                self.numbering.append(self._instance(made[key], self.lists.lists[key]))
            _set_number(paragraph, made[key], level)

    def _instance(self, key: str, abstract: str) -> etree._Element:
        number = etree.Element(w("num"))
        number.set(w("numId"), key)
        etree.SubElement(number, w("abstractNumId")).set(w("val"), abstract)
        for (of, level), known in sorted(self.lists.levels.items()):
            if of == abstract:
                change = etree.SubElement(number, w("lvlOverride"))
                change.set(w("ilvl"), str(level))
                etree.SubElement(change, w("startOverride")).set(w("val"), str(known.start))
        return number


def _body(root: etree._Element) -> etree._Element:
    body = root.find(w("body"))
    if body is None:
        raise ValueError("a Word file without a body")
    return body


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_number(paragraph: etree._Element, key: str, level: int) -> None:
    properties = paragraph.find(w("pPr"))
    assert properties is not None  # it has a number by itself or by its style
    number = properties.find(w("numPr"))
    if number is None:
        number = etree.Element(w("numPr"))
        before = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
        place = sum(1 for child in properties if child.tag in {w(name) for name in before})
        properties.insert(place, number)
    for child in list(number):
        number.remove(child)
    etree.SubElement(number, w("ilvl")).set(w("val"), str(level))
    etree.SubElement(number, w("numId")).set(w("val"), key)


def _rename_bookmarks(index: int, body: etree._Element) -> None:
    names = {mark.get(w("name"), "") for mark in body.iter(w("bookmarkStart"))}
    for mark in body.iter(w("bookmarkStart"), w("bookmarkEnd")):
        mark.set(w("id"), str(index * 1000 + int(mark.get(w("id"), "0"))))
        if mark.tag == w("bookmarkStart"):
            mark.set(w("name"), f"{mark.get(w('name'))}_c{index}")
    for code in body.iter(w("instrText")):
        words = (code.text or "").split()
        if len(words) > 1 and words[1] in names:
            code.text = (code.text or "").replace(words[1], f"{words[1]}_c{index}", 1)


def _mark(index: int, body: etree._Element) -> None:
    """A bookmark on the first paragraph: it tells on which page of the PDF the copy begins."""
    paragraph = next(body.iter(w("p")))
    for tag in ("bookmarkStart", "bookmarkEnd"):
        mark = etree.Element(w(tag))
        mark.set(w("id"), str(900_000 + index))
        if tag == "bookmarkStart":
            mark.set(w("name"), _MARK % index)
            paragraph.insert(0 if paragraph.find(w("pPr")) is None else 1, mark)
        else:
            paragraph.append(mark)


def _write_pages(root: etree._Element, pages: int) -> None:
    """Print the copy's own page count: the office program only knows the whole file's."""
    for code in list(root.iter(w("instrText"))):
        if not _PAGES.match(code.text or ""):
            continue
        run = code.getparent()
        assert run is not None
        begin = next(r for r in run.itersiblings(preceding=True) if _field_mark(r) == "begin")
        after = list(run.itersiblings())
        end = next(r for r in after if _field_mark(r) == "end")
        shown = [r for r in after[: after.index(end)] if r.find(w("t")) is not None]
        for piece in (begin, run, *after[: after.index(end) + 1]):
            if piece not in shown[:1]:
                root_of = piece.getparent()
                assert root_of is not None
                root_of.remove(piece)
        for text in shown[0].iter(w("t")) if shown else ():
            text.text = str(pages)


def _field_mark(run: etree._Element) -> str | None:
    mark = run.find(w("fldChar"))
    return None if mark is None else mark.get(w("fldCharType"))


def _next_page(section: etree._Element) -> None:
    kind = section.find(w("type"))
    if kind is not None and kind.get(w("val")) == "continuous":
        return
    if kind is None:
        kind = etree.Element(w("type"))
        references = {
            w("headerReference"),
            w("footerReference"),
            w("footnotePr"),
            w("endnotePr"),
        }
        section.insert(sum(1 for child in section if child.tag in references), kind)
    kind.set(w("val"), "nextPage")


def _restart_pages(section: etree._Element) -> None:
    count = section.find(w("pgNumType"))
    if count is None:
        count = etree.Element(w("pgNumType"))
        margins = section.find(w("pgMar"))
        if margins is None:
            section.append(count)
        else:
            margins.addnext(count)
    count.set(w("start"), "1")


def _end_section(body: etree._Element, section: etree._Element) -> None:
    """Close the copy's section with its last paragraph."""
    last = body[-1] if len(body) else None
    if last is None or last.tag != w("p"):
        last = etree.SubElement(body, w("p"))
    properties = last.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        last.insert(0, properties)
    change = properties.find(w("pPrChange"))
    if change is None:
        properties.append(section)
    else:
        change.addprevious(section)
