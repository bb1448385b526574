"""How one column narrows a list; its values live in the address under the column's own name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_decimal
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from portal.kernel import clock, money
from portal.kernel.words import Words, _, listed
from portal.web.record_view import parsing
from portal.web.record_view.columns import Shown

Args = MultiDict[str, str]


@dataclass(frozen=True, eq=False)
class Filter:
    """`kind`: choice (ticks), period (days) or range (numbers)."""

    shown: Shown
    kind: str

    @property
    def name(self) -> str:
        """The column's name, and the argument's."""
        return self.shown.name

    @property
    def label(self) -> Words:
        """What stands on the chip."""
        return self.shown.label

    def names(self) -> frozenset[str]:
        """Every argument this filter reads."""
        return frozenset({self.name, f"{self.name}_from", f"{self.name}_to"})

    def options(self) -> list[tuple[str, Words]]:
        """The ticks: (value, words)."""
        if self.shown.kind == "bool":
            return [("1", _("Yes")), ("0", _("No"))]
        return list(self.shown.choices.items())

    def chosen(self, args: Args) -> list[str]:
        """The ticked values; what is no option counts as not said."""
        known = dict(self.options())
        return [value for value in args.getlist(self.name)[:50] if value in known]

    def bounds(self, args: Args) -> tuple[Any, Any]:
        """From and to; what cannot be read counts as not said, here and on the chip."""
        low, high = (self._bound(args.get(f"{self.name}_{end}", "")) for end in ("from", "to"))
        return low, high

    def _bound(self, typed: str) -> Any:
        try:
            if self.kind == "period":
                return parsing.day(typed)
            value = parsing.amount(typed)
        except ValueError:
            return None
        return value if abs(value) < money.MOST_TYPED else None

    def read(self, args: Args) -> frozenset[str]:
        """The arguments of the address that narrow the list; none that cannot be read."""
        if self.kind == "choice":
            said = args.getlist(self.name)
            return frozenset({self.name} if said and len(self.chosen(args)) == len(said) else ())
        ends = zip(("from", "to"), self.bounds(args), strict=True)
        return frozenset(f"{self.name}_{end}" for end, value in ends if value is not None)

    def apply(self, query: Select[Any], args: Args) -> Select[Any]:
        """The query narrowed by what was chosen."""
        column = self.shown.attribute
        if self.kind == "choice":
            if not (values := self.chosen(args)):
                return query
            return query.where(column.in_([v == "1" for v in values] if self._bool else values))
        low, high = self.bounds(args)
        if low is not None:
            query = query.where(column >= self._edge(low))
        if high is not None and self.shown.kind == "moment":
            return query.where(column < self._edge(high + timedelta(days=1)))
        return query if high is None else query.where(column <= self._edge(high))

    @property
    def _bool(self) -> bool:
        return self.shown.kind == "bool"

    def _edge(self, value: Any) -> Any:
        """A day as the moment it begins, where the column keeps moments; sums to whole places."""
        if self.shown.kind == "moment" and isinstance(value, date):
            return clock.begin_of(value)
        if self.shown.kind == "money":
            return round(value, 2)
        return value

    def said(self, args: Args) -> str:
        """The words on the chip; empty when the filter is off."""
        if self.kind == "choice":
            words = dict(self.options())
            return listed(words[value] for value in self.chosen(args))
        low, high = self.bounds(args)
        if low is None and high is None:
            return ""
        return " – ".join("…" if v is None else self._written(v) for v in (low, high))

    def _written(self, value: Any) -> str:
        return value.isoformat() if self.kind == "period" else str(format_decimal(value))


def filters(columns: Iterator[Shown]) -> list[Filter]:
    """The filter each column gets; raises `TypeError` for a column that cannot narrow."""
    return [Filter(column, _kind(column)) for column in columns]


def _kind(column: Shown) -> str:
    if column.choices or column.kind == "bool":
        return "choice"
    if column.kind in ("day", "moment"):
        return "period"
    if column.kind in ("money", "number"):
        return "range"
    raise TypeError(f"{column.record.__name__}.{column.name} cannot be a filter")
