"""The value of one field of one record, as a person may see it; templates and exports read cells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from portal.kernel import clock, masks
from portal.kernel.record import Record
from portal.web.record_view.columns import Shown, shown

DOTS = "•••"


@dataclass(frozen=True)
class Cell:
    """`kind` says how `value` is dressed; `extra` is its currency, colour, id or address."""

    kind: str
    value: Any = None
    extra: Any = None


MASKED = Cell("masked", DOTS)
NONE = Cell("none")


def cell(record: Record, name: str, hidden: frozenset[str] | None = None) -> Cell:
    """One cell; `hidden` spares asking for the masks of the same record again."""
    column = shown(type(record), name)
    if column.names & (masks.masked(record, among=column.names) if hidden is None else hidden):
        return MASKED
    value = getattr(record, name)
    if value is None or value == "":
        return NONE
    return dressed(column, value, record)


def row(record: Record, names: tuple[str, ...]) -> list[Cell]:
    """The cells of one record in the order of `names`."""
    among = frozenset[str]().union(*(shown(type(record), name).names for name in names))
    hidden = masks.masked(record, among=among)
    return [cell(record, name, hidden) for name in names]


def dressed(column: Shown, value: Any, record: Record | None = None) -> Cell:
    """A value of this column on its own (a cell, or one side of a change)."""
    act = DRESSES.get(column.kind)
    return Cell("text", str(value)) if act is None else act(column, value, record)


def _state(column: Shown, value: Any, _record: Record | None) -> Cell:
    words, colour = column.record.workflow.states.get(value, (value, ""))  # type: ignore[attr-defined]
    return Cell("state", words, colour)


def _money(column: Shown, value: Any, record: Record | None) -> Cell:
    name = column.info.get("currency")
    return Cell("money", value, getattr(record, name) if record is not None and name else None)


def _one(column: Shown, value: Any, _record: Record | None) -> Cell:
    if column.target is not None and column.target.is_person:
        return Cell("person", str(value), getattr(value, "id", 0))
    return Cell("text", str(value))


DRESSES: dict[str, Any] = {
    "state": _state,
    "money": _money,
    "one": _one,
    "choice": lambda c, v, _r: Cell("text", c.choices.get(v, v)),
    "bool": lambda _c, v, _r: Cell("bool", bool(v)),
    "day": lambda _c, v, _r: Cell("date", v),
    "moment": lambda _c, v, _r: Cell("moment", v),
    "number": lambda _c, v, _r: Cell("number", v),
    "json": lambda c, v, r: Cell("text", _structure(c, v, r)),
}


def _structure(column: Shown, value: Any, record: Record | None) -> str:
    """A structured value in the words of its column, else as short JSON."""
    said = column.info.get("said")
    return plain_json(value) if said is None else str(said(value, record))


def plain_json(value: Any) -> str:
    """A kept structure as short text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:400]


def plain(one: Cell) -> Any:
    """The cell's value for a sheet: texts, numbers, days; moments in the company's zone."""
    if one.kind in ("none",):
        return ""
    if one.kind == "moment":
        return one.value.astimezone(clock.zone()).replace(tzinfo=None)
    if one.kind in ("money", "number", "date", "bool"):
        return one.value
    return str(one.value)
