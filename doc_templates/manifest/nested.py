"""Nested values by dotted path: ``payment.days``, ``fee.lines[].qty``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Values = dict[str, Any]


def get(values: Mapping[str, Any], path: str) -> Any:
    """The value under a path, None when anything on the way is missing; ``a[].b`` gives a list."""
    head, table, rest = path.partition("[]")
    found: Any = values
    for part in head.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    if not table:
        return found
    rows = found if isinstance(found, list) else []
    return [get(r, rest[1:]) if isinstance(r, Mapping) else None for r in rows] if rest else rows


def put(values: Values, path: str, value: Any) -> None:
    """Set the value under a plain path, making the groups on the way."""
    *groups, last = path.split(".")
    for group in groups:
        inner = values.get(group)
        if not isinstance(inner, dict):
            inner = values[group] = {}
        values = inner
    values[last] = value


def rows(values: Mapping[str, Any], path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table, counted from 1; entries that are no rows are left out."""
    for number, row in enumerate(get(values, path) or (), 1):
        if isinstance(row, dict):
            yield number, row
