"""Each value within its limits, each finding with its variable, its row and its bound."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doc_templates.manifest.said import found, manifest


@pytest.mark.parametrize(
    ("line", "value", "finding"),
    [
        ('{ type = "text", required = true }', None, "E_MISSING a"),
        ('{ type = "text", required = true }', "  ", "E_MISSING a"),
        ('{ type = "text", max = 3 }', "四個字呢", "E_LENGTH a (3)"),
        ('{ type = "text" }', "a\x07b", "E_LETTERS a"),
        ('{ type = "text" }', "a\ud800", "E_LETTERS a"),
        ('{ type = "text", validate = "email" }', "nobody", "E_PATTERN a"),
        ('{ type = "text", pattern = "[A-Z]+" }', "Ab", "E_PATTERN a"),
        ('{ type = "int", min = 1 }', 0, "E_RANGE a (≥ 1)"),
        ('{ type = "money", max = 10 }', "10.01", "E_RANGE a (≤ 10)"),
        ('{ type = "percent", equals = 100 }', 99, "E_EQUALS a (100)"),
        ('{ type = "int", one_of = [1, 3] }', 2, "E_CHOICE a (1, 3)"),
        ('{ type = "choice", values = ["x"] }', "y", "E_CHOICE a"),
        ('{ type = "choice", values = ["x", "y"], only = { en = ["x"] } }', "y", "E_CHOICE a"),
        (
            '{ type = "date", before_or_on = "today" }',
            "2026-11-25",
            "E_BEFORE_OR_ON a (2026-11-24)",
        ),
        ('{ type = "date", not_before = "today" }', "2026-11-23", "E_NOT_BEFORE a (2026-11-24)"),
        ('{ type = "list", min = 1 }', [], "E_ROWS a (≥ 1)"),
        ('{ type = "list", max = 1 }', [{}, {}], "E_ROWS a (≤ 1)"),
        ('{ type = "list", item = { type = "int", max = 5 } }', [1, 9], "E_RANGE a in row 2 (≤ 5)"),
        ('{ type = "int" }', "many", "E_TYPE a"),
    ],
)
def test_a_value_outside_its_limits_is_said(line: str, value: Any, finding: str) -> None:
    assert found(manifest(f'"a" = {line}'), {"a": value}) == [finding]


def test_a_value_within_its_limits_is_not_said() -> None:
    of = manifest(
        '"a" = { type = "text", required = true, max = 3, pattern = "[一-龥]+" }\n'
        '"b" = { type = "choice", values = ["x", "y"], only = { en = ["x"] } }'
    )
    assert found(of, {"a": "三個字", "b": "x"}) == []
    assert found(of, {"a": "三個字", "b": "y"}, "zh-Hant") == []


BOUNDS = """
"a" = { type = "int", %s = "b" }
"b" = { type = "int" }
"""


@pytest.mark.parametrize(
    ("bound", "good", "bad"),
    [
        ("after", (3, 2), (2, 2)),
        ("greater_than", (3, 2), (2, 2)),
        ("not_before", (2, 2), (1, 2)),
        ("not_after", (2, 2), (3, 2)),
        ("before_or_on", (2, 2), (3, 2)),
        ("at_most_var", (2, 2), (3, 2)),
        ("differs_from", (1, 2), (2, 2)),
    ],
)
def test_bounds_between_two_values(bound: str, good: tuple[int, int], bad: tuple[int, int]) -> None:
    of = manifest(BOUNDS % bound)
    assert found(of, {"a": good[0], "b": good[1]}) == []
    assert found(of, {"a": bad[0], "b": bad[1]}) == [f"E_{bound.upper()} a ({bad[1]})"]
    assert found(of, {"a": bad[0]}) == []


TABLE = """
"tiers" = { type = "list" }
"tiers[].low" = { type = "money", required = true }
"tiers[].high" = { type = "money", greater_than = "low", required = true, null_in = "last" }
"""


def test_findings_in_tables_name_the_row() -> None:
    of = manifest(TABLE)
    assert found(of, {"tiers": [{"low": 0, "high": 10}, {"low": 10, "high": None}]}) == []
    assert found(of, {"tiers": [{"low": 0}, {"low": 5, "high": 2}, {"high": 9}]}) == [
        "E_MISSING tiers[].high in row 1",
        "E_GREATER_THAN tiers[].high in row 2 (5)",
        "E_MISSING tiers[].low in row 3",
    ]


def test_a_value_that_is_needed_only_then() -> None:
    of = manifest(
        '"on" = { type = "bool" }\n"a" = { type = "text", required_when = { var = "on", eq = true } }'
    )
    assert found(of, {"on": True}) == ["E_MISSING a"]
    assert found(of, {"on": False}) == []


def test_a_value_that_is_needed_only_at_a_later_stage() -> None:
    of = manifest(
        '"on" = { type = "bool" }\n"a" = { type = "text", required_when = { var = "on", eq = true, at = "use" } }'
    )
    assert found(of, {"on": True}) == []
    assert found(of, {"on": True}, stage="use") == ["E_MISSING a"]


def test_what_cannot_be_read_is_said_once() -> None:
    of = manifest('"a" = { type = "int", required = true, min = 5 }')
    assert found(of, {"a": "x"}) == ["E_TYPE a"]


IDENTIFIERS = {
    "email": (
        ["a@b.example", "a.b+c@d-e.co.uk"],
        ["a", "a@b", "a b@c.de", "a@b.example,c@d.de", "<a@b.de>"],
    ),
    "tw_tax_id": (["12345678"], ["1234567", "123456789", "1234567A"]),
    "cn_uscc": (
        ["91310000MA0FAKE01Y", "91310000ma0fake01y"],
        ["91310000MA0FAKE01", "91310000-A0FAKE01Y"],
    ),
    "hk_br": (["12345678", "12345678-000-11-22-A", "CR 1234567".replace(" ", "")], ["1234", "X"]),
    "free": (["CR 00000000"], []),
}


@pytest.mark.parametrize("form", IDENTIFIERS)
def test_forms_of_numbers_and_addresses(form: str) -> None:
    of = manifest(f'"a" = {{ type = "text", validate = "{form}" }}')
    good, bad = IDENTIFIERS[form]
    assert [value for value in good if found(of, {"a": value})] == []
    assert [value for value in bad if not found(of, {"a": value})] == []


def test_a_form_among_several_is_enough() -> None:
    of = manifest('"a" = { type = "text", validate = "tw_tax_id|cn_uscc" }')
    assert found(of, {"a": "12345678"}) == found(of, {"a": "91310000MA0FAKE01Y"}) == []
    assert found(of, {"a": "x"}) == ["E_PATTERN a"]
