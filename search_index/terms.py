"""What is looked up: pairs of Chinese letters, English stems, numbers, dates and sums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice

import snowballstemmer

from search_index.facts import facts, number_term
from search_index.folding import fold

HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3007\U00020000-\U0003ffff"
LONGEST_WORD = 40
SHORTEST_MISTYPED = 5
SHORTEST_ROOT = 6
MOST_KNOWN = 5_000
MOST_ALIKE = 50
GAP = 50
"""Places left free between stretches of text, so that no phrase runs from one into the next."""

PIECES = re.compile(
    rf"(?P<han>[{HAN}](?:[ \t]?\n?[ \t]?[{HAN}])*)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)"
    rf"|(?P<word>[^\W_{HAN}]+)"
)
_english = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Token:
    """A term at ``[start, end)`` of a folded text; `place` counts neighbours for phrases."""

    term: str
    place: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text without a break in it; `starts` tells where in it which page begins, pages from 1."""

    text: str
    starts: tuple[tuple[int, int], ...]


@lru_cache(50_000)
def stem(word: str) -> str:
    """An English word without its ending; anything else as it is, cut to a sane length."""
    if word.isascii() and word.isalpha() and 3 < len(word) <= LONGEST_WORD:
        return str(_english.stemWord(word))
    return word[:LONGEST_WORD]


def tokens(folded: str, place: int = 0) -> Iterator[Token]:
    """The terms of a folded text with their places, in order; dates and sums come last.

    Each Chinese letter begins one term of two letters. The last letter of a run stands alone too,
    and the first letter of a run beside its first pair, so that a number may touch either side.
    """
    for piece in PIECES.finditer(folded):
        if piece.lastgroup == "han":
            for token in _han(piece, place):
                yield token
                place = token.place
        elif piece.lastgroup == "number":
            yield Token(number_term(piece[0])[:LONGEST_WORD], place, *piece.span())
        else:
            yield Token(stem(piece[0]), place, *piece.span())
        place += 1
    for fact in facts(folded):
        place += GAP
        yield Token(fact.term[:LONGEST_WORD], place, fact.start, fact.end)


def _han(piece: re.Match[str], place: int) -> Iterator[Token]:
    run = piece[0]
    at = [i for i, letter in enumerate(run) if not letter.isspace()]
    base = piece.start()
    if len(at) > 1:
        yield Token(run[0], place, base, base + 1)
    for i, k in enumerate(at):
        after = at[i + 1] if i + 1 < len(at) else k
        pair = run[k] + run[after] if after > k else run[k]
        yield Token(pair, place + i, base + k, base + after + 1)


def stretches(pages: Iterable[str]) -> list[Stretch]:
    """The pages as stretches of text: a sentence running over a page break holds two together."""
    out: list[Stretch] = []
    for number, page in enumerate(pages, start=1):
        text = page.strip()
        if out and out[-1].text[-1:].isalnum() and text[:1].isalnum():
            before = out.pop()
            starts = (*before.starts, (len(before.text) + 1, number))
            out.append(Stretch(f"{before.text}\n{text}", starts))
        else:
            out.append(Stretch(text, ((0, number),)))
    return out


def indexed(pages: Iterable[str]) -> list[tuple[int, str]]:
    """(place, term) of everything on the pages; phrases cross a page only where a sentence does."""
    out: list[tuple[int, str]] = []
    place = 0
    for stretch in stretches(pages):
        out += ((token.place, token.term) for token in tokens(fold(stretch.text), place))
        place = out[-1][0] + GAP if out else 0
    return out


def near(word: str, known: Iterable[str]) -> list[str]:
    """Of the `known` stems those that look like `word` mistyped, or `word` with a wrong ending."""
    size = len(word)
    some = list(islice(known, MOST_KNOWN))
    alike = [k for k in some if abs(len(k) - size) < 3]
    roots = [k for k in some if len(k) >= SHORTEST_ROOT and word.startswith(k)]
    return list(dict.fromkeys([*get_close_matches(word, alike, MOST_ALIKE, 0.8), *roots]))
