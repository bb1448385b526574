"""Defaults, types and computed values: what a template gets to print."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.doc_templates.manifest.said import found, manifest

FEES = """
"fee.currency" = { type = "choice", values = ["TWD", "USD"], default = "TWD" }
"fee.lines" = { type = "list" }
"fee.lines[].name" = { type = "text", required = true }
"fee.lines[].qty" = { type = "decimal" }
"fee.lines[].price" = { type = "money" }
"fee.lines[].amount" = { type = "money", computed = "qty * price" }
"fee.total" = { type = "money", computed = "sum(fee.lines[].amount)" }
"limit" = { type = "money", default_by_currency = { TWD = 5000, USD = 150 } }
"""


def test_rows_are_completed_and_summed() -> None:
    rows = [
        {"name": "a", "qty": "2", "price": "100.005"[:6]},
        {"name": "b", "qty": 1.5, "price": 10},
    ]
    made = manifest(FEES).context({"fee": {"lines": rows}}, "en")
    assert [row["amount"] for row in made["fee"]["lines"]] == [Decimal("200.00"), Decimal("15.00")]
    assert made["fee"]["total"] == Decimal("215.00")


def test_half_a_cent_is_rounded_up_in_a_product() -> None:
    rows = [{"name": "a", "qty": "0.5", "price": "0.01"}]
    assert manifest(FEES).context({"fee": {"lines": rows}}, "en")["fee"]["total"] == Decimal("0.01")


def test_a_row_that_is_not_complete_has_no_amount() -> None:
    made = manifest(FEES).context({"fee": {"lines": [{"name": "a", "qty": 2}]}}, "en")
    assert made["fee"]["lines"][0]["amount"] is None
    assert made["fee"]["total"] == 0


def test_what_is_no_row_is_said_with_its_number() -> None:
    values = {"fee": {"lines": [{"name": "a"}, "b", ["c"]]}}
    assert found(manifest(FEES), values) == [
        "E_TYPE fee.lines in row 2",
        "E_TYPE fee.lines in row 3",
    ]
    assert found(manifest(FEES), {"fee": {"lines": "abc"}}) == ["E_TYPE fee.lines"]
    assert found(manifest(FEES), {"fee": "abc"}) == []


def test_only_declared_values_reach_the_paper() -> None:
    made = manifest('"a" = { type = "text" }').context({"a": "x", "b": "secret", "_style": 1}, "en")
    assert made == {"a": "x"}


def test_a_default_by_language_and_one_by_currency() -> None:
    of = manifest(
        FEES
        + '"law" = { type = "text", default_by_locale = { zh-Hant = "台", zh-Hans = "中", en = "HK" } }',
        head='id = "T"\ntitle = { zh-Hant = "t", zh-Hans = "t", en = "t" }\nclassification = "x"\n'
        "retention = { years = 1 }\nlocale = { "
        + ", ".join(
            f'{x} = {{ money = "fee.currency", date = "en" }}' for x in ("zh-Hant", "zh-Hans", "en")
        )
        + " }\n",
    )
    assert of.context({}, "zh-Hans")["law"] == "中"
    assert of.context({}, "en")["limit"] == 5000
    assert of.context({"fee": {"currency": "USD"}}, "en")["limit"] == 150
    assert of.style({"fee": {"currency": "USD"}}, "zh-Hant").currency == "USD"
    assert of.style({}, "zh-Hant").currency == "TWD"
    assert of.defaults("en")["law"] == "HK"


def test_a_default_of_nothing_prints_nothing() -> None:
    of = manifest('"a" = { type = "text", default = "" }\n"b" = { type = "text" }')
    assert of.context({}, "en") == {"a": "", "b": None}


TERM = """
"start" = { type = "date" }
"end" = { type = "date" }
"months" = { type = "int", computed = "months(start, end)" }
"whole" = { type = "bool", computed = "whole_months(start, end)" }
"days" = { type = "int" }
"before" = { type = "date", computed = "minus_days(end, days)" }
"""


def test_months_of_a_term_count_begun_ones() -> None:
    of = manifest(TERM)
    for start, end, months in [
        ("2026-12-01", "2027-11-30", 12),
        ("2026-12-01", "2026-12-01", 1),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-01", 2),
        ("2026-01-15", "2026-02-14", 1),
        ("2026-01-15", "2026-02-15", 2),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-12-02", "2026-12-01", None),
    ]:
        assert of.context({"start": start, "end": end}, "en")["months"] == months, (start, end)


def test_whether_a_term_is_of_whole_months() -> None:
    of = manifest(TERM)
    for start, end, whole in [
        ("2026-12-01", "2027-11-30", True),
        ("2026-12-01", "2026-12-01", False),
        ("2026-12-01", "2027-01-14", False),
        ("2026-01-15", "2026-02-14", True),
        ("2026-01-31", "2026-02-28", True),
        ("2024-02-29", "2025-02-28", True),
        ("2026-12-02", "2026-12-01", False),
        ("2026-12-02", None, False),
    ]:
        assert of.context({"start": start, "end": end}, "en")["whole"] is whole, (start, end)


def test_days_before_a_day() -> None:
    of = manifest(TERM)
    assert of.context({"end": "2027-11-30", "days": 60}, "en")["before"] == dt.date(2027, 10, 1)
    assert of.context({"end": "2027-11-30"}, "en")["before"] is None
    assert of.context({"end": "2027-11-30", "days": 10**11}, "en")["before"] is None
    assert of.context({"end": "2999-12-31", "start": "2999-12-31"}, "en")["months"] == 1


def test_the_other_functions() -> None:
    of = manifest("""
"model" = { type = "choice", values = ["fixed", "mixed"] }
"parts" = { type = "list", item = { type = "text" } }
"has" = { type = "bool", computed = "component(model, parts, 'fixed')" }
"note" = { type = "text" }
"noted" = { type = "bool", computed = "present(note)" }
"one" = { type = "int" }
"two" = { type = "int" }
"both" = { type = "int", computed = "add(one, two)" }
"same" = { type = "bool", computed = "sha256_equal(paper, approved)" }
""")
    assert of.context({"model": "fixed"}, "en")["has"] is True
    assert of.context({"model": "mixed", "parts": ["fixed"]}, "en")["has"] is True
    assert of.context({"model": "mixed", "parts": []}, "en")["has"] is False
    assert of.context({"note": " "}, "en")["noted"] is False
    assert of.context({"note": "x"}, "en")["noted"] is True
    assert of.context({"one": 1}, "en")["both"] == 1
    assert of.context({}, "en")["both"] is None
    hashes = {"paper": {"sha256": "a"}, "approved": {"sha256": "a"}}
    assert of.context({}, "en")["same"] is False
    assert "same" in of.context(hashes, "en")


def test_a_computed_value_may_rest_on_another() -> None:
    of = manifest(
        '"c" = { type = "int", computed = "add(b, b)" }\n"b" = { type = "int", computed = "add(a, a)" }\n'
        '"a" = { type = "int" }'
    )
    assert of.context({"a": 1}, "en") == {"a": 1, "b": 2, "c": 4}
