"""In which currency a record's sums stood at each act of its log: an old sum keeps its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import inspect

from portal.kernel.record import Record

#: What the log says an act changed: field -> [old, new].
Known = Mapping[str, Any]


class Sides(NamedTuple):
    """Currency columns and what they said before an act and after it."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass
class Past:
    """The log of one record read backwards, from what its currencies are today."""

    record: Record
    _then: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._then = {name: getattr(self.record, name) for name in currencies(type(self.record))}

    def step_back(self, known: Known) -> Sides:
        """The sides of the next older act, which changed what is `known` of it."""
        after = self._then
        self._then = after | {name: known[name][0] for name in after if name in known}
        return Sides(self._then, after)


def currencies(kind: type[Record]) -> frozenset[str]:
    """The columns that hold the currency of a sum of this kind of record."""
    infos = (attribute.columns[0].info for attribute in inspect(kind).column_attrs)
    return frozenset(info["currency"] for info in infos if "currency" in info)
