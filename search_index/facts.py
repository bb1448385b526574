"""Dates, sums, rates, articles and numbers of papers, however spelled, become one term each.

民國115年3月5日 and 5 March 2026 meet, and so do SO-2026-000001, so2026000001 and SO-2026-1,
百分之八 and 8%, 第九條 and Article 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")}
_DIGITS |= {letter: value for value, letter in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
_DIGITS |= {"〇": 0, "两": 2}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_SCALES = {"百万": 10**6, "千万": 10**7, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALES |= _MYRIADS
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

NUMERAL = "".join((*_DIGITS, *_TENS, *_MYRIADS))
SMALL = "[〇零一二三四五六七八九十]{1,3}"
MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(?:(?P<era>民国)\s*)?(?P<y>\d{2,4})\s*[年/.\-]\s*(?P<m>\d{1,2})\s*[月/.\-]\s*"
    r"(?P<d>\d{1,2})(?!\d)\s?[日号]?"
)
_CHINESE_DATE = re.compile(
    rf"(?:(?P<era>民国)\s*)?(?P<y>[〇零一二三四五六七八九十百]{{2,5}})年(?P<m>{SMALL})月"
    rf"(?P<d>{SMALL})[日号]"
)
_DAY_FIRST = re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{MONTH_NAME},?\s+(?P<y>\d{{4}})\b")
_MONTH_FIRST = re.compile(
    rf"\b{MONTH_NAME}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b"
)
_SUM = re.compile(
    r"(?<![\d.,])(?P<n>\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,9})?)\s?"
    r"(?P<u>[百千]?万|亿|(?:thousand|million|billion)\b)"
)
_RATE = re.compile(
    rf"(?<![\d.,])(?P<n>\d{{1,3}}(?:\.\d{{1,4}})?)\s?(?:[%％]|per\s?cent\b)"
    rf"|百分之(?P<c>\d{{1,3}}(?:\.\d{{1,4}})?|[{NUMERAL}]{{1,5}}(?:点[{NUMERAL}]{{1,4}})?)"
)
_ARTICLE = re.compile(
    rf"第\s?(?P<c>\d{{1,3}}|[{NUMERAL}]{{1,5}})\s?[条條]|\b(?:article|clause)\s(?P<n>\d{{1,3}})(?![\d.])"
)
_PAPER = re.compile(
    r"(?<![^\W_])(?P<series>[a-z]{1,6})-?(?P<y>(?:19|20|21)\d\d)-?(?P<n>\d{1,6})(?![^\W_])",
    re.ASCII,
)
_CHINESE_SUM = re.compile(rf"[{NUMERAL}]{{3,30}}(?=[元圆整])")


@dataclass(frozen=True, slots=True)
class Fact:
    """A date, sum or number at ``[start, end)`` of a folded text, and its canonical term."""

    start: int
    end: int
    term: str


def facts(folded: str) -> list[Fact]:
    """What is written in a folded text, in order: every date (`@yyyymmdd`), every sum (plain digits),
    every rate (`@rate8.5`), every article (`@article9`), every number of a paper (`@so2026.1`) and
    again its last part alone (`@no.1`).
    """
    found = (*_dates(folded), *_sums(folded), *_rates(folded), *_articles(folded), *papers(folded))
    return sorted(found, key=lambda fact: (fact.start, fact.end))


def serial_term(folded: str) -> str | None:
    """The term of the last part of a paper's number, typed with its noughts: 001 or 000001."""
    return f"@no.{int(folded)}" if re.fullmatch(r"0\d{1,5}", folded, re.ASCII) else None


def series_term(folded: str) -> str | None:
    """How the terms of every number of a series and year begin: so2026, SO-2026-."""
    found = re.fullmatch(r"([a-z]{1,6})-?((?:19|20|21)\d\d)-?", folded, re.ASCII)
    return f"@{found[1]}{found[2]}." if found else None


def day_term(folded: str) -> str | None:
    """The term of a day typed as digits alone: 20260305, 1150305."""
    found = re.fullmatch(r"((?:19|20|21)\d\d|1\d\d)(\d\d)(\d\d)", folded, re.ASCII)
    year = int(found[1]) if found else 0
    if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return None
    return f"@{year + republican(year, None)}{found[2]}{found[3]}"


def republican(year: int, era: str | None) -> int:
    """What to add to a year of the Republic (民國): one that says so, or of three digits."""
    return 1911 if era or 100 <= year <= 199 else 0


def month_number(name: str) -> int:
    """1 for January, however it is shortened."""
    return _MONTHS.index(name[:3].lower()) + 1


def chinese_number(text: str) -> int:
    """The value of a number written in Chinese letters; digits alone are read as digits."""
    if all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    whole = part = digit = 0
    for letter in text:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _TENS:
            part, digit = part + (digit or 1) * _TENS[letter], 0
        else:
            section, part, digit = part + digit, 0, 0
            high = 0 if letter == "亿" else whole // 10**8 * 10**8
            whole = high + (whole - high + section) * _MYRIADS[letter]
    return whole + part + digit


def number_term(text: str) -> str:
    """A number without thousands marks and without noughts that say nothing: 1,200.50 -> 1200.5."""
    plain = text.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def compacted(typed: str) -> str:
    """`typed` with dates, sums, rates and articles of several words written as one word each."""
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _SUM, _RATE, _ARTICLE):
        lower = typed.lower()
        if len(lower) != len(typed):
            return typed
        for found in reversed(list(pattern.finditer(lower))):
            known = facts(found[0])
            if known and " " in found[0]:
                plain = _plain(known[-1].term)
                typed = typed[: found.start()] + plain + typed[found.end() :]
    return typed


def _plain(term: str) -> str:
    """A fact's term as one word that is read as that fact again."""
    if term.startswith("@rate"):
        return f"{term.removeprefix('@rate')}%"
    if term.startswith("@article"):
        return f"第{term.removeprefix('@article')}条"
    return f"{term[1:5]}-{term[5:7]}-{term[7:]}" if term.startswith("@") else term


def _dates(folded: str) -> Iterator[Fact]:
    for found in _NUMERIC_DATE.finditer(folded):
        yield from _date(found, int(found["y"]), int(found["m"]))
    for found in _CHINESE_DATE.finditer(folded):
        yield from _date(found, chinese_number(found["y"]), chinese_number(found["m"]))
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for found in pattern.finditer(folded):
            yield from _date(found, int(found["y"]), month_number(found["name"]))


def _date(found: re.Match[str], year: int, month: int) -> Iterator[Fact]:
    day = int(found["d"]) if found["d"].isdecimal() else chinese_number(found["d"])
    if "年" in found[0] or "/" in found[0]:  # 115.3.5 is a section, 115-3-5 a number
        year += republican(year, found.groupdict().get("era"))
    if 1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= 31:
        yield Fact(*found.span(), f"@{year}{month:02}{day:02}")


def _rates(folded: str) -> Iterator[Fact]:
    for found in _RATE.finditer(folded):
        whole, _point, part = (found["n"] or found["c"]).replace("点", ".").partition(".")
        value = f"{_integer(whole)}.{''.join(str(_integer(d)) for d in part)}".rstrip(".")
        yield Fact(*found.span(), f"@rate{number_term(value)}")


def _articles(folded: str) -> Iterator[Fact]:
    for found in _ARTICLE.finditer(folded):
        yield Fact(*found.span(), f"@article{_integer(found['n'] or found['c'])}")


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)


def papers(folded: str) -> Iterator[Fact]:
    """The numbers of papers in a folded text, each followed by its last part alone."""
    for found in _PAPER.finditer(folded):
        serial = int(found["n"])
        yield Fact(*found.span(), f"@{found['series']}{found['y']}.{serial}")
        yield Fact(*found.span("n"), f"@no.{serial}")


def _sums(folded: str) -> Iterator[Fact]:
    for found in _SUM.finditer(folded):
        value = Decimal(found["n"].replace(",", "")) * _SCALES[found["u"]]
        yield Fact(*found.span(), number_term(f"{value:f}"))
    for found in _CHINESE_SUM.finditer(folded):
        yield Fact(*found.span(), str(chinese_number(found[0])))
