"""What people type, read as values: days, sums, whole numbers, JSON. One reader for forms and filters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.kernel import money
from portal.kernel.errors import Invalid
from portal.kernel.text import ascii_digits
from portal.kernel.words import _

MOST_NUMBER = 2**31 - 1
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_ROC = re.compile(
    r"(?:民國|民国|ROC)?\s*(\d{2,3})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.IGNORECASE
)
_WESTERN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_BETWEEN = re.compile(r"[\s,;，、；]+")
_WHOLE = re.compile(rf"[+-]?{money.WHOLE}")
ROC_BEGAN = 1911
#: The years a day may lie in: papers print no others, and what is counted on from them still exists.
FIRST_YEAR, LAST_YEAR = 1912, 2999


def day_in(form: Mapping[str, str], field: str) -> date:
    """The day a form sent in `field`; raises `Invalid` naming it."""
    try:
        return day(form.get(field, ""))
    except ValueError:
        raise Invalid(
            {field: _("Give the day as yyyy-mm-dd, of the years 1912 to 2999.")}
        ) from None


def day(typed: str) -> date:
    """2026-11-23, 2026/11/23, 20261123, 2026年11月23日, and years of the Republic: 115/11/23.

    Raises `ValueError`, also for a year that is typed to mean always or never.
    """
    plain = ascii_digits(typed[:40])
    for pattern, began in ((_DAY, 0), (_WESTERN, 0), (_ROC, ROC_BEGAN)):
        if found := pattern.fullmatch(plain):
            year, month, number = (int(part) for part in found.groups() if part is not None)
            if not FIRST_YEAR <= year + began <= LAST_YEAR:
                break
            return date(year + began, month, number)
    raise ValueError(typed)


def parts(typed: str) -> list[str]:
    """Several values typed into one box, with blanks, commas or new lines between."""
    return [one for one in _BETWEEN.split(typed) if one]


def amount(typed: str) -> Decimal:
    """A sum, thousands separators allowed: 1,234,567.80. Raises `ValueError`."""
    return money.number(typed)


def whole(typed: str) -> int:
    """A whole number that fits the database, thousands separators allowed. Raises `ValueError`."""
    plain = ascii_digits(typed[:40])
    if not _WHOLE.fullmatch(plain) or abs(number := int(plain.replace(",", ""))) > MOST_NUMBER:
        raise ValueError(typed)
    return number


def ident(typed: object) -> int | None:
    """A record's id as it came in an address or a form; None for anything that is none."""
    plain = str(typed) if isinstance(typed, str | int) else ""
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 10):
        return None
    number = int(plain)
    return number if 0 < number <= MOST_NUMBER else None


def json_or_text(typed: str) -> Any:
    """JSON where it is JSON, else the text itself (settings are typed by people)."""
    try:
        return json.loads(typed, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return typed.strip()


def _no_constant(name: str) -> Any:
    raise ValueError(name)
