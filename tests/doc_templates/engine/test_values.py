"""Values in a paper: plain data, printed as text whatever they hold, and only so much of it."""

from __future__ import annotations

import io
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doc_templates.engine import Style, compile_template
from doc_templates.engine.values import MOST_ITERATIONS
from doc_templates.errors import PaperError
from doc_templates.package import open_package
from doc_templates.text import word_text
from doc_templates.zipped import read_members
from tests.doc_templates.made import MAIN, texts, word

NAME = compile_template(word("甲方：{{ client.name }}。", header="{{ client.name }}"))


def printed(name: Any) -> list[str]:
    """The body with this client."""
    return texts(NAME.render({"client": {"name": name}}))


def failed(template: bytes, data: dict[str, Any]) -> PaperError:
    with pytest.raises(PaperError) as caught:
        compile_template(template).render(data)
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        "A & B <Ltd>",
        "</w:t></w:r></w:p><w:p>",
        '" onclick="x" \'',
        "{{ secret }} {% if a %} {# c #}",
        "&lt;b&gt; &amp; &#60;",
        "]]><!--",
        '<w:fldSimple w:instr="DDEAUTO c:\\\\x"/>',
        "＜全形＞〈書名〉",
        "𠮷野家 \U0001f600",
        "e\u0301 \u200b\u202e",
    ],
)
def test_a_client_s_name_is_printed_letter_by_letter(name: str) -> None:
    """Others print `A  B ` for the first, and run the second as Word's own code."""
    made = NAME.render({"client": {"name": name}})
    assert texts(made) == [f"甲方：{name}。"]
    assert word_text(made)[0] == name
    open_package(made)  # no field, no part, nothing active came with it


def test_a_field_code_as_a_value_is_text_and_no_field() -> None:
    code = '</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText>'
    assert b"<w:instrText" not in read_members(NAME.render({"client": {"name": code}}))[MAIN]


@pytest.mark.parametrize(
    "letter", ["\0", "\x01", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"]
)
def test_letters_that_xml_does_not_know_are_left_out(letter: str) -> None:
    assert printed(f"甲{letter}乙") == ["甲方：甲乙。"]


def test_line_ends_and_tabs_are_words_own() -> None:
    xml = read_members(NAME.render({"client": {"name": "一\r\n二\r三\n四\t五"}}))[MAIN].decode()
    assert xml.count("<w:br/>") == 3
    assert xml.count("<w:tab/>") == 1
    document = docx.Document(io.BytesIO(NAME.render({"client": {"name": "一\n二"}})))
    assert document.paragraphs[0].text == "甲方：一\n二。"


@given(st.text(max_size=80))
def test_any_text_gives_a_readable_file_that_says_the_same(name: str) -> None:
    made = NAME.render({"client": {"name": name}})
    seen = docx.Document(io.BytesIO(made)).paragraphs[0].text
    kept = "".join(c for c in name if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    lines = kept.replace("\r\n", "\n").replace("\r", "\n")
    assert seen == f"甲方：{lines}。"


@pytest.mark.parametrize(
    "value",
    [None, 1.5, True, b"x", datetime(2026, 1, 1, tzinfo=UTC), {"a": 1}, ["a"], {1}, object(), 1j],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_text_is_refused_naming_the_variable(value: Any) -> None:
    """`None`, `True`, `[...]` never stand in a contract."""
    reason = failed(word("{{ client.name }}"), {"client": {"name": value}})
    assert (reason.code, reason.place) == ("E_VALUE", "client.name")


def test_numbers_are_printed_as_they_are() -> None:
    made = compile_template(word("{{ a }}、{{ b }}、{{ c }}"))
    assert texts(made.render({"a": 12, "b": Decimal("7.50"), "c": -3})) == ["12、7.50、-3"]


def test_a_key_is_reached_and_a_method_of_its_dictionary_never() -> None:
    """`{{ fee.items }}` once printed a method of Python's."""
    template = word("{{ fee.items }}")
    assert texts(compile_template(template).render({"fee": {"items": "兩項"}})) == ["兩項"]
    for name in ("items", "keys", "get", "copy", "__class__"[2:]):
        reason = failed(word(f"{{{{ fee.{name} }}}}"), {"fee": {"x": "y"}})
        assert (reason.code, reason.place) == ("E_VALUE", f"fee.{name}")


def test_a_missing_value_is_an_error_and_never_a_gap() -> None:
    data = {"a": {"x": "1"}, "rows": [{"t": "一"}, {}]}
    for text, place in [
        ("{{ b }}", "b"),
        ("{{ a.y }}", "a.y"),
        ("{{ a.x }}{{ a.y.z }}", "a.y.z"),
        ("{% if a.y %}{% endif %}", "a.y"),
        ("{% if a.x == '1' and a.z > 3 %}{% endif %}", "a.z"),
        ("{% if a.x == '2' %}{% elif a.q == 1 %}{% endif %}", "a.q"),
        ("{% for r in rows %}{{ r.t }}{% endfor %}", "rows[].t"),
        ("{% for r in more %}{{ r.t }}{% endfor %}", "more"),
        ("{{ a.day|date }}", "a.day"),
    ]:
        reason = failed(word(text), data)
        assert (reason.code, reason.place) == ("E_VALUE", place), text


def test_a_branch_that_is_not_taken_asks_for_nothing() -> None:
    template = word(
        "{% if a.on %}{{ a.gone }}{% else %}無{% endif %}{% if a.b is defined %}x{% endif %}"
    )
    assert texts(compile_template(template).render({"a": {"on": False}})) == ["無"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ a.x|money }}", "百元"),
        ("{{ a.x|money }}", None),
        ("{{ a.x|money }}", True),
        ("{{ a.x|money }}", Decimal("NaN")),
        ("{{ a.x|money }}", Decimal(10) ** 16),
        ("{{ a.x|money_upper }}", Decimal("Infinity")),
        ("{{ a.x|months }}", "12"),
        ("{{ a.x|months }}", True),
        ("{{ a.x|date }}", "2026-11-23"),
        ("{{ a.x|date }}", 20261123),
        ("{{ a.x|date_roc }}", date(1911, 12, 31)),
        ("{% if a.x > 3 %}{% endif %}", "x"),
        ("{% for r in a.x %}{% endfor %}", "abc"),
        ("{% for r in a.x %}{% endfor %}", {"k": 1}),
        ("{% for r in a.x %}{% endfor %}", 5),
    ],
)
def test_a_value_of_the_wrong_kind_names_its_variable(text: str, value: Any) -> None:
    reason = failed(word("{{ a.other }}", text), {"a": {"other": "good", "x": value}})
    assert (reason.code, reason.place) == ("E_VALUE", "a.x")


def test_money_and_days_are_written_in_the_paper_s_way() -> None:
    template = compile_template(word("{{ m|money }} {{ m|money_upper }} {{ d|date }}"))
    data = {"m": Decimal("1234.50"), "d": date(2026, 11, 23)}
    said = {
        (
            "zh-Hant",
            "TWD",
            "roc",
        ): "TWD 1,234.50 新臺幣壹仟貳佰參拾肆元伍角整 中華民國115年11月23日",
        (
            "zh-Hans",
            "CNY",
            "cn_upper",
        ): "CNY 1,234.50 人民币壹仟贰佰叁拾肆元伍角整 二〇二六年十一月二十三日",
        (
            "en",
            "HKD",
            "en",
        ): "HKD 1,234.50 Hong Kong dollars one thousand two hundred and thirty-four"
        " and 50/100 23 November 2026",
    }
    for style, wanted in said.items():
        assert texts(template.render(data, style=Style(*style))) == [wanted]


def test_a_number_is_written_with_what_it_counts() -> None:
    template = compile_template(word("{{ n|months }}, {{ n|people }}"))
    said = {
        "en": ("1 month, 1 person", "12 months, 12 people"),
        "zh-Hant": ("1個月, 1人", "12個月, 12人"),
        "zh-Hans": ("1个月, 1人", "12个月, 12人"),
    }
    for language, wanted in said.items():
        for number, words in zip((1, 12), wanted, strict=True):
            assert texts(template.render({"n": number}, style=Style(language))) == [words]


def test_a_currency_or_date_style_without_words_is_an_error_naming_the_variable() -> None:
    template = compile_template(word("{{ m|money_upper }}{{ d|date }}"))
    data = {"m": 5, "d": date(2026, 1, 1)}
    for style, place in [(Style("en", "THB", "en"), "m"), (Style("en", "USD", "maya"), "d")]:
        with pytest.raises(PaperError) as caught:
            template.render(data, style=style)
        assert (caught.value.code, caught.value.place) == ("E_VALUE", place)


def test_loops_in_loops_have_one_budget() -> None:
    template = word(
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}{% endfor %}"
    )
    start = time.process_time()
    assert failed(template, {"rows": [1] * 1000}).code == "E_BUDGET"
    assert time.process_time() - start < 3
    rows = round(MOST_ITERATIONS ** (1 / 3)) - 2
    compile_template(template).render({"rows": [1] * rows})


def test_a_loop_over_much_text_has_a_budget() -> None:
    template = word("{% for a in rows %}" + "很長的條款" * 2000 + "{% endfor %}")
    assert failed(template, {"rows": [1] * 5000}).code == "E_BUDGET"


def test_too_many_values_and_too_deep_ones_are_refused() -> None:
    deep: Any = "x"
    for _ in range(40):
        deep = {"a": deep}
    assert failed(word("{{ a }}"), {"a": deep}).code == "E_BUDGET"
    assert failed(word("{{ a }}"), {"a": [0] * 300_000}).code == "E_BUDGET"
    for _ in range(100_000):
        deep = [deep]
    assert failed(word("{{ a }}"), {"a": deep}).code == "E_BUDGET"


def test_the_data_that_was_given_is_not_changed() -> None:
    data = {"rows": [{"t": "一"}]}
    compile_template(word("{% for r in rows %}{{ r.t }}{% endfor %}")).render(data)
    assert data == {"rows": [{"t": "一"}]}
    assert type(data["rows"]) is list
