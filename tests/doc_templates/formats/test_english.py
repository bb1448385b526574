"""English number words, read back."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from doc_templates.formats import english


def read_back(said: str) -> int:
    """The number that English words say."""
    total = group = 0
    for word in said.replace(" and ", " ").replace("-", " ").split():
        if word in english._SMALL:
            group += english._SMALL.index(word)
        elif word in english._TENS:
            group += english._TENS.index(word) * 10
        elif word == "hundred":
            group *= 100
        else:
            total += group * 1000 ** english._SCALES.index(word)
            group = 0
    return total + group


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_back(number: int) -> None:
    said = english.number(number)
    assert read_back(said) == number
    assert "  " not in said
    assert said == said.strip()


def test_sums_as_they_are_printed() -> None:
    said = english.in_english
    assert said(Decimal(0), "US dollars") == "US dollars zero only"
    assert said(Decimal("1000000.50"), "US dollars") == "US dollars one million and 50/100"
    assert said(Decimal("-5"), "US dollars") == "US dollars minus five only"
    assert said(Decimal("0.05"), "US dollars") == "US dollars zero and 05/100"
    assert english.number(219) == "two hundred and nineteen"
    assert english.number(21_000_040) == "twenty-one million and forty"
    assert english.number(1_005) == "one thousand and five"
    assert english.number(1_300) == "one thousand three hundred"
