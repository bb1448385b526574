"""One line of a manifest: everything it may say, and every slip is an error that names it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from doc_templates.errors import PaperError
from tests.doc_templates.manifest.said import HEAD, manifest


def fault(variables: str, more: str = "", head: str = HEAD) -> tuple[str, str]:
    """Where a manifest is wrong, and what about."""
    with pytest.raises(PaperError) as caught:
        manifest(variables, more, head)
    assert caught.value.code == "E_MANIFEST"
    return caught.value.place, caught.value.detail


def test_a_line_is_read_with_its_limits() -> None:
    line = (
        '"a.b" = { type = "percent", required = true, min = 0.5, max = 20, decimals = 2, default = 7.5, '
        'label = { zh-Hant = "甲", zh-Hans = "甲", en = "A" }, after = "a.b" }'
    )
    one = manifest(line).variables["a.b"]
    assert (one.min, one.max, one.decimals) == (Decimal("0.5"), Decimal(20), 2)
    assert one.defaults == dict.fromkeys(("zh-Hant", "zh-Hans", "en"), "7.5")
    assert (one.name, one.list_path, one.label["en"]) == ("b", "", "A")


def test_a_column_knows_its_table() -> None:
    one = manifest('"t" = { type = "list" }\n"t[].x" = { type = "int" }').variables["t[].x"]
    assert (one.name, one.list_path) == ("x", "t")


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ('{ type = "text", requird = true }', "unknown key requird"),
        ('{ type = "string" }', "unknown type string"),
        ("{ required = true }", "unknown type None"),
        ('{ type = "text", label = { en = "A" } }', "label is not in three languages"),
        ('{ type = "text", help = { en = "A" } }', "help is not in three languages"),
        ('{ type = "text", validate = "email|phone" }', "unknown form phone"),
        ('{ type = "text", pattern = "[" }', "pattern"),
        ('{ type = "int", min = "few" }', "missing or misplaced"),
        ('{ type = "int", max = [1] }', "missing or misplaced"),
        ('{ type = "text", required_when = { var = "a" } }', "required_when needs var and eq"),
        ('{ type = "text", after = "b" }', "names b, which is not declared"),
        ('{ type = "text", required_when = { var = "b", eq = 1 } }', "names b"),
        ('{ type = "int", computed = "eval(a)" }', "unknown function"),
        ('{ type = "int", computed = "months(a)" }', "wrong number of arguments"),
        ('{ type = "int", computed = "sum(a, a)" }', "wrong number of arguments"),
        ('{ type = "int", computed = "sum()" }', "wrong number of arguments"),
        ('{ type = "int", computed = "sum(b)" }', "names b"),
        ('{ type = "list", item = { type = "word" } }', "unknown type word"),
        ('"text"', "unknown key"),
        ("5", "missing or misplaced"),
    ],
)
def test_a_slip_in_a_line_is_an_error_that_says_it(line: str, detail: str) -> None:
    _place, said = fault(f'"a" = {line}')
    assert detail in said


def test_a_bound_between_different_kinds_is_found_before_anybody_needs_it() -> None:
    lines = '"a" = { type = "date", after = "b" }\n"b" = { type = "text" }'
    assert "does not work" in fault(lines)[1]
    lines = '"a" = { type = "int", computed = "months(b, c)" }\n"b" = { type = "int" }\n"c" = { type = "int" }'
    assert "does not work" in fault(lines)[1]


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ('id = "T01"', "", "missing or misplaced"),
        ("years = 3", "years = 'many'", "missing or misplaced"),
        ('en = "Trial"', 'fr = "Essai"', "three languages"),
        ('date = "roc"', 'date = "maya"', "no date style maya"),
        ('money = "TWD"', 'money = "fee.currency"', "names fee.currency"),
        ('money = "TWD"', 'money = { by = "law" }', "names law"),
        ('id = "T01"', 'id = "T01', "Illegal"),
    ],
)
def test_a_slip_in_the_head_is_an_error_that_says_it(old: str, new: str, detail: str) -> None:
    assert old in HEAD
    assert detail in fault('"a" = { type = "text" }', head=HEAD.replace(old, new, 1))[1]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ('[[rules]]\ncode = "E_X"\ncheck = "nonsense(a)"', "E_X"),
        ('[[rules]]\ncheck = "is_true(a)"', "rules"),
        ('[[rules]]\ncode = "E_X"\ncheck = "is_true(b)"', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "is_true(a, a)"', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "list_len_at_least(a, few)"', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "at_least_by(a, a, { x = )"', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "equals(sum(b[].c), 1)"', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "is_true(a)"\nwhen = { var = "b", eq = 1 }', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "is_true(a)"\nwhen = { any = ["b"] }', "E_X"),
        ('[[rules]]\ncode = "E_X"\ncheck = "is_true(a)"\nwhen = { unless = "a" }', "E_X"),
        ('[changed_text]\nfree_text = ["b"]', "changed_text.free_text"),
        ('[standard_values."b"]\nen = ["x"]', "standard_values"),
    ],
)
def test_a_name_that_no_variable_has_is_an_error_wherever_it_stands(more: str, place: str) -> None:
    """A misspelt rule would never fire, and nobody would know."""
    assert fault('"a" = { type = "bool" }', more)[0] == place


def test_an_approver_by_a_value_that_does_not_exist() -> None:
    head = HEAD + 'approval = [ { role = "legal", when = { var = "b", gt = 5 } } ]\n'
    assert fault('"a" = { type = "int" }', head=head)[0] == "approval"


@pytest.mark.parametrize("text", ["", "id = [", "a" * 10_000, "[" * 5000, "x = 1\nx = 2", "\x00"])
def test_what_is_no_toml_is_an_error(text: str) -> None:
    with pytest.raises(PaperError) as caught:
        manifest("", head=text)
    assert caught.value.code == "E_MANIFEST"
