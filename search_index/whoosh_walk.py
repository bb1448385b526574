"""Which of some papers hold a term: by skipping when they are few, by walking when they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from whoosh import query

Among = Callable[[Any], Sequence[int]]
"""Segment searcher -> the numbers of its papers that may be found, in order."""

SPARSE = 8
"""A skip costs about as much as so many steps."""


def holding(searcher: Any, name: str, term: str, among: Sequence[int]) -> Sequence[int]:
    """Those of the papers `among` (in order) that hold `term` in field `name`, in order."""
    matcher = query.Term(name, term).matcher(searcher, searcher.boolean_context())
    if not matcher.is_active():
        return []
    if len(among) * SPARSE > searcher.reader().doc_frequency(name, term):
        return sorted(set(among).intersection(matcher.all_ids()))
    out = []
    for number in among:
        if matcher.id() < number:
            matcher.skip_to(number)
            if not matcher.is_active():
                break
        if matcher.id() == number:
            out.append(number)
    return out
