"""Kept structures, such as fee tables and a paper's values, told leaf by leaf in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.kernel.words import Words
from portal.web.record_view.cells import NONE, Cell, lined
from portal.web.record_view.columns import Shown
from portal.web.record_view.past import Sides

#: Where a leaf lies: names, and places in lists from 0.
Path = tuple[str | int, ...]
#: A leaf and its value -> what people call it, and the value as they read it, or a cell of it.
Naming = Callable[[Path, Any], tuple[Words | str, Any]]
#: Of a record, and of what its currency columns said then.
NamingOf = Callable[[Any, Mapping[str, Any]], Naming]
_namings: dict[str, NamingOf] = {}


def name_by(editor: str, naming: NamingOf) -> None:
    """Let columns with this `editor` be told by what `naming(record, currencies)` makes of a leaf."""
    _namings[editor] = naming


def told(column: Shown) -> bool:
    """Whether the column's leaves have names."""
    return column.info.get("editor") in _namings or "lines" in column.info


def changes(
    column: Shown, old: Any, new: Any, record: Any, sides: Sides
) -> Iterator[tuple[Words | str, Cell, Cell]]:
    """The leaves that differ: name, old and new, in the order they were written."""
    if "lines" in column.info:
        yield from _lines(column, old, new, record)
        return
    before, after = dict(leaves(old)), dict(leaves(new))
    named, named_then = (_namings[column.info["editor"]](record, then) for then in reversed(sides))
    for path in dict.fromkeys([*after, *before]):
        if before.get(path) == after.get(path) or _still_unticked(before, after, path):
            continue
        label, now = named(path, after.get(path))
        yield label, _cell(named_then(path, before.get(path))[1]), _cell(now)


def _still_unticked(before: dict[Path, Any], after: dict[Path, Any], path: Path) -> bool:
    """Whether a tick that was never asked about was left out: that is no news."""
    return path not in before and after[path] is False


def _lines(
    column: Shown, old: Any, new: Any, record: Any
) -> Iterator[tuple[Words | str, Cell, Cell]]:
    """The parts that differ by their labels; a value whose lines have none is told as a whole."""
    before, after = (() if v is None else column.info["lines"](v, record) for v in (old, new))
    if not all(label for label, _said in (*before, *after)):
        yield column.label, lined(before), lined(after)
        return
    was, now = dict(before), dict(after)
    for label in dict.fromkeys([*now, *was]):
        if was.get(label) != now.get(label):
            yield label, _cell(was.get(label)), _cell(now.get(label))


def leaves(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is no table or group itself, with where it lies; empty ones are left out."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*at, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*at, place))
    elif value is not None and value != "":
        yield at, value


def _cell(value: Any) -> Cell:
    if value is None:
        return NONE
    if isinstance(value, Cell):
        return value
    return Cell("bool", value) if isinstance(value, bool) else Cell("text", str(value))
