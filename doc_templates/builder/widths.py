"""How wide the columns of a table are: what must not break keeps its width, the rest share what is left."""

from __future__ import annotations

import math
import re

_TAG = re.compile(r"\{%.*?%\}")
_PRINT = re.compile(r"\{\{(.*?)\}\}")
_CHOICE = re.compile(r"\{% if (?:(?!%\}).)*%\}((?:(?!\{% (?:if|endif)).)*)\{% endif %\}")
_OTHERWISE = re.compile(r"\{% el.*?%\}")
#: A cell's own margins left and right, in half-width letters of its text.
_MARGINS = 2.2
_WIDEST, _NARROWEST = 34, 4
#: What letters of just the width of their column need besides, or the last one goes to a new line.
_AIR = 0.5
#: Cells left open for handwriting.
_BY_HAND = 16
#: A long English word, which should not break.
_WORD = 13
#: Bold letters are wider; so are capital ones.
_BOLD = 1.2
#: About how long the values of these variables are; others are taken as 20.
_EXPECTED = {
    "index": 2,
    "qty": 4,
    "unit": 6,
    "weight": 3,
    "weight_total": 3,
    "rate": 4,
    "copies": 3,
    "target": 10,
    "value": 12,
    "metric": 12,
    "note": 14,
    "decision": 8,
    "definition": 28,
    "criteria": 28,
}
#: Variables whose values are never parted over two lines.
_WHOLE = frozenset({"index", "qty", "weight", "weight_total", "rate"})


def column_widths(rows: list[list[str]], letters: float) -> list[float]:
    """Width of each column in half-width letters, together exactly `letters`."""
    chinese = any(map(_is_chinese, rows[0]))
    body = [row for row in rows if not row[0].startswith("{%tr")]
    whole = [_alone(row) for row in body if any(row[1:])]
    columns = [[row[place] for row in whole] for place in range(len(rows[0]))]
    firm = {place for place, cells in enumerate(columns) if len(cells) > 1 and _firm(cells[1:])}
    wanted = [(_firm_width if p in firm else _wide)(c, chinese) for p, c in enumerate(columns)]
    room = letters - _MARGINS * len(columns)
    sharing = set(range(len(columns)))
    if sum(wanted) > room and sharing > firm:
        sharing -= firm
    shared = room - sum(width for place, width in enumerate(wanted) if place not in sharing)
    word = 0 if chinese else _WORD
    given = _dealt(
        {p: (wanted[p], _least(columns[p][0], wanted[p], word)) for p in sharing}, shared
    )
    widths = [given.get(place, width) + _MARGINS for place, width in enumerate(wanted)]
    return [width * letters / sum(widths) for width in widths]


def _alone(row: list[str]) -> list[str]:
    """A row without its label when that runs over the empty cells beside it."""
    return ["", *row[1:]] if len(row) > 2 and row[0] and not row[1] else row


def _least(head: str, wanted: float, word: float) -> float:
    return max(_head_width(head), min(wanted, word))


def _dealt(wanted: dict[int, tuple[float, float]], room: float) -> dict[int, float]:
    """Shares in proportion to what is wanted, nobody below his least."""
    given: dict[int, float] = {}
    left = dict(wanted)
    while left:
        scale = max(room, 1) / sum(want for want, _least in left.values())
        short = {p: least for p, (want, least) in left.items() if want * scale < least}
        if not short:
            return given | {p: want * scale for p, (want, _least) in left.items()}
        given |= short
        room -= sum(short.values())
        left = {p: pair for p, pair in left.items() if p not in short}
    return given


def _firm(cells: list[str]) -> bool:
    """Whether the column holds only sums, days, counts and rates."""
    printed = [name for cell in cells for name in _PRINT.findall(cell)]
    return bool(printed) and all(
        "| money" in name or "| date" in name or _last(name) in _WHOLE for name in printed
    )


def _firm_width(cells: list[str], chinese: bool) -> float:
    return max(_head_width(cells[0]), *(_text_width(cell, chinese) for cell in cells[1:]))


def _wide(cells: list[str], chinese: bool) -> float:
    wide = max(_text_width(cell, chinese) for cell in cells)
    if len(cells) > 1 and not any(cell.strip() for cell in cells[1:]):
        wide = _BY_HAND
    return max(min(max(wide, _NARROWEST), _WIDEST), _head_width(cells[0]))


def _head_width(head: str) -> float:
    """A heading breaks between words, a Chinese one in two lines, but not one of two letters."""
    if _is_chinese(head):
        return max(_NARROWEST, 2 * math.ceil(_text_width(head, True) / 4)) + _AIR
    return max((len(word) * _BOLD for word in head.split()), default=0)


def _text_width(text: str, chinese: bool) -> float:
    """About how many half-width letters a text takes once it is filled."""
    while (shorter := _CHOICE.sub(_longest, text)) != text:
        text = shorter
    plain = _PRINT.sub(
        lambda found: "x" * _expected(found[1], chinese), _TAG.sub("", text)
    ).replace("**", "")
    return sum(2 if letter == "%" or _is_chinese(letter) else 1 for letter in plain)


def _longest(choice: re.Match[str]) -> str:
    return max(_OTHERWISE.split(choice[1]), key=lambda text: _text_width(text, True))


def _is_chinese(text: str) -> bool:
    return any(ord(letter) > 0x2E80 for letter in text)


def _last(variable: str) -> str:
    return variable.split("|")[0].strip().rsplit(".", 1)[-1]


def _expected(variable: str, chinese: bool) -> int:
    if "| money" in variable:
        return 16
    if "| date" in variable:
        return 24 if chinese else 17
    return _EXPECTED.get(_last(variable), 20)
