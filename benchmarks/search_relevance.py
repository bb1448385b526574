"""Recall at 20 and mean reciprocal rank of any search over the relevance set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.search_corpus import Query

Search = Callable[[str], Sequence[int]]
"""Typed text -> ids of the first 20 hits, best first."""


@dataclass(frozen=True)
class Score:
    """`recall`: share of meant papers among the first 20; `mrr`: 1 / rank of the first one."""

    recall: float
    mrr: float
    queries: int


def score(search: Search, queries: Iterable[Query]) -> Score:
    """How well `search` answers `queries`."""
    rows = [_one(search(query.typed), query) for query in queries]
    return Score(fmean(r for r, _ in rows), fmean(m for _, m in rows), len(rows))


def by_class(search: Search, queries: Iterable[Query]) -> dict[str, Score]:
    """The same for each class of queries."""
    rows = list(queries)
    kinds = dict.fromkeys(query.kind for query in rows)
    return {kind: score(search, [q for q in rows if q.kind == kind]) for kind in kinds}


def _one(found: Sequence[int], query: Query) -> tuple[float, float]:
    first = list(found)[:20]
    ranks = [rank for rank, id in enumerate(first, start=1) if id in query.relevant]
    return len(ranks) / len(query.relevant), 1 / ranks[0] if ranks else 0.0
