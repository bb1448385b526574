"""Stretches of days as people type them: a month, a year, ``2024..2025-06``, 民國115年~2026年6月."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search_index.facts import (
    MONTH_NAME,
    NUMERAL,
    SMALL,
    chinese_number,
    month_number,
    republican,
)

Days = tuple[int, int]
"""First and last day as yyyymmdd, both of the stretch."""

OPEN_START, OPEN_END = 0, 99_999_999
_NUMBER = rf"(?:\d{{1,2}}|{SMALL})"
_CHINESE = re.compile(
    rf"(?P<era>民国)?(?P<y>\d{{2,4}}|[{NUMERAL}]{{2,5}})年"
    rf"(?:度|(?P<m>{_NUMBER})月(?:份|(?P<d>{_NUMBER})[日号])?)?",
    re.ASCII,
)
_PLAIN = re.compile(r"(?P<y>\d{4}|1\d\d)(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?)?", re.ASCII)
_THREE_DIGITS = re.compile(r"1\d\d(?![\d年])", re.ASCII)
_BETWEEN = re.compile(r"\.\.|[~～至]")
_SPACED = re.compile(r"(?:民[國国]\s*)?\d{2,4}\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日號号])?)?")
_AGO = re.compile(r"\b(this|last)\s+(week|month|year)\b", re.IGNORECASE)
_MONTH_NAMED = re.compile(rf"\b{MONTH_NAME},?\s+(?P<y>\d{{4}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Time:
    """A year, a month of it, a day of that; nought where nothing is said."""

    year: int
    month: int
    day: int

    @property
    def first(self) -> int:
        return self.year * 10_000 + (self.month or 1) * 100 + (self.day or 1)

    @property
    def last(self) -> int:
        return self.year * 10_000 + (self.month or 12) * 100 + (self.day or 31)


def between(folded: str, *, of_days: bool = False) -> Days | None:
    """The days from one time to another, either of which may be open; None if it is no such span.

    `of_days`: it was typed as one, so 115 is a year of the Republic and no number.
    """
    parts = _BETWEEN.split(folded)
    if len(parts) != 2 or not any(parts):
        return None
    first, last = (_time(part) if of_days or not _is_number(part) else None for part in parts)
    if (parts[0] and first is None) or (parts[1] and last is None):
        return None
    return first.first if first else OPEN_START, last.last if last else OPEN_END


def within(folded: str) -> Days | None:
    """The days of one time: a year, a month or a day; None if it is no time."""
    time = _time(folded)
    return (time.first, time.last) if time else None


def alone(folded: str) -> Days | None:
    """The days of a month, or of a year that says so (2026年): 2026 is a number, a day a fact."""
    time = None if _is_number(folded) or "." in folded else _time(folded)
    if time is None or time.day or not (time.month or "年" in folded):
        return None
    return time.first, time.last


def _is_number(text: str) -> bool:
    """Whether three digits do not say that they are a year: 115年 does, 115-3 may be anything."""
    return bool(_THREE_DIGITS.match(text))


def _time(text: str) -> _Time | None:
    found = _CHINESE.fullmatch(text) or _PLAIN.fullmatch(text)
    if found is None:
        return None
    said = found.groupdict()
    year, month, day = (_number(said[name]) for name in "ymd")
    year += republican(year, said.get("era"))
    known = 1900 <= year <= 2199 and month <= 12 and day <= 31
    unsaid = (said["m"] and not month) or (said["d"] and not day)
    return _Time(year, month, day) if known and not unsaid else None


def _number(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdecimal() else chinese_number(text)


def joined(typed: str) -> str:
    """`typed` with months and years of several words written as one word each."""
    close = _AGO.sub(r"\1-\2", _SPACED.sub(lambda found: "".join(found[0].split()), typed))
    return _MONTH_NAMED.sub(lambda f: f"{f['y']}-{month_number(f['name']):02}", close)
