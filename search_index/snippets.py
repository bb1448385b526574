"""Where in a paper the words stand: short pieces of its text as typed, with what matched marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from search_index.folding import fold, origins
from search_index.language import Part, read
from search_index.names import CODES, Names
from search_index.terms import (
    LONGEST_WORD,
    SHORTEST_MISTYPED,
    Stretch,
    Token,
    near,
    stretches,
    tokens,
)

MOST_LETTERS = 200_000
"""Of a longer paper only so many letters are looked through."""
HAN_LETTER = 4
"""So much room one Chinese letter of a run takes at most, with blanks and the end of a line."""
BIT = 1_000
"""So many letters are read at a time."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of page `page` (from 1): text and whether it matched, in order; never markup."""

    page: int
    parts: list[tuple[str, bool]]


Mark = tuple[int, int]


def snippets(
    pages: Sequence[str],
    typed: str,
    names: Names = CODES,
    *,
    nearly: bool = False,
    most: int = 3,
    width: int = 60,
) -> list[Snippet]:
    """Up to `most` pieces of about `width` letters around what `typed` finds on `pages`.

    The text is as it stands on the page, whichever script was searched. Matching is the index's:
    endings, spellings of dates and sums, and misread letters of long strings count as found, and
    what comes near it if the index found nothing else (`nearly`).
    """
    question = read(typed, names)
    question = (question.nearly() if nearly else None) or question
    wanted = [part for group in question.wanted for part in group]
    looked: list[_Looked] = []
    room = most
    for stretch in _readable(pages) if wanted else ():
        looked.append(_looked_through(stretch, wanted, room, width))
        room -= len(looked[-1].windows(width))
        if room <= 0:
            break  # nothing that only comes near would be shown
    else:
        missed = [part for part in wanted if not any(part in one.held for one in looked)]
        looked = [_looked_nearer(one, missed) for one in looked]
    return [
        _cut(one.stretch, window, one.marks, width) for one, window in _best(looked, most, width)
    ]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A stretch and what stands in it: as asked (`marks` hold `exact`), or only nearly so."""

    stretch: Stretch
    exact: list[Mark]
    held: frozenset[Part]
    marks: list[Mark]

    def windows(self, width: int) -> list[list[Mark]]:
        return _windows(self.marks, width)


def _best(looked: list[_Looked], most: int, width: int) -> list[tuple[_Looked, list[Mark]]]:
    """The pieces to show, as they follow each other: what stands there as asked goes before the rest."""
    found = [(one, window) for one in looked for window in one.windows(width)]
    sure = [
        any(a < end and start < b for start, end in w for a, b in one.exact) for one, w in found
    ]
    first = sorted(range(len(found)), key=lambda at: (not sure[at], at))[:most]
    return [found[at] for at in sorted(first)]


def _readable(pages: Sequence[str]) -> Iterator[Stretch]:
    left = MOST_LETTERS
    for stretch in stretches(pages):
        if left <= 0:
            return
        yield Stretch(stretch.text[:left], stretch.starts)
        left -= len(stretch.text)


def _looked_through(stretch: Stretch, wanted: list[Part], most: int, width: int) -> _Looked:
    """Bit by bit, no further than the pieces asked for need: most papers hold the words early."""
    folded, marks = fold(stretch.text), list[Mark]()
    held, found = set[Part](), list[Mark]()
    at = _origins(folded, stretch)
    for begin in range(0, len(folded), BIT):
        for number, mark in _of_bit(folded, begin, wanted):
            held.add(wanted[number])
            found.append(mark)
        marks = _joined((at[start], at[end - 1] + 1) for start, end in found)
        if len(_windows(marks, width)) > most:
            break
    return _Looked(stretch, marks, frozenset(held), marks)


def _looked_nearer(one: _Looked, missed: list[Part]) -> _Looked:
    """The same with what comes near the parts that stand nowhere as asked."""
    folded = fold(one.stretch.text)
    parts = [
        part for part in missed if part.fuzzy or (part.loose and _may_hold(folded, part, True))
    ]
    if not parts:
        return one
    everything, at = list(tokens(folded)), _origins(folded, one.stretch)
    near_by = [mark for part in parts for mark in _nearly(everything, part)]
    more = ((at[start], at[end - 1] + 1) for start, end in near_by)
    return replace(one, marks=_joined([*one.exact, *more]))


def _origins(folded: str, stretch: Stretch) -> Sequence[int]:
    """Which letter of the text each folded one comes from."""
    same = len(folded) == len(stretch.text)
    return range(len(folded)) if same else origins(stretch.text)


def _of_bit(folded: str, begin: int, wanted: list[Part]) -> Iterator[tuple[int, Mark]]:
    """Which part stands where, among what begins in the next `BIT` letters of the text.

    A little is read before and after, so that no word or phrase is cut by the bit's ends.
    """
    around = max(map(_reach, wanted))
    first = max(0, begin - around)
    piece = folded[first : begin + BIT + around]
    likely = [(number, part) for number, part in enumerate(wanted) if _may_hold(piece, part)]
    read = list(tokens(piece)) if likely else []
    places: dict[int, list[Token]] = {}
    for token in read:
        places.setdefault(token.place, []).append(token)
    for number, part in likely:
        for token in read:
            if begin <= first + token.start < begin + BIT and (
                mark := _phrase(places, token, part)
            ):
                yield number, (first + mark[0], first + mark[1])


def _reach(part: Part) -> int:
    """In how many letters a part ends: a Chinese letter and the blanks before it, or a whole word."""
    return LONGEST_WORD + sum(
        HAN_LETTER if _is_wide(term[0]) and len(term) < 3 else LONGEST_WORD for term in part.terms
    )


def _may_hold(folded: str, part: Part, loosely: bool = False) -> bool:
    """A cheap look before terms are made: facts are spelled in too many ways to tell.

    Whole, a part stands only where every term may begin; loosely, where some may.
    """
    if any(term.startswith("@") or term.isdecimal() for term in part.terms):
        return True
    enough = any if loosely else all
    return enough(term[:1] in folded for term in part.terms)


def _nearly(found: list[Token], part: Part) -> list[Mark]:
    """What a part that stands nowhere as asked matches loosely, or written a little otherwise."""
    in_part = part.loose or (part.fuzzy and len(part.terms) > 1)
    marks = _runs(found, set(part.terms)) if in_part else []
    if not marks and part.fuzzy and len(part.terms[0]) >= SHORTEST_MISTYPED:
        alike = set(near(part.terms[0], sorted({token.term for token in found})))
        marks = [(token.start, token.end) for token in found if token.term in alike]
    return marks


def _phrase(places: dict[int, list[Token]], first: Token, part: Part) -> Mark | None:
    """The range of the phrase that begins with token `first`, if one does."""
    end = first.end
    for i, term in enumerate(part.terms):
        prefix = part.prefix and i == len(part.terms) - 1
        here = [first] if i == 0 else places.get(first.place + i, [])
        fits = [t for t in here if t.term == term or (prefix and t.term.startswith(term))]
        if not fits:
            return None
        end = max(end, fits[0].end)
    if part.prefix and len(part.terms) == 1 and len(part.terms[0]) == 1 and len(first.term) == 2:
        end = first.start + 1
    return first.start, end


def _runs(found: list[Token], terms: set[str]) -> list[Mark]:
    """Of a loose match, the places where at least half of its terms stand close together."""
    spots = [t for t in found if t.term in terms]
    best: list[Token] = []
    for i, token in enumerate(spots):
        near = [t for t in spots[i:] if t.place - token.place < 2 * len(terms)]
        if len({t.term for t in near}) > len({t.term for t in best}):
            best = near
    return [(t.start, t.end) for t in best]


def _joined(marks: Iterable[Mark]) -> list[Mark]:
    """Ranges in order, touching ones joined."""
    merged: list[Mark] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _windows(marks: list[Mark], width: int) -> list[list[Mark]]:
    """Marks grouped, in order, so that each group fits into one piece of text."""
    windows: list[list[Mark]] = []
    for mark in marks:
        if windows and mark[1] - windows[-1][0][0] <= width:
            windows[-1].append(mark)
        else:
            windows.append([mark])
    return windows


def _cut(stretch: Stretch, window: list[Mark], marks: list[Mark], width: int) -> Snippet:
    text = stretch.text
    start, end = window[0][0], window[-1][1]
    spare = max(0, width - (end - start)) // 2
    left, right = max(0, start - spare), min(len(text), end + spare)
    while left < start and _within_word(text, left):
        left += 1
    while right > end and _within_word(text, right):
        right -= 1
    page = stretch.starts[bisect_right(stretch.starts, (start, 1 << 60)) - 1][1]
    parts: list[tuple[str, bool]] = [("…", False)] if left else []
    here = left
    for a, b in (m for m in marks if m[0] < right and m[1] > left):
        a, b = max(a, left), min(b, right)
        parts += [(_one_line(text, here, a), False), (_one_line(text, a, b), True)]
        here = b
    parts += [(_one_line(text, here, right), False), ("…" if right < len(text) else "", False)]
    return Snippet(page, [part for part in parts if part[0]])


def _within_word(text: str, at: int) -> bool:
    """Whether a cut before this letter goes through a word; Chinese is cut anywhere."""
    beside = text[at - 1 : at + 1] if at else ""
    return len(beside) == 2 and beside.isalnum() and not any(map(_is_wide, beside))


def _one_line(text: str, start: int, end: int) -> str:
    """A piece of the text as one line: Chinese goes on over a line's end, other words need a space."""
    return "".join(_letter(text, at) for at in range(start, end))


def _letter(text: str, at: int) -> str:
    if not text[at].isspace():
        return text[at]
    left, right = at, at + 1
    while left > 0 and text[left - 1].isspace():
        left -= 1
    while right < len(text) and text[right].isspace():
        right += 1
    within = "\n" in text[left:right] and left > 0 and right < len(text)
    if at > left or (within and _is_wide(text[left - 1]) and _is_wide(text[right])):
        return ""
    return " "


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"
