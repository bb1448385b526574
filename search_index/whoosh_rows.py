"""Which papers of each segment a person may find at all; decided before anything is looked up.

Segments never change, so what they store is read once; removals since then come from the reader.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from search_index.folding import fold
from search_index.inside import sought
from search_index.language import Question
from search_index.port import FILTERS, HOLDING, Scope
from search_index.whoosh_schema import Row, row

_T = TypeVar("_T")
SPARSE = 20
"""Skipping from one permitted paper to the next pays when fewer than one in so many is."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Filters of the question and of the caller together, as a value that can be a key."""

    accepted: frozenset[tuple[str, frozenset[str]]] = frozenset()
    refused: frozenset[tuple[str, frozenset[str]]] = frozenset()
    holding: frozenset[tuple[str, frozenset[str]]] = frozenset()
    not_holding: frozenset[tuple[str, frozenset[str]]] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    not_days: frozenset[tuple[int, int]] = frozenset()

    def takes(self, found: Row) -> bool:
        """Whether a row passes every filter."""
        return (
            (not self.days or any(a <= found.day <= z for a, z in self.days))
            and not any(a <= found.day <= z for a, z in self.not_days)
            and all(found.folded[name] in values for name, values in self.accepted)
            and not any(found.folded[name] in values for name, values in self.refused)
            and all(_holds(found, name, parts) for name, parts in self.holding)
            and not any(_holds(found, name, parts) for name, parts in self.not_holding)
        )


def narrowing(asked: Question, filters: Mapping[str, set[str]] | None) -> Narrowing:
    """What the typed text and the caller's filters ask of a paper's values; both must hold."""
    if unknown := set(filters or ()) - set(FILTERS):
        raise ValueError(f"no such filter: {', '.join(sorted(unknown))}")
    chosen = [(name, frozenset(values)) for name, values in (filters or {}).items() if values]
    typed = [(name, frozenset(values)) for name, values in asked.fields.items()]
    without = [(name, frozenset(values)) for name, values in asked.unwanted_fields.items()]
    accepted, holding = _parted([*chosen, *typed])
    refused, not_holding = _parted(without)
    return Narrowing(
        accepted,
        refused,
        holding,
        not_holding,
        frozenset(asked.days),
        frozenset(asked.unwanted_days),
    )


Asked = frozenset[tuple[str, frozenset[str]]]


def _parted(asked: list[tuple[str, frozenset[str]]]) -> tuple[Asked, Asked]:
    """What must be the whole value, and what must stand in it."""
    whole = frozenset((n, frozenset(map(fold, v))) for n, v in asked if n not in HOLDING)
    part = ((n, frozenset(sought(n, one) for one in v)) for n, v in asked if n in HOLDING)
    return whole, frozenset(part)


def _holds(found: Row, name: str, parts: frozenset[str]) -> bool:
    return any(part in found.folded[name] for part in parts if part)


class Permitted:
    """The numbers of the papers in one segment that may be found, in order."""

    __slots__ = ("mask", "numbers", "sparse")

    def __init__(self, numbers: list[int], size: int) -> None:
        self.numbers = array("L", numbers)
        self.mask = bytearray(size)
        for number in numbers:
            self.mask[number] = 1
        self.sparse = len(numbers) * SPARSE < size

    def after(self, number: int) -> int | None:
        """The first permitted number from `number` on."""
        at = bisect_left(self.numbers, number)
        return self.numbers[at] if at < len(self.numbers) else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One segment as one person sees it."""

    searcher: Any
    rows: dict[int, Row]
    permitted: Permitted


#: Of what `Shelved` keeps.
_MOST = 300


class Shelved:
    """Rows and permissions already worked out; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def leaves(self, searcher: Any, scope: Scope, narrow: Narrowing) -> list[Leaf]:
        """Every segment that holds something the person may find."""
        subs = (sub for sub, _ in searcher.leaf_searchers() if sub.doc_count_all())
        leaves = (self._leaf(sub, scope, narrow) for sub in subs)
        return [leaf for leaf in leaves if leaf.permitted.numbers]

    def _leaf(self, sub: Any, scope: Scope, narrow: Narrowing) -> Leaf:
        reader = sub.reader()
        segment = reader.segment().segment_id()
        rows = self._once(segment, lambda: {n: row(f["row"]) for n, f in reader.iter_docs()})
        state = (segment, reader.doc_count(), scope.labels)
        seen = self._once(state, lambda: _permitted(reader, rows, scope.labels))
        if narrow != Narrowing():
            seen = self._once((*state, narrow), lambda: _narrowed(seen, rows, narrow.takes))
        if scope.hidden:
            seen = _narrowed(seen, rows, lambda found: found.id not in scope.hidden)
        return Leaf(sub, rows, seen)

    def _once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        kept: _T = self._kept[key]
        return kept

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


def _permitted(reader: Any, rows: dict[int, Row], labels: frozenset[str] | None) -> Permitted:
    alive = (n for n in sorted(rows) if not reader.is_deleted(n))
    numbers = [n for n in alive if labels is None or not labels.isdisjoint(rows[n].audience)]
    return Permitted(numbers, reader.doc_count_all())


def _narrowed(seen: Permitted, rows: dict[int, Row], takes: Callable[[Row], bool]) -> Permitted:
    return Permitted([n for n in seen.numbers if takes(rows[n])], len(seen.mask))
