"""Article numbers as Word counts them, and cross references that show them.

Word refreshes a REF field only when told to, so a paper whose optional articles moved the count
would show stale numbers to whoever opens the Word file. `settle` writes the right ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from doc_templates.parts import PARSER, w
from doc_templates.zipped import read_members, write_members

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REF = re.compile(r"^\s*REF\s+(\S+)\s.*\\[rnw]\b")
_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1–9999 in Chinese counting form as Word writes it: 十, 十一, 二十, 一百零一."""
    if not 0 < number < 10_000:
        raise ValueError(f"no Chinese counting form for {number}")
    said = ""
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + name
        gap = not digit
    return said.removeprefix("一") if 10 <= number < 20 else said


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "taiwaneseCountingThousand": chinese_number,
    "chineseCountingThousand": chinese_number,
    "chineseCounting": chinese_number,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
}


@dataclass(frozen=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass
class Numbering:
    """The numbering part of a Word file, ready to count paragraphs."""

    lists: dict[str, str] = field(default_factory=dict)  # numId -> abstractNumId
    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)  # (numId, level) -> start
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # styleId -> (numId, level)

    @classmethod
    def read(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """Read the definitions; either part may be missing."""
        found = cls()
        for abstract in () if numbering is None else numbering.iter(w("abstractNum")):
            for level in abstract.iter(w("lvl")):
                key = (abstract.get(w("abstractNumId"), ""), int(level.get(w("ilvl"), "0")))
                start = int(_value(level, "start") or 1)
                found.levels[key] = _Level(
                    _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", start
                )
        for number in () if numbering is None else numbering.iter(w("num")):
            name = number.get(w("numId"), "")
            found.lists[name] = _value(number, "abstractNumId") or ""
            for change in number.iter(w("lvlOverride")):
                if (start_over := _value(change, "startOverride")) is not None:
                    found.restarts[name, int(change.get(w("ilvl"), "0"))] = int(start_over)
        for style in () if styles is None else styles.iter(w("style")):
            linked = _direct(style.find(w("pPr")))
            if linked is not None:
                found.styles[style.get(w("styleId"), "")] = linked
        return found

    def of(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Which list and level a paragraph belongs to, by itself or by its style."""
        properties = paragraph.find(w("pPr"))
        direct = _direct(properties)
        if direct is None and properties is not None:
            direct = self.styles.get(_value(properties, "pStyle") or "")
        return None if direct is None or direct[0] == "0" else direct

    def count(self, body: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        """Every numbered paragraph of `body` in reading order, with the number Word prints.

        Paragraphs counted in a way that is not known here are left out: better no number than
        a wrong one.
        """
        counts: dict[str, list[int]] = {}
        begun: set[tuple[str, int]] = set()
        for paragraph in body.iter(w("p")):
            place = self.of(paragraph)
            if place is None:
                continue
            key, depth = place
            abstract = self.lists.get(key, "")
            if (abstract, depth) not in self.levels:
                continue
            row = counts.setdefault(abstract, [0] * 9)
            start = self.restarts.get(place) if place not in begun else None
            begun.add(place)
            row[depth] = start if start is not None else self._next(abstract, depth, row[depth])
            row[depth + 1 :] = [0] * (8 - depth)
            label = self._label(abstract, depth, row)
            if label is not None:
                yield paragraph, label

    def _next(self, abstract: str, depth: int, last: int) -> int:
        return last + 1 if last else self.levels[abstract, depth].start

    def _label(self, abstract: str, depth: int, row: list[int]) -> str | None:
        text = self.levels[abstract, depth].text
        for digit in set(re.findall(r"%(\d)", text)):
            level = self.levels.get((abstract, int(digit) - 1))
            if level is None or level.format not in _FORMATS:
                return None
            shown = _FORMATS[level.format](row[int(digit) - 1] or level.start)
            text = text.replace(f"%{digit}", shown)
        return text


def _value(parent: etree._Element, name: str) -> str | None:
    child = parent.find(w(name))
    return None if child is None else child.get(w("val"))


def _direct(properties: etree._Element | None) -> tuple[str, int] | None:
    number = None if properties is None else properties.find(w("numPr"))
    if number is None or (key := _value(number, "numId")) is None:
        return None
    return key, int(_value(number, "ilvl") or 0)


def settle(data: bytes) -> bytes:
    """The same Word file with every reference to a numbered heading showing its number.

    Files without such references come back as they are, byte for byte. A reference whose heading
    is gone keeps its last text: the caller's check of the template forbids it.
    """
    members = read_members(data)
    if b"instrText" not in members["word/document.xml"]:
        return data
    root = etree.fromstring(members["word/document.xml"], PARSER)
    if not settle_tree(root, members):
        return data
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return write_members(members | {"word/document.xml": body})


def settle_tree(root: etree._Element, members: dict[str, bytes]) -> bool:
    """`settle` for a main part already parsed; true when something changed."""
    return _rewrite(root, _labels(root, members))


def numbers_of(root: etree._Element, members: dict[str, bytes]) -> dict[etree._Element, str]:
    """The printed number of every numbered paragraph of a main part."""
    return dict(_numbering(members).count(root))


def _numbering(members: dict[str, bytes]) -> Numbering:
    parts = [
        etree.fromstring(members[name], PARSER) if name in members else None
        for name in ("word/numbering.xml", "word/styles.xml")
    ]
    return Numbering.read(*parts)


def _labels(root: etree._Element, members: dict[str, bytes]) -> dict[str, str]:
    """Bookmark name -> number of its paragraph."""
    return {
        mark.get(w("name"), ""): label
        for paragraph, label in _numbering(members).count(root)
        for mark in paragraph.iter(w("bookmarkStart"))
    }


def _rewrite(root: etree._Element, labels: dict[str, str]) -> bool:
    """Write the numbers into the fields' results; true when one changed."""
    changed = False
    for code, texts in list(_fields(root)):
        match = _REF.match(code)
        if match is None or match[1] not in labels:
            continue
        if texts and "".join(t.text or "" for t in texts) != labels[match[1]]:
            texts[0].text = labels[match[1]]
            texts[0].set(_XML_SPACE, "preserve")
            for rest in texts[1:]:
                rest.text = ""
            changed = True
    return changed


def _fields(root: etree._Element) -> Iterator[tuple[str, list[etree._Element]]]:
    """Code and result of every complex field, however many runs Word split them over."""
    opened: list[tuple[list[str], list[etree._Element]]] = []
    in_result: list[bool] = []
    for element in root.iter(w("fldChar"), w("instrText"), w("t")):
        kind = element.get(w("fldCharType")) if element.tag == w("fldChar") else None
        if kind == "begin":
            opened.append(([], []))
            in_result.append(False)
        elif not opened:
            continue
        elif kind == "separate":
            in_result[-1] = True
        elif kind == "end":
            in_result.pop()
            codes, texts = opened.pop()
            yield "".join(codes), texts
        elif in_result[-1] and element.tag == w("t"):
            opened[-1][1].append(element)
        elif element.tag == w("instrText"):
            opened[-1][0].append(element.text or "")
