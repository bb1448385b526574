"""Typical values for every variable of a manifest, to see whether it works before anybody needs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from doc_templates.manifest import nested
from doc_templates.manifest.nested import Values
from doc_templates.manifest.variable import NUMBERS, TEXTS, Variable

TYPICAL_DAY = date(2026, 11, 24)
_ROWS = 2


def typical(variables: Mapping[str, Variable], locale: str, *, full: bool) -> Values:
    """A value of its type for each variable that is entered; only the needed ones unless `full`."""
    values: Values = {}
    for path, one in variables.items():
        if "[]" in path or one.computed or not (full or one.required):
            continue
        nested.put(values, path, _value(variables, one, locale, full))
    return values


def _value(variables: Mapping[str, Variable], one: Variable, locale: str, full: bool) -> Any:
    if one.type == "list":
        return _list(variables, one, locale, full)
    if one.type == "choice":
        return next(iter(one.only.get(locale) or one.choices), "")
    if one.type in TEXTS:
        return "x"
    if one.type in NUMBERS:
        return one.min if one.min is not None else 1
    return TYPICAL_DAY if one.type == "date" else full


def _list(variables: Mapping[str, Variable], one: Variable, locale: str, full: bool) -> list[Any]:
    if one.item is not None:
        return [_value(variables, one.item, locale, full)]
    begin = f"{one.path}[]."
    return [
        {
            path.removeprefix(begin): _value(variables, column, locale, full)
            for path, column in variables.items()
            if path.startswith(begin) and not column.computed and (full or column.required)
        }
        for _row in range(_ROWS)
    ]
