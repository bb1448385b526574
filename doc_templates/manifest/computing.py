"""Values the portal works out itself: a small, closed list of functions over other values."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from doc_templates.errors import PaperError
from doc_templates.manifest import nested

Act = Callable[..., Any]
_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_CENT, _DAY = Decimal("0.01"), timedelta(days=1)


def call(text: str, path: str) -> tuple[str, tuple[str, ...]]:
    """``months(a, b)`` as name and arguments; raises `PaperError` E_MANIFEST."""
    if text == "qty * price":
        return "product", ("qty", "price")
    found = _CALL.fullmatch(text.strip())
    if found is None or found[1] not in FUNCTIONS:
        raise PaperError("E_MANIFEST", path, f"unknown function {text}")
    arguments = tuple(part.strip() for part in found[2].split(","))
    least, most = ARGUMENTS.get(found[1], (1, 1))
    if not least <= len(arguments) <= most or not all(arguments):
        raise PaperError("E_MANIFEST", path, f"wrong number of arguments: {text}")
    return found[1], arguments


def compute(text: str, values: Mapping[str, Any], path: str) -> Any:
    """The value of a computed variable; None while something it needs is missing."""
    name, arguments = call(text, path)
    if name == "sha256_equal":
        return _same_hash(values, *arguments)
    if name == "present":
        return bool(str(nested.get(values, arguments[0]) or "").strip())
    given = [_value(values, one) for one in arguments]
    return FUNCTIONS[name](*given)


def _value(values: Mapping[str, Any], argument: str) -> Any:
    if argument.startswith("'"):
        return argument.strip("'")
    return nested.get(values, argument)


def months(start: date | None, end: date | None) -> int | None:
    """Whole months of a term; a started month counts. 2026-12-01 to 2027-11-30 is 12.

    A month ends the day before the day it began with, or with the last day of a month that has
    no such day: 2024-02-29 to 2025-02-28 is 12.
    """
    if start is None or end is None or end < start:
        return None
    whole = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    ends = start.day - 1 if start.day <= last else last
    return whole if end.day <= ends else whole + 1


def whole_months(start: date | None, end: date | None) -> bool:
    """Whether the term ends with a month of its own: six weeks are no two months."""
    counted = months(start, end)
    if end is None or counted is None or end == date.max:
        return False
    return months(start, end + _DAY) != counted


def _minus_days(day: date | None, number: int | None) -> date | None:
    if day is None or number is None:
        return None
    try:
        return day - timedelta(days=number)
    except OverflowError:  # the number itself is outside its limits, and that is said
        return None


def _add(*numbers: Any) -> Any:
    present = [number for number in numbers if number is not None]
    return sum(present) if present else None


def _sum(numbers: list[Any] | None) -> Any:
    return sum((n for n in numbers or () if n is not None), Decimal(0))


def _product(qty: Any, price: Any) -> Decimal | None:
    if qty is None or price is None:
        return None
    return (Decimal(qty) * Decimal(price)).quantize(_CENT, ROUND_HALF_UP)


def _component(model: str | None, parts: list[str] | None, key: str) -> bool:
    return model == key or (model == "mixed" and key in (parts or ()))


def _same_hash(values: Mapping[str, Any], one: str, other: str) -> bool:
    """The full hashes, never their short forms."""
    first, second = nested.get(values, f"{one}.sha256"), nested.get(values, f"{other}.sha256")
    return bool(first) and first == second


FUNCTIONS: dict[str, Act] = {
    "months": months,
    "whole_months": whole_months,
    "minus_days": _minus_days,
    "add": _add,
    "sum": _sum,
    "product": _product,
    "component": _component,
    "present": bool,
    "sha256_equal": _same_hash,
}
#: How many arguments a function takes, where it is not one.
ARGUMENTS = {
    "months": (2, 2),
    "whole_months": (2, 2),
    "minus_days": (2, 2),
    "add": (1, 20),
    "component": (3, 3),
    "sha256_equal": (2, 2),
}
