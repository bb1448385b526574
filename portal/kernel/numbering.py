"""Numbers without gaps: one locked row per kind and year, taken in the transaction that uses it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Integer, String, UniqueConstraint, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import clock
from portal.kernel.db import Base, session
from portal.kernel.registry import Registry


class NumberSeries(Base):
    """The next number of one series in one year."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("series", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(32))
    year: Mapped[int] = mapped_column(Integer)
    next: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True)
class Pattern:
    """How numbers of a series look: ``prefix-2026-000001``, or without the year."""

    prefix: str
    digits: int = 6
    yearly: bool = True

    def number(self, year: int, count: int) -> str:
        """The number that counts as the `count`th of its series in `year`."""
        middle = f"{year}-" if self.yearly else ""
        return f"{self.prefix}-{middle}{count:0{self.digits}}"

    def written(self, typed: str) -> str | None:
        """The number `typed` means without marks, noughts or in small letters; None for none."""
        year = r"((?:19|20|21)\d\d)-?" if self.yearly else "()"
        form = rf"{re.escape(self.prefix)}-?{year}(\d{{1,{self.digits}}})"
        found = re.fullmatch(form, typed, re.ASCII | re.IGNORECASE)
        return self.number(int(found[1] or 0), int(found[2])) if found and int(found[2]) else None

    def printed(self, text: str) -> frozenset[str]:
        """The numbers of the series that a text prints in full, in whatever width or kind of dash."""
        dash = r"\s*[-‐–—−]\s*"
        year = rf"(\d{{4}}){dash}" if self.yearly else "()"
        form = rf"(?<![A-Z0-9]){re.escape(self.prefix)}{dash}{year}(\d{{{self.digits}}})(?!\d)"
        plain = unicodedata.normalize("NFKC", text)
        found = re.finditer(form, plain, re.ASCII | re.IGNORECASE)
        return frozenset(self.number(int(one[1] or 0), int(one[2])) for one in found)


_patterns = Registry[str, Pattern]("series of numbers")


def declare(series: str, pattern: Pattern) -> None:
    """Name a series; done where the record that uses it is defined."""
    _patterns.tell(series, pattern)


def ways(typed: str) -> list[str]:
    """A word as it was typed, in ordinary width, and as the number it may mean: so2026-1."""
    plain = unicodedata.normalize("NFKC", typed)
    meant = (pattern.written(plain) for pattern in _patterns.values())
    return list(dict.fromkeys([typed, plain, *filter(None, meant)]))


def printed(series: str, text: str) -> frozenset[str]:
    """The numbers of one series that a text prints (see `Pattern.printed`); raises `KeyError`."""
    return _patterns[series].printed(text)


def next_number(series: str) -> str:
    """Take the next number; a rollback gives it back, so nothing is skipped.

    The row is locked before the audit's head (the order every transaction keeps).
    """
    pattern = _patterns[series]
    year = clock.today().year if pattern.yearly else 0
    connection = session().connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = insert(NumberSeries).values(series=series, year=year, next=1)
    connection.execute(first.on_conflict_do_nothing())  # two first numbers at once are no error
    taken = connection.scalar(
        update(NumberSeries)
        .where(NumberSeries.series == series, NumberSeries.year == year)
        .values(next=NumberSeries.next + 1)
        .returning(NumberSeries.next)
    )
    return pattern.number(year, int(taken or 0) - 1)
