"""Sums in figures and words: exact to the cent, and the words say the figures when read back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doc_templates.formats import money

CENTS = st.integers(0, 10**18 - 1).map(lambda cents: Decimal(cents).scaleb(-2))
DIGITS = {
    d: n for said in ("零壹貳參肆伍陸柒捌玖", "零壹贰叁肆伍陆柒捌玖") for n, d in enumerate(said)
}
SMALL = {"拾": 10, "佰": 100, "仟": 1000}
LARGE = {"萬": 10**4, "億": 10**8, "兆": 10**12, "万亿": 10**12, "万": 10**4, "亿": 10**8}


def read_back(said: str) -> Decimal:
    """The sum that capital numerals say, read as a bank clerk reads them."""
    minus = said[:1] in "負负"
    whole, _, rest = said.lstrip("負负").removesuffix("整").rpartition("元")
    jiao, _, fen = rest.rpartition("角") if "角" in rest else ("", "", rest)
    value = Decimal(_whole(whole)) if whole else Decimal(0)
    value += Decimal(_digit(jiao)) / 10 + Decimal(_digit(fen.removesuffix("分"))) / 100
    return -value if minus else value


def _digit(said: str) -> int:
    return DIGITS[said[-1]] if said else 0


def _whole(said: str) -> int:
    total = 0
    for unit in ("兆", "万亿", "億", "亿", "萬", "万"):
        head, found, tail = said.partition(unit)
        if found:
            total += _group(head) * LARGE[unit]
            said = tail
    return total + _group(said)


def _group(said: str) -> int:
    total = digit = 0
    for letter in said:
        if letter in SMALL:
            total += digit * SMALL[letter]
            digit = 0
        else:
            digit = DIGITS[letter]
    return total + digit


@given(CENTS, st.sampled_from(["zh-Hant", "zh-Hans"]))
@example(Decimal("1000100010001"), "zh-Hans")
@example(Decimal("9999999999999.99"), "zh-Hant")
def test_words_say_the_figures_when_read_back(value: Decimal, language: str) -> None:
    """A well-known library is wrong from ten to the twelfth on; a contract must not be."""
    assert read_back(money.chinese(value, language)) == value


@given(CENTS, st.sampled_from(["zh-Hant", "zh-Hans"]))
def test_no_zero_is_doubled_or_out_of_place(value: Decimal, language: str) -> None:
    said = money.chinese(value, language)
    assert "零零" not in said
    assert "零元" not in said or value < 1
    assert not any(f"零{unit}" in said for unit in LARGE)
    assert said.endswith("整") == (value * 10 % 1 == 0)


@given(CENTS.filter(bool))
def test_a_negative_sum_says_so(value: Decimal) -> None:
    assert money.chinese(-value, "zh-Hant") == "負" + money.chinese(value, "zh-Hant")


@pytest.mark.parametrize(
    ("value", "hant", "hans"),
    [
        ("0", "零元整", "零元整"),
        ("0.05", "伍分", "伍分"),
        ("0.5", "伍角整", "伍角整"),
        ("1.01", "壹元零壹分", "壹元零壹分"),
        ("10", "壹拾元整", "壹拾元整"),
        ("110", "壹佰壹拾元整", "壹佰壹拾元整"),
        ("1010000", "壹佰零壹萬元整", "壹佰零壹万元整"),
        ("20300.05", "貳萬零參佰元零伍分", "贰万零叁佰元零伍分"),
        ("100010001", "壹億零壹萬零壹元整", "壹亿零壹万零壹元整"),
        ("100000000", "壹億元整", "壹亿元整"),
        ("6480000.50", "陸佰肆拾捌萬元伍角整", "陆佰肆拾捌万元伍角整"),
        ("1000000000000", "壹兆元整", "壹万亿元整"),
    ],
)
def test_sums_as_banks_write_them(value: str, hant: str, hans: str) -> None:
    assert money.chinese(Decimal(value), "zh-Hant") == hant
    assert money.chinese(Decimal(value), "zh-Hans") == hans


@pytest.mark.parametrize(
    ("currency", "language", "said"),
    [
        ("TWD", "zh-Hant", "新臺幣壹佰元整"),
        ("CNY", "zh-Hans", "人民币壹佰元整"),
        ("USD", "zh-Hans", "美元壹佰元整"),
        ("HKD", "zh-Hant", "港幣壹佰元整"),
        ("HKD", "en", "Hong Kong dollars one hundred only"),
    ],
)
def test_the_currency_has_a_name_in_each_language(currency: str, language: str, said: str) -> None:
    assert money.words(Decimal(100), currency, language) == said


def test_every_currency_has_a_name_in_every_language() -> None:
    assert len({frozenset(names) for names in money._NAMES.values()}) == 1


@given(CENTS, st.sampled_from(["TWD", "CNY", "USD", "HKD"]))
def test_figures_are_read_back(value: Decimal, currency: str) -> None:
    code, _, said = money.figures(value, currency).partition(" ")
    assert code == currency
    assert Decimal(said.replace(",", "")) == value
    groups = said.split(".")[0].split(",")
    assert all(len(group) == 3 for group in groups[1:])


def test_half_a_cent_is_rounded_away_from_nothing() -> None:
    assert money.figures(Decimal("0.005"), "USD") == "USD 0.01"
    assert money.figures(Decimal("-0.005"), "USD") == "USD -0.01"
    assert money.figures(Decimal("-0.004"), "USD") == "USD 0.00"


@pytest.mark.parametrize("value", ["1e16", "-1e16", "NaN", "Infinity"])
def test_what_is_no_sum_of_a_contract_is_an_error(value: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        money.words(Decimal(value), "TWD", "zh-Hant")
    with pytest.raises((ValueError, ArithmeticError)):
        money.figures(Decimal(value), "TWD")


@pytest.mark.parametrize(("currency", "language"), [("THB", "en"), ("TWD", "fr")])
def test_a_currency_or_language_without_a_name_is_an_error(currency: str, language: str) -> None:
    with pytest.raises(KeyError):
        money.words(Decimal(1), currency, language)
