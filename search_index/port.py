"""The promise every search engine keeps: what goes in, who asks, what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from search_index.names import CODES, Names, Unknown

SCHEMA = 7
"""Grows when entries, terms or an engine's fields change: an index of another number is refused."""

FACETS = ("kind", "state", "year", "classification", "language")
HOLDING = ("number", "title", "counterparty")
"""Filters that take a part of what stands there; a number however its marks and noughts are typed."""
FILTERS = (*FACETS, "dept", "template", *HOLDING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as the index knows it, in its current version.

    `revision` grows with every change of text, fields or audience. `audience` holds labels, each
    one reason to see the paper. `pages` is the text of each page in order; it is not stored.
    `called`: what people call such a paper, which its own text may not say. `past`: it counts no
    more (void, replaced) and comes after those that do.
    """

    id: int
    revision: int
    number: str
    title: str
    kind: str
    day: date
    dept: int
    classification: str
    template: str
    language: str
    counterparty: str
    audience: tuple[str, ...]
    pages: tuple[str, ...]
    called: tuple[str, ...] = ()
    state: str = ""
    past: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes: any one of `labels` opens an entry; None opens all.

    `hidden` ids never match: papers whose change of audience has not reached the index yet.
    """

    labels: frozenset[str] | None
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """One paper found; scores compare only within one answer."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, and the total and facets of everything that matched within the scope.

    `remarks` are codes: ``shortened`` (only the beginning was used), ``no_words`` (nothing in the
    text can be looked up, so nothing was found), ``no_such_value`` (a field was asked for a value it
    cannot have, so nothing was found), ``of_that_time`` (a month or year typed as a word was taken
    as the time the papers are of), ``nearly`` (nothing holds what was typed, these come near it).
    `unknown`: the names before and after colons nobody knows.
    """

    hits: list[Hit]
    total: int
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()


class Index(Protocol):
    """One index in one folder. Everything raises only the exceptions of `search_index.errors`."""

    engine: str

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Write entries in one commit; an older revision never replaces a newer one."""

    def delete(self, ids: Iterable[int]) -> None:
        """Remove entries in one commit; ids that are not there do not matter."""

    def search(
        self,
        text: str,
        scope: Scope,
        *,
        offset: int = 0,
        size: int = 20,
        newest: bool = False,
        filters: Mapping[str, set[str]] | None = None,
        names: Names = CODES,
    ) -> Found:
        """What matches typed `text` within `scope`; empty text matches everything.

        `filters`: name (one of `FILTERS`) -> accepted values. Order: best first, equal ones newest
        id first, those of the `past` after the others; `newest`: by day alone. `names`: of fields
        and values that may be typed. No text is an error; an unknown filter name is a `ValueError`.
        """

    def suggest(self, beginning: str, scope: Scope, limit: int = 8) -> list[str]:
        """Titles or numbers within `scope` that hold what was typed so far."""

    def fingerprints(self) -> dict[int, int]:
        """Id -> revision of everything indexed, to compare with the database."""

    def count(self) -> int:
        """How many entries there are."""

    def tidy(self) -> None:
        """Remove what a killed writer or a full disk left half-written."""

    def close(self) -> None:
        """Let go of files; a later call opens them again."""
