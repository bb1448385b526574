"""Stretches of days told from today: last month, 去年, 三月, 3/5."""

from __future__ import annotations

import re
from datetime import date, timedelta

from search_index.facts import MONTH_NAME, SMALL, chinese_number, month_number
from search_index.spans import Days

_AGO = {
    "day": (("今天", "今日", "today"), ("昨天", "昨日", "yesterday"), ("前天",)),
    "week": (("本周", "这周", "这星期", "this week"), ("上周", "上星期", "last week")),
    "month": (("本月", "这个月", "当月", "this month"), ("上个月", "上月", "last month")),
    "year": (("今年", "本年", "this year"), ("去年", "last year"), ("前年",)),
}
_KNOWN = {
    name: (unit, back)
    for unit, steps in _AGO.items()
    for back, names in enumerate(steps)
    for name in names
}
_NUMBER = rf"(?:\d{{1,2}}|{SMALL})"
_MONTH = re.compile(rf"(?P<m>{_NUMBER})月(?:份|(?P<d>{_NUMBER})[日号]?)?")
_SLASHED = re.compile(r"(?P<m>\d{1,2})[/\-.](?P<d>\d{1,2})", re.ASCII)
_NAMED = re.compile(rf"{MONTH_NAME}(?:\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?)?")


def alone(folded: str, today: date | None) -> Days | None:
    """The days a word that stands alone is likely to mean: 上個月 or 三月; 3/5 may be a number."""
    if today is None:
        return None
    found = _MONTH.fullmatch(folded)
    return _ago(folded, today) or (_latest(found, today) if found and not found["d"] else None)


def within(folded: str, today: date | None) -> Days | None:
    """The days of what was typed as a date: also a month or a day without its year, the latest one."""
    if today is None:
        return None
    found = _MONTH.fullmatch(folded) or _SLASHED.fullmatch(folded) or _NAMED.fullmatch(folded)
    return _ago(folded, today) or (_latest(found, today) if found else None)


def _ago(folded: str, today: date) -> Days | None:
    unit, back = _KNOWN.get(folded.replace("-", " "), ("", 0))
    if unit == "year":
        year = (today.year - back) * 10_000
        return year + 101, year + 1231
    if unit == "month":
        months = today.year * 12 + today.month - 1 - back
        month = months // 12 * 10_000 + (months % 12 + 1) * 100
        return month + 1, month + 31
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return _day(monday), _day(monday + timedelta(days=6))
    that = _day(today - timedelta(days=back))
    return (that, that) if unit else None


def _latest(found: re.Match[str], today: date) -> Days | None:
    """A month, or a day of one: this year's, or last year's while this year's is yet to come."""
    said = found.groupdict()
    month = month_number(said["name"]) if said.get("name") else _number(said["m"])
    day = _number(said["d"]) if said["d"] else 0
    if not 1 <= month <= 12 or (said["d"] and not 1 <= day <= 31):
        return None
    past = (month, day) <= (today.month, today.day)
    first = (today.year if past else today.year - 1) * 10_000 + month * 100
    return (first + day, first + day) if day else (first + 1, first + 31)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
