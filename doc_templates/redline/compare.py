"""Comparing blocks: the new file's body is rewritten with marks, and told as HTML beside it."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from copy import deepcopy
from difflib import SequenceMatcher

from lxml import etree

from doc_templates.parts import w
from doc_templates.redline.align import Op, Pair, align
from doc_templates.redline.articles import Change, Span
from doc_templates.redline.atoms import Atom, atoms, bookmarks
from doc_templates.redline.marks import Kind, Marker

_ALIKE, _ALIKE_ROW = 45.0, 30.0
_ISLAND = 2
Opcode = tuple[str, int, int, int, int]


class Comparison:
    """One comparison: its marks, and the changes of the part being compared."""

    def __init__(self, marker: Marker, headings: dict[etree._Element, str]) -> None:
        self.marker, self.headings = marker, headings
        self.changes: list[Change] = []

    def part(self, old: etree._Element, new: etree._Element) -> str:
        """Rewrite the blocks of `new` with the marks against `old`; returns the HTML."""
        return self._blocks(old, new)

    def _blocks(self, old: etree._Element, new: etree._Element) -> str:
        before, after = blocks(old), blocks(new)
        pairs: list[Pair] = align(before, after, block_text, _ALIKE)
        if len(before) == len(after) == 1 and before[0].tag == after[0].tag:
            same = block_text(before[0]) == block_text(after[0])
            pairs = [("eq" if same else "chg", before[0], after[0])]
        out: list[etree._Element] = []
        told: list[str] = []
        for op, x, y in pairs:
            block, words = self._block(op, x, y)
            out.append(block)
            told.append(words)
        first = [child for child in new if child.tag == w("tcPr")]
        last = [child for child in new if child.tag == w("sectPr")]
        for child in list(new):
            new.remove(child)
        new.extend([*first, *out, *last])
        return "".join(told)

    def _block(
        self, op: str, old: etree._Element | None, new: etree._Element | None
    ) -> tuple[etree._Element, str]:
        if old is not None and new is not None:
            if new.tag == w("tbl"):
                return self._table(old, new) if op == "chg" else self._same_table(new)
            return self._paragraph(old, new) if op == "chg" else self._same(new)
        kind: Kind = "del" if new is None else "ins"
        block = old if new is None else new
        assert block is not None
        return self._whole(block, kind)

    def _same(self, paragraph: etree._Element) -> tuple[etree._Element, str]:
        text = paragraph_text(paragraph)
        self.changes.append(Change("eq", text, text, heading=self.headings.get(paragraph)))
        return deepcopy(paragraph), self._p(paragraph, html.escape(text))

    def _same_table(self, table: etree._Element) -> tuple[etree._Element, str]:
        text = block_text(table)
        self.changes.append(Change("eq", text, text))
        rows = "".join(_row(row, None) for row in table.findall(w("tr")))
        return deepcopy(table), f"<table><tbody>{rows}</tbody></table>"

    def _whole(self, block: etree._Element, kind: Kind) -> tuple[etree._Element, str]:
        text = block_text(block)
        span = ((0, len(text)),) if text else ()
        heading = self.headings.get(block)
        self.changes.append(
            Change("ins", new=text, inserted=span, heading=heading)
            if kind == "ins"
            else Change("del", old=text, deleted=span, heading=heading)
        )
        if block.tag == w("p"):
            words = f"<{kind}>{html.escape(text)}</{kind}>" if text else ""
            return self.marker.paragraph(block, kind), self._p(block, words)
        rows = "".join(_row(row, kind) for row in block.findall(w("tr")))
        return self.marker.block(block, kind), f"<table><tbody>{rows}</tbody></table>"

    def _p(self, paragraph: etree._Element, words: str) -> str:
        if paragraph not in self.headings:
            return f"<p>{words}</p>\n"
        return f'<p class="heading">{_numbered(self.headings[paragraph], words)}</p>\n'

    def _paragraph(self, old: etree._Element, new: etree._Element) -> tuple[etree._Element, str]:
        a, b = atoms(old), atoms(new)
        out = etree.Element(w("p"), nsmap=new.nsmap)
        properties = new.find(w("pPr"))
        if properties is not None:
            out.append(deepcopy(properties))
        out.extend(deepcopy(m) for m in bookmarks(new, "bookmarkStart"))
        told: list[str] = []
        deleted: list[Span] = []
        inserted: list[Span] = []
        for op, i1, i2, j1, j2 in _phrases(_opcodes(a, b), a, b):
            if op == "equal":
                out.extend(self.marker.runs(b[j1:j2], None))
                told.append(html.escape(_text(b[j1:j2])))
                continue
            for runs, words in (
                self._marked("del", a, i1, i2, deleted),
                self._marked("ins", b, j1, j2, inserted),
            ):
                out.extend(runs)
                told.append(words)
        out.extend(deepcopy(m) for m in bookmarks(new, "bookmarkEnd"))
        self.changes.append(
            Change(
                "chg", _text(a), _text(b), tuple(deleted), tuple(inserted), self.headings.get(new)
            )
        )
        return out, self._p(new, "".join(told))

    def _marked(
        self, kind: Kind, row: Sequence[Atom], start: int, end: int, spans: list[Span]
    ) -> tuple[list[etree._Element], str]:
        """Part of a paragraph that went or came; its place is noted in `spans`."""
        text = _text(row[start:end])
        if text:
            before = len(_text(row[:start]))
            spans.append((before, before + len(text)))
        words = f"<{kind}>{html.escape(text)}</{kind}>" if text else ""
        return list(self.marker.runs(row[start:end], kind)), words

    def _table(self, old: etree._Element, new: etree._Element) -> tuple[etree._Element, str]:
        out = etree.Element(w("tbl"), nsmap=new.nsmap)
        out.extend(deepcopy(c) for c in new if c.tag in (w("tblPr"), w("tblGrid")))
        told = []
        for op, x, y in align(old.findall(w("tr")), new.findall(w("tr")), block_text, _ALIKE_ROW):
            for row, words in self._rows(op, x, y):
                out.append(row)
                told.append(words)
        return out, f"<table><tbody>{''.join(told)}</tbody></table>\n"

    def _rows(
        self, op: Op, old: etree._Element | None, new: etree._Element | None
    ) -> Iterator[tuple[etree._Element, str]]:
        """What becomes of a pair of rows: one row, or the old one out and the new one in."""
        if op == "eq" and new is not None:
            text = block_text(new)
            self.changes.append(Change("eq", text, text))
            yield deepcopy(new), _row(new, None)
            return
        if op == "chg" and old is not None and new is not None:
            cells = old.findall(w("tc"))
            if len(cells) == len(new.findall(w("tc"))):
                yield self._row(new, cells)
                return
        if old is not None:
            yield self._marked_row(old, "del"), _row(old, "del")
        if new is not None:
            yield self._marked_row(new, "ins"), _row(new, "ins")

    def _marked_row(self, row: etree._Element, kind: Kind) -> etree._Element:
        text = block_text(row)
        span = ((0, len(text)),)
        self.changes.append(
            Change("ins", new=text, inserted=span)
            if kind == "ins"
            else Change("del", old=text, deleted=span)
        )
        return self.marker.row(row, kind)

    def _row(
        self, row: etree._Element, old: Sequence[etree._Element]
    ) -> tuple[etree._Element, str]:
        new = deepcopy(row)
        told = [
            f"<td>{self._blocks(before, cell)}</td>"
            for before, cell in zip(old, new.findall(w("tc")), strict=True)
        ]
        return new, f"<tr>{''.join(told)}</tr>"


def blocks(parent: etree._Element) -> list[etree._Element]:
    """Paragraphs and tables of a body or cell; controls around whole blocks are opened."""
    found: list[etree._Element] = []
    for child in parent:
        if child.tag in (w("p"), w("tbl")):
            found.append(child)
        elif child.tag == w("sdt") and (content := child.find(w("sdtContent"))) is not None:
            found += blocks(content)
        elif child.tag in (w("customXml"), w("smartTag")):
            found += blocks(child)
    return found


def paragraph_text(paragraph: etree._Element) -> str:
    """The words of a paragraph that a redline compares."""
    return _text(atoms(paragraph))


def block_text(block: etree._Element) -> str:
    """The words of a paragraph, row or table; paragraphs on lines of their own."""
    if block.tag == w("p"):
        return paragraph_text(block)
    return "\n".join(paragraph_text(p) for p in block.iter(w("p")))


def _text(row: Sequence[Atom]) -> str:
    return "".join(atom.text for atom in row)


def _opcodes(a: Sequence[Atom], b: Sequence[Atom]) -> list[Opcode]:
    keys = [atom.key for atom in a], [atom.key for atom in b]
    return list(SequenceMatcher(None, *keys, autojunk=False).get_opcodes())


def _phrases(codes: list[Opcode], a: Sequence[Atom], b: Sequence[Atom]) -> list[Opcode]:
    """Join changes with almost nothing between them, so that a redline reads as phrases."""
    joined: list[Opcode] = []
    for place, (op, i1, i2, j1, j2) in enumerate(codes):
        inside = 0 < place < len(codes) - 1
        small = inside and all(x.word for x in a[i1:i2]) and len(_text(a[i1:i2])) < _ISLAND
        if op == "equal" and not small:
            joined.append((op, i1, i2, j1, j2))
        elif joined and joined[-1][0] != "equal":
            _, first, _, start, _ = joined[-1]
            joined[-1] = ("replace", first, i2, start, j2)
        else:
            joined.append(("replace", i1, i2, j1, j2))
    return joined


def _numbered(heading: str, words: str) -> str:
    number, separator, _ = heading.partition("\u2003")
    return f'<span class="number">{html.escape(number)}</span> {words}' if separator else words


def _row(row: etree._Element, kind: str | None) -> str:
    cells = []
    for cell in row.findall(w("tc")):
        lines = [html.escape(paragraph_text(p)) for p in cell.iter(w("p"))]
        marked = (f"<{kind}>{line}</{kind}>" if kind and line else line for line in lines)
        cells.append("<td>" + "".join(f"<p>{line}</p>" for line in marked) + "</td>")
    return f"<tr>{''.join(cells)}</tr>"
