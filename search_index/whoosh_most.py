"""A Whoosh query Whoosh lacks: so many of these terms, anywhere (its `minmatch` does nothing)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whoosh import matching, query

from search_index.whoosh_walk import Among, holding

Fields = Sequence[tuple[str, float]]


class MostOf(query.Query):  # type: ignore[misc]
    """Papers that may be found holding at least `least` of `terms` in any of `fields` (name, boost).

    The score is the sum of the terms' rarity; how often one stands in a paper says nothing here.
    """

    boost = 1.0
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __init__(self, terms: Sequence[str], least: int, fields: Fields, among: Among) -> None:
        self._terms = sorted(set(terms))
        self._least = min(least, len(self._terms))
        self._fields = fields
        self._among = among

    def field(self) -> None:
        """It looks into no one field, so Whoosh joins it with nothing else."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The matching papers of one segment with their scores."""
        times: dict[int, int] = {}
        scores: dict[int, float] = {}
        for term in self._terms:
            for number, score in self._of_term(searcher, term).items():
                times[number] = times.get(number, 0) + 1
                scores[number] = scores.get(number, 0.0) + score
        numbers = sorted(n for n, count in times.items() if count >= self._least)
        if not numbers:
            return matching.NullMatcher()
        return matching.ListMatcher(numbers, [scores[n] for n in numbers])

    def _of_term(self, searcher: Any, term: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for name, boost in self._fields:
            numbers = holding(searcher, name, term, self._among(searcher))
            if numbers:
                found |= dict.fromkeys(numbers, boost * searcher.idf(name, term.encode()))
        return found

    def estimate_size(self, reader: Any) -> int:
        """At most so many papers match."""
        return int(reader.doc_count())

    def estimate_min_size(self, reader: Any) -> int:
        """At least so many papers match."""
        return 0
