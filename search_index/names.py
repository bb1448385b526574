"""What people may type before a colon, and after it: ``狀態:作廢``, ``type:contract``, ``dept:Legal``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from search_index.folding import bare, fold
from search_index.terms import HAN

DAY = "day"
"""The field of the days a paper is of; its values are stretches of time."""

SHORTEST = 3
"""So many Latin letters of a name must be typed; of a Chinese one a single letter will do."""

_APART = re.compile(r"[\W_]+")
_HAN = re.compile(f"[{HAN}]")
Values = Mapping[str, Iterable[str]]
"""What a field may hold, and what people call each."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something before or after a colon that nobody knows: the field ("" for no such field), what was typed."""

    field: str
    typed: str


@dataclass(frozen=True)
class Names:
    """The names of fields as folded text, and the values of those that hold only certain ones.

    Values are asked for when they are needed: who asks may know only some. `today`: by which
    “last month” is counted; without it nobody knows.
    """

    fields: Mapping[str, str]
    values: Mapping[str, Callable[[], Values]] = field(default_factory=dict)
    today: date | None = None

    def called(self, typed: str) -> str | None:
        """The field of this name, however it is written; None for none."""
        return self.fields.get(bare(typed))

    def meant(self, field: str, typed: str) -> frozenset[str]:
        """The values of a field that `typed` may mean, folded as the index compares them.

        A whole name means its value alone; else a part of a Chinese name, or the beginnings of
        the words of another, mean every value called so. Where every value goes, it is as typed.
        """
        if field not in self.values:
            return frozenset({fold(typed).strip()}) - {""}
        known = {code: (code, *names) for code, names in self.values[field]().items()}
        for means in (_is, _holds):
            found = {code for code, names in known.items() if any(means(typed, n) for n in names)}
            if found:
                return frozenset(map(fold, found))
        return frozenset()


def named(fields: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Field -> its names, turned round: folded name -> field."""
    return {bare(name): field for field, names in fields.items() for name in (field, *names)}


CODES = Names(
    named(
        {
            "kind": ("type",),
            "state": ("status",),
            "dept": ("department",),
            "classification": ("class",),
            "template": (),
            "language": ("lang",),
            "number": ("no",),
            "title": (),
            "counterparty": ("client",),
            DAY: ("date",),
        }
    )
)
"""Fields by their codes alone, any value: for who brings no names of their own."""


def _is(typed: str, name: str) -> bool:
    return bare(typed) == bare(name) != ""


def _holds(typed: str, name: str) -> bool:
    said = bare(typed)
    if _HAN.search(said):
        return said in bare(name)
    words = _APART.split(fold(name))
    begun = [word for word in _APART.split(fold(typed)) if word]
    return len(said) >= SHORTEST and all(
        any(word.startswith(start) for word in words) for start in begun
    )
