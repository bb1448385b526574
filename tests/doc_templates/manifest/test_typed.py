"""Raw values made the types templates print; what cannot be read is said and never a crash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doc_templates.manifest.typed import Unreadable, shortest, typed
from doc_templates.manifest.variable import TYPES, Variable, variable

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def of(kind: str, **said: Any) -> Variable:
    return variable("a", {"type": kind, **said})


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "甲", "甲"),
        ("text", "  ", None),
        ("text", "", None),
        ("text", None, None),
        ("int", "1,200", 1200),
        ("int", " -5 ", -5),
        ("int", 7.0, 7),
        ("int", Decimal(7), 7),
        ("money", "6,480,000.50", Decimal("6480000.50")),
        ("money", "1，200", Decimal(1200)),
        ("money", 0.1, Decimal("0.1")),
        ("percent", "7.50", Decimal("7.5")),
        ("decimal", "100", Decimal(100)),
        ("bool", "Yes", True),
        ("bool", "0", False),
        ("bool", "", False),
        ("bool", 1, True),
        ("date", "2026-11-23", dt.date(2026, 11, 23)),
        ("date", "2026/11/23", dt.date(2026, 11, 23)),
        ("date", dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
    ],
)
def test_values_as_people_and_records_give_them(kind: str, raw: Any, value: Any) -> None:
    found = typed(of(kind), raw)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", 5),
        ("text", ["a"]),
        ("choice", True),
        ("int", "1.5"),
        ("int", 1.5),
        ("int", True),
        ("int", float("inf")),
        ("int", float("nan")),
        ("int", Decimal("NaN")),
        ("int", 10**13),
        ("int", "9" * 13),
        ("int", "x"),
        ("int", "1,0"),
        ("money", "12,5"),
        ("money", "1.000,50"),
        ("percent", "7，5"),
        ("money", "1.005"),
        ("money", "many"),
        ("money", True),
        ("money", Decimal("Infinity")),
        ("money", float("nan")),
        ("money", 10**15),
        ("money", "1e400"),
        ("money", "1e-999999"),
        ("percent", "0.00001"),
        ("date", "23.11.2026"),
        ("date", "2026-13-01"),
        ("date", 20261123),
        ("date", "1911-12-31"),
        ("date", "3000-01-01"),
        ("date", dt.date.max),
        ("date", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        ("date", ["2026-01-01"]),
        ("bool", "maybe"),
        ("bool", 2),
        ("bool", 1.0),
        ("list", "a,b"),
        ("list", {"a": 1}),
    ],
)
def test_what_is_of_another_kind_cannot_be_read(kind: str, raw: Any) -> None:
    with pytest.raises(Unreadable):
        typed(of(kind), raw)


def test_a_number_too_long_to_be_written_cannot_be_read() -> None:
    for kind in ("money", "int"):
        with pytest.raises(Unreadable):
            typed(of(kind), 10**5000)


@given(st.sampled_from(sorted(TYPES)), JSON)
def test_no_value_crashes(kind: str, raw: Any) -> None:
    try:
        found = typed(of(kind), raw)
    except Unreadable:
        return
    if isinstance(found, Decimal):
        assert found.is_finite()


def test_entries_of_a_plain_list_are_read_each() -> None:
    one = of("list", item={"type": "int"})
    assert typed(one, ["1", 2]) == [1, 2]
    with pytest.raises(Unreadable):
        typed(one, ["1", "x"])


@given(st.decimals(-(10**12), 10**12, places=4))
def test_the_shortest_form_is_the_same_number(number: Decimal) -> None:
    short = shortest(number)
    assert short == number
    assert "E" not in str(short)
    assert not ("." in str(short) and str(short).endswith("0"))
