"""Money: exact, with its currency, stored as whole minor units so that sums are sums."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

from portal.kernel import text

CURRENCIES = ("TWD", "CNY", "HKD", "USD")
MINOR = 100
#: What a sum stays below: one that is worked out, and one that is typed.
MOST, MOST_TYPED = Decimal(10) ** 13, Decimal(10) ** 12
#: Of a limit that people set.
BOUNDS = (0, int(MOST_TYPED))
MOST_LETTERS = 40
#: A comma parts thousands: in "12,5" it may stand for a point, which is not guessed.
WHOLE = r"(\d{1,3}(,\d{3})+|\d+)"
_NUMBER = re.compile(rf"[+-]?({WHOLE}(\.\d*)?|\.\d+)", re.ASCII)


def number(typed: str) -> Decimal:
    """A number as people type it, thousands separators allowed: 1,234,567.80, also in full width.

    Raises `ValueError` for anything else: what could be read in two ways is not read (R3.3.1).
    """
    plain = text.ascii_digits(typed[: MOST_LETTERS + 1])
    if len(plain) > MOST_LETTERS or not _NUMBER.fullmatch(plain):
        raise ValueError(typed)
    number = Decimal(plain.replace(",", ""))
    return number if number else abs(number)  # no sum is written as minus nothing


class Amount(TypeDecorator[Decimal]):
    """A sum in the currency of its row, two places, kept as an integer of minor units.

    SQLite has no exact decimals (its 0.1 + 0.2 is not 0.3), integers are exact everywhere.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        """Minor units; refuses more than two places rather than rounding silently."""
        if value is None:
            return None
        minor = Decimal(value) * MINOR
        if minor != minor.to_integral_value() or abs(value) >= MOST:
            raise ValueError("money has at most two places and thirteen digits")
        return int(minor)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """The sum as Decimal with two places."""
        return None if value is None else Decimal(value).scaleb(-2)
