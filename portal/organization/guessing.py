"""Passwords that are long and still guessed at once: repetitions, rows of keys, one's own name."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

#: Rows in which the next sign is foreseen, in either direction.
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
#: So many signs at least cannot be foreseen from the ones before them.
LEAST = 5
#: A passage this long may be repeated; a shorter one is what everybody tries.
PASSAGE = 8

_FORESEEN = {pair for row in ROWS for way in (row, row[::-1]) for pair in pairwise(way)}


def guessable(password: str, *names: str) -> bool:
    """Whether hardly anything of the password is left once names, repetitions and rows are put aside."""
    plain = _without(_folded(password), *names)
    return _surprises(_once(plain)) < LEAST


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _without(text: str, *names: str) -> str:
    """The text without the names and their parts."""
    parts = {
        part for name in names for part in (_folded(name), *re.split(r"[\W_]+", _folded(name)))
    }
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 2 or not part.isascii():
            text = text.replace(part, "") if part else text
    return text


def _once(text: str) -> str:
    """The shortest passage of which the text is a repetition, be the last one cut short."""
    for size in range(1, min(PASSAGE, len(text) // 2 + 1)):
        if text == (text[:size] * (len(text) // size + 1))[: len(text)]:
            return text[:size]
    return text


def _surprises(text: str) -> int:
    """How many signs are neither the one before them nor the next of a row; at most the kinds of signs."""
    found = sum(
        1 for one, other in pairwise(text) if one != other and (one, other) not in _FORESEEN
    )
    return min(found + bool(text), len(set(text)))
