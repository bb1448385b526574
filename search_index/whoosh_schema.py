"""How an entry lies in a Whoosh index: terms to look up, a stored row of values to filter by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import IDTokenizer

from search_index import inside
from search_index.folding import fold
from search_index.port import FACETS, Entry
from search_index.terms import GAP, indexed


class Terms(fields.FieldType):  # type: ignore[misc]
    """Takes ready (place, term) pairs; Whoosh's own analysis would cost more than the indexing."""

    def __init__(self) -> None:
        self.analyzer = IDTokenizer()
        self.format = formats.Positions()
        self.scorable = True
        self.stored = False

    def index(self, value: Iterable[tuple[int, str]], **_: Any) -> Iterator[Any]:
        """What Whoosh writes of each term: bytes, how often, weight, places."""
        places: dict[str, list[int]] = {}
        for place, term in value:
            places.setdefault(term, []).append(place)
        for term, at in places.items():
            yield term.encode(), len(at), float(len(at)), self.format.encode(at)


SCHEMA = fields.Schema(id=fields.ID, row=fields.STORED, head=Terms(), text=Terms())


@dataclass(frozen=True, slots=True)
class Row:
    """The stored values of one entry; `folded` is what filters compare with or look into, by filter name."""

    id: int
    revision: int
    day: int
    title: str
    number: str
    audience: tuple[str, ...]
    facets: tuple[str, ...]
    folded: dict[str, str]
    sought: tuple[str, str, str]
    past: bool


def number_of(day: date) -> int:
    """A day as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def document(entry: Entry) -> dict[str, Any]:
    """The fields of an entry as Whoosh takes them."""
    year = str(entry.day.year)
    facets = (entry.kind, entry.state, year, entry.classification, entry.language)
    row = (
        entry.id,
        entry.revision,
        number_of(entry.day),
        entry.title,
        entry.number,
        tuple(entry.audience),
        facets,
        str(entry.dept),
        entry.template,
        entry.past,
        entry.counterparty,
    )
    return {
        "id": str(entry.id),
        "row": row,
        "head": _head(entry),
        "text": indexed(entry.pages),
    }


def _head(entry: Entry) -> list[tuple[int, str]]:
    """What the paper is called, whose it is, and its day: a date typed finds a bare scan as well."""
    head = _apart((entry.title, entry.number, entry.counterparty, *entry.called))
    return [*head, (head[-1][0] + GAP if head else 0, f"@{number_of(entry.day)}")]


def _apart(values: Iterable[str]) -> list[tuple[int, str]]:
    """The terms of several values; no phrase runs from one into the next."""
    out: list[tuple[int, str]] = []
    for value in values:
        start = out[-1][0] + GAP if out else 0
        out += ((start + place, term) for place, term in indexed([value]))
    return out


def row(stored: tuple[Any, ...]) -> Row:
    """A stored row read back, with the folded values filters and suggestions need."""
    id_, revision, day, title, number, audience, facets, dept, template, past, counterparty = stored
    values = (*zip(FACETS, facets, strict=True), ("dept", dept), ("template", template))
    return Row(
        id=id_,
        revision=revision,
        day=day,
        title=title,
        number=number,
        audience=tuple(map(intern, audience)),
        facets=tuple(map(intern, facets)),
        folded={name: intern(fold(value)) for name, value in values}
        | inside.held(number, title, counterparty),
        sought=(fold(title), fold(number), fold(number).replace("-", "")),
        past=past,
    )
