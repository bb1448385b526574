"""Whether each value is there, within its bounds, of its choices and of its form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from doc_templates.manifest import identifiers, nested
from doc_templates.manifest.filling import Variables, columns
from doc_templates.manifest.nested import Values
from doc_templates.manifest.problem import Problem
from doc_templates.manifest.variable import NUMBERS, TEXTS, Variable

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def check_values(
    variables: Variables, values: Values, locale: str, stage: str, today: date
) -> Iterator[Problem]:
    """Every problem of single values, tables included; `values` are typed and complete."""
    for path, variable in variables.items():
        if "[]" in path:
            continue
        value = nested.get(values, path)
        yield from check_one(variable, value, values, values, locale, stage, today)
        if variable.type != "list" or value is None:
            continue
        if variable.item is not None:
            for number, one in enumerate(value, 1):
                for found in _limits(variable.item, one, locale):
                    yield Problem(found[0], path, number, found[1])
        else:
            yield from _check_rows(variables, path, values, locale, stage, today)


def _check_rows(
    variables: Variables, path: str, values: Values, locale: str, stage: str, today: date
) -> Iterator[Problem]:
    rows = list(nested.rows(values, path))
    for number, row in rows:
        for name, column in columns(variables, path).items():
            last = number == len(rows)
            if column.null_in == "last" and row.get(name) is None:
                if not last:
                    yield Problem("E_MISSING", column.path, number)
                continue
            for found in check_one(column, row.get(name), row, values, locale, stage, today):
                yield Problem(found.code, found.variable, number, found.limit)


def check_one(
    variable: Variable,
    value: Any,
    near: Mapping[str, Any],
    values: Values,
    locale: str,
    stage: str,
    today: date,
) -> Iterator[Problem]:
    """The problems of one value; names without a dot in its bounds are columns of the same row."""
    if value is None or value == "":
        if _needed(variable, near, values, stage):
            yield Problem("E_MISSING", variable.path)
        return
    for code, limit in _limits(variable, value, locale):
        yield Problem(code, variable.path, limit=limit)
    for relation, other in variable.bounds.items():
        against = today if other == "today" else _of(other, near, values)
        if against is not None and not RELATIONS[relation](value, against):
            yield Problem("E_" + relation.upper(), variable.path, limit=str(against))


def _needed(variable: Variable, near: Mapping[str, Any], values: Values, stage: str) -> bool:
    when = variable.required_when
    if not when:
        return variable.required
    if when.get("at", stage) != stage:
        return False
    return bool(_of(when["var"], near, values) == when["eq"])


def _of(path: str, near: Mapping[str, Any], values: Values) -> Any:
    return near[path] if path in near else nested.get(values, path)


def _limits(variable: Variable, value: Any, locale: str) -> Iterator[tuple[str, str]]:
    """Broken limits of a value on its own: code and limit."""
    if variable.type in TEXTS:
        yield from _text_limits(variable, value)
    elif variable.type in NUMBERS:
        yield from _number_limits(variable, Decimal(value))
    elif variable.type == "choice":
        allowed = variable.only.get(locale) or tuple(variable.choices)
        if value not in allowed:
            yield "E_CHOICE", ""
    elif variable.type == "list":
        yield from _range(variable, Decimal(len(value)), "E_ROWS")


def _text_limits(variable: Variable, value: str) -> Iterator[tuple[str, str]]:
    if variable.max is not None and len(value) > variable.max:
        yield "E_LENGTH", str(variable.max)
    if _ILLEGAL.search(value):
        yield "E_LETTERS", ""
    if variable.validate and not identifiers.fits(variable.validate, value):
        yield "E_PATTERN", ""
    if variable.pattern and not re.fullmatch(variable.pattern, value):
        yield "E_PATTERN", ""


def _number_limits(variable: Variable, value: Decimal) -> Iterator[tuple[str, str]]:
    yield from _range(variable, value, "E_RANGE")
    if variable.equals is not None and value != variable.equals:
        yield "E_EQUALS", str(variable.equals)
    if variable.one_of and value not in variable.one_of:
        yield "E_CHOICE", ", ".join(map(str, variable.one_of))


def _range(variable: Variable, value: Decimal, code: str) -> Iterator[tuple[str, str]]:
    if variable.min is not None and value < variable.min:
        yield code, f"≥ {variable.min}"
    if variable.max is not None and value > variable.max:
        yield code, f"≤ {variable.max}"


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "after": lambda a, b: a > b,
    "before_or_on": lambda a, b: a <= b,
    "not_before": lambda a, b: a >= b,
    "not_after": lambda a, b: a <= b,
    "greater_than": lambda a, b: a > b,
    "at_most_var": lambda a, b: a <= b,
    "differs_from": lambda a, b: a != b,
}
