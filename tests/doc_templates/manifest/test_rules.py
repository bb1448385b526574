"""Rules over several values: when they are asked, what they check, what they name."""

from __future__ import annotations

from typing import Any

import pytest

from doc_templates.errors import PaperError
from tests.doc_templates.manifest.said import TODAY, found, manifest

VARIABLES = """
"a" = { type = "int" }
"b" = { type = "int" }
"on" = { type = "bool" }
"law" = { type = "choice", values = ["prc", "taiwan"] }
"day" = { type = "date" }
"later" = { type = "date" }
"rows" = { type = "list" }
"rows[].kind" = { type = "text" }
"rows[].low" = { type = "money" }
"rows[].high" = { type = "money" }
"rows[].n" = { type = "int" }
"""
TIERS = [{"low": 0, "high": 10}, {"low": 10, "high": None}]


def broken(
    check: str, values: dict[str, Any], more: str = "", locale: str = "en", **how: Any
) -> bool:
    """Whether the one rule does not hold."""
    of = manifest(VARIABLES, f"[[rules]]\ncode = \"E_X\"\ncheck = '{check}'\n{more}")
    said = found(of, values, locale, **how)
    assert said in ([], [said[0]] if said else [])
    return bool(said)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("list_not_empty(rows)", {"rows": [{}]}, {"rows": []}),
        ("list_len_at_least(rows, 2)", {"rows": [{}, {}]}, {"rows": [{}]}),
        ("is_true(on)", {"on": True}, {"on": False}),
        ("equals(a, 100)", {"a": 100}, {"a": 99}),
        ("equals(a, b)", {"a": 1, "b": 1}, {"a": 1, "b": 2}),
        (
            "equals(sum(rows[].n), a)",
            {"rows": [{"n": 1}, {"n": 2}], "a": 3},
            {"rows": [{"n": 1}], "a": 3},
        ),
        ("at_most(a, 24)", {"a": 24}, {"a": 25}),
        ("at_most(a, b)", {"a": 24}, {"a": 25, "b": 24}),
        (
            "at_least_by(a, law, { prc = 30, taiwan = 50 })",
            {"a": 30, "law": "prc"},
            {"a": 30, "law": "taiwan"},
        ),
        ("tiers_contiguous(rows)", {"rows": TIERS}, {"rows": [{"low": 1, "high": None}]}),
        ("tiers_contiguous(rows)", {"rows": TIERS}, {"rows": TIERS[:1]}),
        ("tiers_contiguous(rows)", {"rows": TIERS}, {"rows": [TIERS[0], {"low": 11}]}),
        ("tiers_contiguous(rows)", {"rows": TIERS}, {"rows": []}),
        (
            "kinds_match(rows[].kind, on, on)",
            {"on": True, "rows": [{"kind": "fixed"}]},
            {"on": False, "rows": [{"kind": "fixed"}]},
        ),
        (
            "after(later, day)",
            {"later": "2026-02-01", "day": "2026-01-01"},
            {"later": "2026-01-01", "day": "2026-01-01"},
        ),
        ("after(later, day)", {"day": "2026-01-01"}, {"later": "2025-01-01", "day": "2026-01-01"}),
        ("date_in_future(day)", {"day": "2026-11-25"}, {"day": "2026-11-24"}),
        ("date_in_future(day)", {}, {"day": "2020-01-01"}),
    ],
)
def test_a_rule_holds_or_not(check: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert not broken(check, good)
    assert broken(check, bad)


def test_all_rows_are_equal_to_a_word() -> None:
    of = manifest(VARIABLES, '[[rules]]\ncode = "E_X"\ncheck = "all_equal(rows[].kind, \'ok\')"')
    assert found(of, {"rows": [{"kind": "ok"}]}) == []
    assert found(of, {"rows": [{"kind": "ok"}, {"kind": "no"}]}) == ["E_X rows[].kind"]
    assert found(of, {"rows": []}) == ["E_X rows[].kind"]


def test_the_home_law_is_that_of_the_language() -> None:
    assert not broken("home_law_matches(law)", {"law": "taiwan"}, locale="zh-Hant")
    assert broken("home_law_matches(law)", {"law": "prc"}, locale="zh-Hant")
    assert not broken("home_law_matches(law)", {"law": "prc"}, locale="en")


def test_a_rule_is_asked_only_when_it_applies() -> None:
    check = "equals(a, 1)"
    assert not broken(check, {"a": 2}, "when = { any = ['on'] }")
    assert broken(check, {"a": 2, "on": True}, "when = { any = ['on'] }")
    assert not broken(check, {"a": 2, "on": True}, "when = { all = ['on', 'b'] }")
    assert broken(check, {"a": 2, "on": True, "b": 1}, "when = { all = ['on', 'b'] }")
    assert not broken(check, {"a": 2, "law": "prc"}, "when = { var = 'law', eq = 'taiwan' }")
    assert broken(check, {"a": 2, "law": "taiwan"}, "when = { var = 'law', eq = 'taiwan' }")
    assert not broken(check, {"a": 2}, "at = 'use'")
    assert broken(check, {"a": 2}, "at = 'use'", stage="use")


def test_a_note_is_said_whenever_its_rule_applies() -> None:
    when = "when = { all = ['on'] }"
    assert broken("note()", {"on": True}, when)
    assert not broken("note()", {"on": False}, when)


@pytest.mark.parametrize("check", ["acknowledged(x, y)", "exists_linked(x)", "note(x)"])
def test_a_check_that_nobody_answers_is_refused(check: str) -> None:
    with pytest.raises(PaperError, match="E_MANIFEST"):
        broken(check, {})


def test_a_warning_does_not_stop_the_paper() -> None:
    of = manifest(VARIABLES, '[[rules]]\ncode = "W_X"\ncheck = "equals(a, 1)"')
    assert found(of, {"a": 2}) == ["W_X a"]
    assert of.problems({"a": 2}, "en", today=TODAY) == []


def test_rules_wait_until_the_values_themselves_are_right() -> None:
    of = manifest(
        '"a" = { type = "int", required = true }\n"b" = { type = "int" }',
        '[[rules]]\ncode = "E_X"\ncheck = "equals(a, b)"',
    )
    assert found(of, {"b": 2}) == ["E_MISSING a"]
    assert found(of, {"a": 1, "b": 2}) == ["E_X a"]
