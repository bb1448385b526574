"""A phrase for Whoosh that looks at places only in papers the person may find.

Whoosh's own phrase compares places in every paper that holds the terms; over the common clauses of
contracts that was most of the time of a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whoosh import matching, query

from search_index.whoosh_walk import Among, holding


class SideBySide(query.Query):  # type: ignore[misc]
    """Papers in which `terms` stand side by side in field `name`.

    The score is the rarity of the terms, growing with how often the phrase stands there.
    """

    boost = 1.0
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __init__(self, name: str, terms: Sequence[str], boost: float, among: Among) -> None:
        self._name = name
        self._terms = list(terms)
        self._weight = boost
        self._among = among

    def field(self) -> None:
        """Whoosh shall not join it with others of its field."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The matching papers of one segment with their scores."""
        numbers = self._holding_all(searcher)
        if not numbers:
            return matching.NullMatcher()
        starts: dict[int, set[int]] = {}
        for shift, term in enumerate(self._terms):
            starts = self._places(searcher, term, shift, numbers, starts)
            numbers = sorted(starts)
            if not numbers:
                return matching.NullMatcher()
        rarity = sum(searcher.idf(self._name, term.encode()) for term in self._terms)
        worth = [self._weight * rarity * _grown(len(starts[n])) for n in numbers]
        return matching.ListMatcher(numbers, worth)

    def _holding_all(self, searcher: Any) -> Sequence[int]:
        """The permitted papers that hold every term, whatever the places; rarest term first."""
        held = self._among(searcher)
        reader = searcher.reader()
        for term in sorted(set(self._terms), key=lambda t: reader.doc_frequency(self._name, t)):
            held = holding(searcher, self._name, term, held)
            if not held:
                break
        return held

    def _places(
        self,
        searcher: Any,
        term: str,
        shift: int,
        numbers: Sequence[int],
        before: dict[int, set[int]],
    ) -> dict[int, set[int]]:
        """Where the phrase may begin, per paper, after `term` at `shift` has been looked at."""
        out: dict[int, set[int]] = {}
        matcher = searcher.postings(self._name, term.encode())
        for number in numbers:
            if matcher.id() < number:
                matcher.skip_to(number)
            begins = {place - shift for place in matcher.value_as("positions")}
            if shift:
                begins &= before[number]
            if begins:
                out[number] = begins
        return out

    def estimate_size(self, reader: Any) -> int:
        """At most so many papers match."""
        return int(reader.doc_count())

    def estimate_min_size(self, reader: Any) -> int:
        """At least so many papers match."""
        return 0


def _grown(times: int) -> float:
    """What several occurrences add: as in BM25, less and less."""
    return times * 2.2 / (times + 1.2)
