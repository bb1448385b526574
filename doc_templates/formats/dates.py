"""Days as papers print them: Republic years, Chinese numerals, or English."""

from __future__ import annotations

from datetime import date

_FIRST_YEAR = 1912
_DIGITS = "〇一二三四五六七八九"
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def roc(day: date) -> str:
    """中華民國115年11月23日; raises ValueError before the Republic's first year."""
    if day.year < _FIRST_YEAR:
        raise ValueError(f"{day} lies before the first year of the Republic")
    return f"中華民國{day.year - _FIRST_YEAR + 1}年{day.month}月{day.day}日"


def cn(day: date) -> str:
    """2026年11月23日"""
    return f"{day.year}年{day.month}月{day.day}日"


def cn_upper(day: date) -> str:
    """二〇二六年十一月二十三日"""
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    return f"{year}年{_small(day.month)}月{_small(day.day)}日"


def en(day: date) -> str:
    """23 November 2026"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


STYLES = {"roc": roc, "cn": cn, "cn_upper": cn_upper, "en": en}


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
