"""A question as a Whoosh query tree; Whoosh's own query parser is never used."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from whoosh import query

from search_index.language import Part, Question
from search_index.terms import SHORTEST_MISTYPED, near
from search_index.whoosh_most import MostOf
from search_index.whoosh_phrase import SideBySide
from search_index.whoosh_rows import Leaf
from search_index.whoosh_walk import holding

FIELDS = (("text", 1.0), ("head", 2.0))
PHRASE_BONUS = 3.0
MOST_BEGINNINGS = 30
MOST_ALIKE = 5


class Tree:
    """Builds trees for one person: what words there are depends on what the person may see.

    `nearly`: something stands nowhere as it was typed, so what comes near it is looked for.
    """

    nearly = False

    def __init__(self, searcher: Any, leaves: list[Leaf]) -> None:
        self._reader = searcher.reader()
        self._leaves = leaves
        self._among = {leaf.searcher: leaf.permitted.numbers for leaf in leaves}.__getitem__

    def wanted(self, asked: Question) -> Any | None:
        """What must match and gives the score; None when nothing is asked for."""
        groups = [self._group(group) for group in asked.wanted]
        return query.And(groups).normalize() if groups else None

    def _group(self, group: list[Part]) -> Any:
        before, ways = self.nearly, query.Or([self._part(part) for part in group])
        if len(group) > 1:  # another way of saying it may be there as it is
            self.nearly = before
        return ways

    def unwanted(self, asked: Question) -> Any | None:
        """What must not match; None when there is nothing of the kind."""
        parts = [self._part(part) for part in asked.unwanted]
        return query.Or(parts).normalize() if parts else None

    def _part(self, part: Part) -> Any:
        if part.fuzzy and len(part.terms) == 1 and len(part.terms[0]) >= SHORTEST_MISTYPED:
            words = self._alike(part.terms[0])
            self.nearly |= words != [part.terms[0]]
            each = [query.Term(name, w, boost=b) for name, b in FIELDS for w in words]
            return query.Or(each)
        if part.loose:
            bonus = [self._phrase(n, part.terms, b * PHRASE_BONUS) for n, b in FIELDS]
            return query.AndMaybe(
                MostOf(part.terms, part.least, FIELDS, self._among), query.Or(bonus)
            )
        exact = query.Or([self._in_field(name, part, boost) for name, boost in FIELDS])
        if part.fuzzy and len(part.terms) > 1 and not self._matches(exact):
            self.nearly = True
            return MostOf(part.terms, part.least, FIELDS, self._among)
        return exact

    def _matches(self, asked: Any) -> bool:
        """Whether the person may see any paper that matches."""
        return any(
            leaf.permitted.mask[number]
            for leaf in self._leaves
            for number in asked.docs(leaf.searcher)
        )

    def _in_field(self, name: str, part: Part, boost: float) -> Any:
        *before, last = part.terms
        if not before:
            kind = query.Prefix if part.prefix else query.Term
            return kind(name, last, boost=boost)
        if part.prefix:
            ends = islice(self._reader.expand_prefix(name, last), MOST_BEGINNINGS)
            ways = [[*before, end.decode()] for end in ends]
            return query.Or([self._phrase(name, way, boost) for way in ways])
        return self._phrase(name, part.terms, boost)

    def _phrase(self, name: str, terms: Sequence[str], boost: float) -> Any:
        return SideBySide(name, terms, boost, self._among)

    def _alike(self, word: str) -> list[str]:
        """The word itself, or if the person can see it nowhere, words like it they can see."""
        if self._visible(word):
            return [word]
        fields = [name for name, _ in FIELDS]
        known = {t.decode() for name in fields for t in self._reader.expand_prefix(name, word[:2])}
        return [like for like in near(word, sorted(known)) if self._visible(like)][:MOST_ALIKE] or [
            word
        ]

    def _visible(self, word: str) -> bool:
        """Whether the word stands in any paper the person may see, so that none else is told of."""
        for leaf in self._leaves:
            for name, _ in FIELDS:
                if leaf.permitted.sparse:
                    found = bool(holding(leaf.searcher, name, word, leaf.permitted.numbers))
                else:
                    numbers = query.Term(name, word).docs(leaf.searcher)
                    found = any(leaf.permitted.mask[number] for number in numbers)
                if found:
                    return True
        return False
