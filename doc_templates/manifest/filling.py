"""Raw values completed and typed: defaults where nothing is said, then what the portal computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doc_templates.manifest import nested
from doc_templates.manifest.computing import compute
from doc_templates.manifest.nested import Values
from doc_templates.manifest.problem import Problem
from doc_templates.manifest.typed import Unreadable, typed
from doc_templates.manifest.variable import Variable

#: Computed values may rest on computed values; no chain is longer.
PASSES = 3

Variables = Mapping[str, Variable]


def filled(
    variables: Variables, raw: Mapping[str, Any], locale: str, currency: str
) -> tuple[Values, list[Problem]]:
    """Every variable with a typed value or None, and what could not be read (E_TYPE)."""
    values: Values = {}
    problems: list[Problem] = []
    for path, variable in variables.items():
        if "[]" in path or variable.computed:
            continue
        value = nested.get(raw, path)
        if value is None:
            value = default(variable, locale, currency)
        nested.put(values, path, _read(variable, value, locale, problems))
    for path, variable in variables.items():
        if variable.type == "list" and variable.item is None and "[]" not in path:
            nested.put(values, path, _rows(variables, path, values, locale, problems))
    _compute(variables, values)
    return values, problems


def default(variable: Variable, locale: str, currency: str = "") -> Any:
    """What holds when nothing is said, perhaps by language or by currency."""
    if currency in variable.default_by_currency:
        return variable.default_by_currency[currency]
    return variable.defaults.get(locale)


def _read(
    variable: Variable, value: Any, locale: str, problems: list[Problem], row: int = 0
) -> Any:
    try:
        found = typed(variable, value)
    except Unreadable:
        problems.append(Problem("E_TYPE", variable.path, row))
        return None
    # A default of nothing says: print nothing, where other texts must be given.
    return "" if found is None and variable.defaults.get(locale) == "" else found


def columns(variables: Variables, path: str) -> dict[str, Variable]:
    """The columns of a table by name, in order; tables inside tables are columns of lists."""
    begin = f"{path}[]."
    return {
        p.removeprefix(begin): v
        for p, v in variables.items()
        if p.startswith(begin) and "[]" not in p.removeprefix(begin)
    }


def _rows(
    variables: Variables, path: str, values: Values, locale: str, problems: list[Problem]
) -> list[Values]:
    made = []
    for number, raw in enumerate(nested.get(values, path) or (), 1):
        if not isinstance(raw, Mapping):
            problems.append(Problem("E_TYPE", path, number))
            continue
        made.append(
            {
                name: _read(
                    column, raw.get(name, default(column, locale)), locale, problems, number
                )
                for name, column in columns(variables, path).items()
                if not column.computed
            }
        )
    return made


def _compute(variables: Variables, values: Values) -> None:
    for _pass in range(PASSES):
        for path, variable in variables.items():
            if not variable.computed:
                continue
            if not variable.list_path:
                nested.put(values, path, compute(variable.computed, values, path))
                continue
            for _number, row in nested.rows(values, variable.list_path):
                row[variable.name] = compute(variable.computed, row, path)
