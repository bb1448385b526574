"""Raw values as they were typed, kept as JSON or given by records, made the types templates print."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from doc_templates.manifest.variable import TEXTS, Variable

MOST_DIGITS, MOST_WHOLE = 15, 12
PLACES = {"money": 2, "percent": 4, "decimal": 4}
#: Years a contract can speak of; the first is that of the Republic of China's calendar.
FIRST_YEAR, LAST_YEAR = 1912, 2999
_WHOLE = r"(\d{1,3}(,\d{3})+|\d+)"
_INT = re.compile(rf"[+-]?{_WHOLE}")
#: A comma parts thousands: in "12,5" it may stand for a point, which is not guessed.
_NUMBER = re.compile(rf"[+-]?({_WHOLE}(\.\d*)?|\.\d+)(E[+-]?\d{{1,3}})?")
_TRUE, _FALSE = {"true", "yes", "y", "1", "on"}, {"false", "no", "n", "0", "off", ""}


class Unreadable(ValueError):
    """The value is not of the variable's type."""


def typed(variable: Variable, value: Any) -> Any:
    """`value` as its variable's type, None for nothing; raises `Unreadable`."""
    if value is None or (isinstance(value, str) and not value.strip() and variable.type != "bool"):
        return None
    if variable.type in TEXTS or variable.type == "choice":
        return _text(value)
    if variable.type == "bool":
        return _bool(value)
    if variable.type == "int":
        return _whole(value)
    if variable.type == "date":
        return _day(value)
    if variable.type == "list":
        return _list(variable, value)
    return _decimal(variable, value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable
    return value


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    plain = str(value).strip().casefold() if isinstance(value, str | int) else None
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise Unreadable


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise Unreadable
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, int) and abs(value) < 10**MOST_WHOLE:
        return value
    if isinstance(value, str) and _INT.fullmatch(_plain(value)):
        digits = _plain(value).replace(",", "")
        if len(digits.lstrip("+-")) <= MOST_WHOLE:
            return int(digits)
    raise Unreadable


def _day(value: Any) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            raise Unreadable from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unreadable
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Unreadable
    return value


def _list(variable: Variable, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Unreadable
    if variable.item is not None:
        return [typed(variable.item, one) for one in value]
    return [dict(one) if isinstance(one, dict) else one for one in value]


def _decimal(variable: Variable, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise Unreadable
    if isinstance(value, str) and not _NUMBER.fullmatch(_plain(value)):
        raise Unreadable
    try:
        number = Decimal(_plain(str(value)).replace(",", ""))
    except (InvalidOperation, ValueError):  # an integer may have too many digits to be written
        raise Unreadable from None
    if not number.is_finite() or abs(number) >= 10**MOST_DIGITS:
        raise Unreadable
    places = PLACES[variable.type] if variable.decimals is None else variable.decimals
    if number != number.quantize(Decimal(1).scaleb(-places)):
        raise Unreadable
    return number if variable.type == "money" else shortest(number)


def _plain(number: str) -> str:
    """With the marks of keyboards in Chinese mode made plain."""
    return number.strip().translate({0xFF0C: ",", 0xFF0E: ".", 0xFF0D: "-", 0x2212: "-"})


def shortest(number: Decimal) -> Decimal:
    """Without zeros behind the point, as people write it: 7.50 is 7.5, 1E+2 is 100."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short.as_tuple().exponent > 0 else short  # type: ignore[operator]
