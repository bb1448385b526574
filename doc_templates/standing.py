"""Which printed values no longer stand in a paper that somebody edited by hand, and where they stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree
from rapidfuzz.distance import Indel

from doc_templates.engine import Compiled, Style
from doc_templates.engine.places import Path, Piece, marked_body, pieces
from doc_templates.headings import headings
from doc_templates.parts import PARSER
from doc_templates.redline.align import align
from doc_templates.references import settle_tree
from doc_templates.text import units
from doc_templates.zipped import read_members

#: How a value is held. ``name`` and ``number``: printed as a whole wherever the template prints it.
#: ``figures``: the figures within a text. ``period``: a number that may go with its sentence, but
#: not say something else.
Hold = Literal["name", "number", "figures", "period"]

_MAIN = "word/document.xml"
_TOKEN = re.compile(r"\d[\d,.]*\d|\d|[A-Za-z]+|\n|\S")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
#: What a number counts is part of it: 30 business days are not 30 days.
_UNIT = re.compile(
    r"\s*(?:[個个]?(?:工作日|月|小[時时]|人|考核期|[評评]估期)|[日天年人份倍期次]|%"
    r"|(?:business |calendar )?(?:days?|hours?|months?|years?|people|persons?)\b"
    r"|measurement periods?\b)",
    re.I,
)
#: Tokens that make another number of the one they come to stand beside.
_LONGER = re.compile(
    r"[\d.,%‰+\-負负零〇一二三四五六七八九十百千萬万億亿兆壹貳贰參叁肆伍陸陆柒捌玖拾佰仟]"
)
_ALIKE = 40.0
#: As many tokens tell that a passage went elsewhere in the paper.
_KNOWN_BY = 4
_AROUND, _LONGEST = 14, 40


@dataclass(frozen=True)
class Fallen:
    """A value the paper should print, where it comes from, how the paper prints it, and where."""

    variable: str
    path: Path
    text: str
    article: str
    passage: str


@dataclass(frozen=True)
class _Value:
    """A held value among the tokens of its unit, from `start` to `end`."""

    hold: Hold
    piece: Piece
    start: int
    end: int
    passage: str


@dataclass
class _Unit:
    """A paragraph or a row: its tokens, what is held in it, and the tokens that found no partner."""

    element: etree._Element
    tokens: list[str]
    values: list[_Value] = field(default_factory=list)
    single: set[int] = field(default_factory=set)


def fallen(
    template: Compiled,
    context: Mapping[str, Any],
    style: Style,
    held: Mapping[str, Hold],
    unchanged: bytes,
    edited: bytes,
) -> list[Fallen]:
    """The values of the variables `held` that `edited` does not print where `unchanged` does.

    `unchanged` is what the template gives for `context`, so what a condition leaves out is not
    missed. Passages may be reworded and moved; each value is told once.
    """
    members = read_members(unchanged)
    body = marked_body(template, context, style)
    root = etree.fromstring(body.encode() if body else members[_MAIN], PARSER)
    settle_tree(root, members)
    before = [_marked(unit, text, held) for unit, text in units(root).items()]
    if not any(unit.values for unit in before):
        return []
    others = read_members(edited)
    new = etree.fromstring(others[_MAIN], PARSER)
    settle_tree(new, others)
    after = [_Unit(unit, _tokens(_fold(text))) for unit, text in units(new).items()]
    articles = _articles(root, members)
    told: dict[Path, Fallen] = {}
    for unit, value in _lost(before, after):
        piece, article = value.piece, articles.get(unit.element, "")
        found = Fallen(piece.variable, piece.keys, piece.text, article, value.passage)
        told.setdefault(piece.keys, found)
    return list(told.values())


def _marked(element: etree._Element, text: str, held: Mapping[str, Hold]) -> _Unit:
    """A unit of the unchanged paper with the values that are held in it."""
    plain, raw, spans = "", "", []
    for piece in pieces(text):
        folded = _fold(piece.text)
        if hold := held.get(piece.variable):
            low, high = len(raw), len(raw) + len(piece.text)
            spans.append((hold, piece, len(plain), len(plain) + len(folded), low, high))
        plain, raw = plain + folded, raw + piece.text
    places = [(token.start(), token.end()) for token in _TOKEN.finditer(plain)]
    unit = _Unit(element, _tokens(plain))
    for hold, piece, start, end, low, high in spans:
        for first, last in _held(plain, hold, start, end):
            inside = [n for n, (a, b) in enumerate(places) if a < last and first < b]
            if inside:
                place = _passage(raw, low, high)
                value = _Value(hold, piece, inside[0], inside[-1] + 1, place)
                unit.values.append(value)
    return unit


def _passage(raw: str, low: int, high: int) -> str:
    """The words around a value, enough to find it by."""
    around = raw[max(0, low - _AROUND) : high][: _AROUND + _LONGEST] + raw[high : high + _AROUND]
    return " ".join(around.replace("\n", " | ").split())


def _held(plain: str, hold: Hold, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of a printed value is held: all of it, or each figure; with what it counts."""
    if hold == "name":
        yield start, end
        return
    if hold == "figures":
        spans = [found.span() for found in _FIGURE.finditer(plain, start, end)]
    else:
        spans = [(start, end)]
    for low, high in spans:
        counted = _UNIT.match(plain, high)
        yield low, counted.end() if counted else high


def _lost(before: list[_Unit], after: list[_Unit]) -> Iterator[tuple[_Unit, _Value]]:
    """Held values that do not stand in the unit's partner nor anywhere they may have gone to."""
    olds, news = ({unit.element: unit for unit in side} for side in (before, after))
    words = {element: " ".join(unit.tokens) for element, unit in {**olds, **news}.items()}
    missing: list[tuple[_Unit, _Value, bool]] = []
    changed: list[_Unit] = []
    for op, x, y in align(list(olds), list(news), words.__getitem__, _ALIKE):
        if op == "eq":
            continue
        new = None if y is None else news[y]
        if new is not None:
            new.single = set(range(len(new.tokens)))
            changed.append(new)
        if x is not None:
            partner = _partners(olds[x], new)
            missing += [
                (olds[x], value, _said_otherwise(value, partner))
                for value in olds[x].values
                if new is None or not _stands(value, olds[x], new, partner)
            ]
    for unit, value, otherwise in missing:
        gone = value.hold == "period" and not otherwise
        if not gone and not any(_moved(value, unit, other) for other in changed):
            yield unit, value


def _partners(old: _Unit, new: _Unit | None) -> dict[int, int]:
    """Token of `old` -> the same token of `new`; those of `new` have found their partner then."""
    found: dict[int, int] = {}
    for step in Indel.opcodes(old.tokens, new.tokens) if new is not None else ():
        if step.tag == "equal":
            places = range(step.src_start, step.src_end), range(step.dest_start, step.dest_end)
            found |= dict(zip(*places, strict=True))
    if new is not None:
        new.single -= set(found.values())
    return found


def _said_otherwise(value: _Value, partner: dict[int, int]) -> bool:
    """Whether the sentence around a value that is gone still stands."""
    beside = (*range(value.start - 2, value.start), *range(value.end, value.end + 2))
    return any(place in partner for place in beside)


def _stands(value: _Value, old: _Unit, new: _Unit, partner: dict[int, int]) -> bool:
    at = partner.get(value.start)
    if at is None or any(
        partner.get(place) != at + place - value.start for place in range(value.start, value.end)
    ):
        return False
    last = at + value.end - value.start
    sides = ((value.start - 1, at - 1), (value.end, last))
    return not any(
        _at(old, a) != _at(new, b)
        and _grown(value, _at(new, b), stays=a in partner or _edge(old, a))
        for a, b in sides
    )


def _edge(unit: _Unit, place: int) -> bool:
    return _at(unit, place) == "\n"


def _at(unit: _Unit, place: int) -> str:
    """The token there; the edge of a unit is like that of a cell."""
    return unit.tokens[place] if 0 <= place < len(unit.tokens) else "\n"


def _grown(value: _Value, beside: str, *, stays: bool) -> bool:
    """Whether what came to stand beside the value makes another one of it.

    A name grows by every word put between it and what stood there, if that `stays`.
    """
    if value.hold == "name":
        return stays and beside.isalnum()
    return _LONGER.match(beside) is not None


def _moved(value: _Value, old: _Unit, new: _Unit) -> bool:
    """Whether the value and the words on one side of it came to stand in `new`."""
    length = value.end - value.start
    mine = old.tokens[value.start : value.end]
    ahead = old.tokens[max(0, value.start - _KNOWN_BY) : value.start]
    behind = old.tokens[value.end : value.end + _KNOWN_BY]
    for at in range(len(new.tokens) - length + 1):
        if new.tokens[at : at + length] != mine or not new.single >= {*range(at, at + length)}:
            continue
        last = at + length
        if ahead and new.tokens[max(0, at - len(ahead)) : at] == ahead:
            return True
        if behind and new.tokens[last : last + len(behind)] == behind:
            return True
    return False


def _articles(root: etree._Element, members: dict[str, bytes]) -> dict[etree._Element, str]:
    """Unit -> the heading it stands under."""
    known = headings(root, members)
    found: dict[etree._Element, str] = {}
    heading = ""
    for element in root.iter("{*}p", "{*}tr"):
        heading = known.get(element, heading)
        found[element] = "".join(piece.text for piece in pieces(heading))
    return found


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _fold(text: str) -> str:
    """Widths, letters that print nothing, and kinds of hyphens do not count."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text).replace("\u2010", "-")
        if letter == "\n" or unicodedata.category(letter)[0] != "C"
    )
