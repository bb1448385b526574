"""Template and manifest speak of the same variables, each used as its type allows."""

from __future__ import annotations

import pytest

from doc_templates.engine import compile_template
from tests.doc_templates.made import word
from tests.doc_templates.manifest.said import manifest

OF = manifest("""
"name" = { type = "text" }
"sum" = { type = "money" }
"day" = { type = "date" }
"on" = { type = "bool" }
"rows" = { type = "list" }
"rows[].n" = { type = "int" }
"words" = { type = "list", item = { type = "text" } }
"hidden" = { type = "text", template = false }
"top" = { type = "text", header = true }
""")
WHOLE = (
    "{{ name }}{{ sum|money }}{{ day|date }}{% if on %}x{% endif %}{% for r in rows %}{{ r.n }}{% endfor %}"
    "{% for w in words %}{{ w }}{% endfor %}"
)


def misfits(text: str) -> list[str]:
    return [str(one) for one in OF.check_template(compile_template(word(text)))]


def test_a_template_that_fits() -> None:
    assert misfits(WHOLE) == []
    assert misfits(WHOLE + "{{ top }}{{ hidden }}") == []


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("{{ nmae }}", "E_UNDECLARED nmae"),
        ("{{ name.first }}", "E_UNDECLARED name.first"),
        ("{% for r in rows %}{{ r.x }}{% endfor %}", "E_UNDECLARED rows[].x"),
        ("{{ sum }}", "E_USE sum (money: text)"),
        ("{{ day }}", "E_USE day (date: text)"),
        ("{{ on }}", "E_USE on (bool: text)"),
        ("{{ name|money }}", "E_USE name (text: money)"),
        ("{{ sum|date }}", "E_USE sum (money: date)"),
        ("{% for x in name %}{% endfor %}", "E_USE name (text: list)"),
        (
            "{% for w in words %}{{ w|money }}{% endfor %}",
            "E_USE words[] (text: money)",
        ),
    ],
)
def test_a_misfit_is_told(more: str, line: str) -> None:
    assert misfits(WHOLE + more) == [line]


def test_a_variable_that_no_text_uses_is_told() -> None:
    assert misfits(WHOLE.replace("{{ name }}", "")) == ["E_UNUSED name"]


def test_a_condition_may_ask_anything() -> None:
    assert misfits(WHOLE + "{% if sum is none or day == name or rows %}x{% endif %}") == []
