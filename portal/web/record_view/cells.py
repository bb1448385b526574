"""The value of one field of one record, as a person may see it; templates and exports read cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from portal.kernel import clock, masks
from portal.kernel.db import session
from portal.kernel.record import Record, kind
from portal.kernel.shape import Line
from portal.kernel.words import labelled
from portal.web.record_view.columns import Shown, column_of

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
    column = column_of(type(record), name)
    if column.names & (masks.masked(record, among=column.names) if hidden is None else hidden):
        return MASKED
    value = getattr(record, name)
    if value is None or value == "":
        return MASKED if _unseen(record, column) else NONE
    return dressed(column, value, record)


def _unseen(record: Record, column: Shown) -> bool:
    """Whether there is a related record which the person may not see: its place is not empty."""
    if column.kind != "one" or column.foreign is None or column.foreign.primary_key:
        return False
    key = inspect(type(record)).get_property_by_column(column.foreign).key
    return getattr(record, key) is not None


def row(record: Record, names: tuple[str, ...]) -> list[Cell]:
    """The cells of one record in the order of `names`."""
    among = frozenset[str]().union(*(column_of(type(record), name).names for name in names))
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


def _record(column: Shown, value: Any, record: Record | None) -> Cell:
    """The row of this id as the person sees it, with what kind of record it is."""
    table = getattr(record, column.info["kind_in"], None)
    if table is None:
        return Cell("number", value)
    found = session().get(kind(table), value)
    return MASKED if found is None else Cell("text", labelled(kind(table).noun, found))


DRESSES: dict[str, Any] = {
    "state": _state,
    "record": _record,
    "money": _money,
    "one": _one,
    "choice": lambda c, v, _r: Cell("text", c.choices.get(v, v)),
    "bool": lambda _c, v, _r: Cell("bool", bool(v)),
    "day": lambda _c, v, _r: Cell("date", v),
    "moment": lambda _c, v, _r: Cell("moment", v),
    "number": lambda _c, v, _r: Cell("number", v),
    "json": lambda c, v, r: _structure(c, v, r),
}


def _structure(column: Shown, value: Any, record: Record | None) -> Cell:
    """A structured value in the words of its column, a line for each part; else as short JSON."""
    if "lines" not in column.info:
        return Cell("text", plain_json(value))
    return lined(column.info["lines"](value, record))


def lined(lines: Sequence[Line]) -> Cell:
    """Lines as a cell; one without a label is a plain text."""
    if not lines:
        return NONE
    return (
        Cell("text", lines[0][1]) if len(lines) == 1 and not lines[0][0] else Cell("lines", lines)
    )


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
    if one.kind == "lines":
        return "\n".join(str(labelled(label, said)) if label else said for label, said in one.value)
    return str(one.value)
