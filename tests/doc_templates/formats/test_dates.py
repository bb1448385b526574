"""Days as papers print them, read back in each way of writing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doc_templates.formats import dates

DAYS = st.dates(dt.date(1912, 1, 1), dt.date(9999, 12, 31))
DIGITS = "〇一二三四五六七八九"


def chinese(said: str) -> int:
    """A month or a day in Chinese numerals."""
    tens, found, ones = said.partition("十")
    if not found:
        return DIGITS.index(said)
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)


@given(DAYS)
def test_a_republican_day_is_read_back(day: dt.date) -> None:
    year, month, date = map(int, re.findall(r"\d+", dates.roc(day)))
    assert dates.roc(day).startswith("中華民國")
    assert dt.date(year + 1911, month, date) == day


@given(DAYS)
def test_a_chinese_day_is_read_back(day: dt.date) -> None:
    assert dt.date(*map(int, re.findall(r"\d+", dates.cn(day)))) == day
    found = re.fullmatch("(.{4})年(.+)月(.+)日", dates.cn_upper(day))
    assert found is not None
    year = int("".join(str(DIGITS.index(letter)) for letter in found[1]))
    assert dt.date(year, chinese(found[2]), chinese(found[3])) == day


@given(DAYS)
def test_an_english_day_is_read_back(day: dt.date) -> None:
    date, month, year = dates.en(day).split()
    assert dt.date(int(year), dates._MONTHS.index(month) + 1, int(date)) == day


def test_days_as_they_are_printed() -> None:
    day = dt.date(2026, 11, 23)
    assert [write(day) for write in dates.STYLES.values()] == [
        "中華民國115年11月23日",
        "2026年11月23日",
        "二〇二六年十一月二十三日",
        "23 November 2026",
    ]
    assert dates.cn_upper(dt.date(2030, 10, 20)) == "二〇三〇年十月二十日"
    assert dates.roc(dt.date(1912, 1, 1)) == "中華民國1年1月1日"


def test_a_day_before_the_republic_is_an_error() -> None:
    with pytest.raises(ValueError, match="1911-12-31"):
        dates.roc(dt.date(1911, 12, 31))
