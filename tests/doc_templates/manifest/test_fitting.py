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
    return OF.check_template(compile_template(word(text)), "en")


def test_a_template_that_fits() -> None:
    assert misfits(WHOLE) == []
    assert misfits(WHOLE + "{{ top }}{{ hidden }}") == []


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("{{ nmae }}", "en: nmae is used but not declared"),
        ("{{ name.first }}", "en: name.first is used but not declared"),
        ("{% for r in rows %}{{ r.x }}{% endfor %}", "en: rows[].x is used but not declared"),
        ("{{ sum }}", "en: sum is a money but used as text"),
        ("{{ day }}", "en: day is a date but used as text"),
        ("{{ on }}", "en: on is a bool but used as text"),
        ("{{ name|money }}", "en: name is a text but used as money"),
        ("{{ sum|date }}", "en: sum is a money but used as date"),
        ("{% for x in name %}{% endfor %}", "en: name is a text but used as list"),
        (
            "{% for w in words %}{{ w|money }}{% endfor %}",
            "en: words[] is a text but used as money",
        ),
    ],
)
def test_a_misfit_is_told_with_its_language(more: str, line: str) -> None:
    assert misfits(WHOLE + more) == [line]


def test_a_variable_that_no_text_uses_is_told() -> None:
    assert misfits(WHOLE.replace("{{ name }}", "")) == ["en: name is declared but not used"]


def test_a_condition_may_ask_anything() -> None:
    assert misfits(WHOLE + "{% if sum is none or day == name or rows %}x{% endif %}") == []
