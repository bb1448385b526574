"""Terms, facts and the query language, each by itself."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search_index.facts import facts, number_term
from search_index.folding import fold
from search_index.language import MOST_LETTERS, MOST_PARTS, read
from search_index.terms import HAN, indexed, stretches, tokens

anything = st.text(st.characters(exclude_categories=()), max_size=300)
alike = st.text(st.sampled_from('合約 密"-:*.|ORtype:20260305年月日万元,()「」～\n'), max_size=80)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2026年3月5日", "@20260305"),
        ("2026/03/05", "@20260305"),
        ("2026.3.5", "@20260305"),
        ("民國 115 年 3 月 5 日", "@20260305"),
        ("二〇二六年三月五日", "@20260305"),
        ("民國一百一十五年三月五日", "@20260305"),
        ("二〇二六年十二月三十一日", "@20261231"),
        ("5 March 2026", "@20260305"),
        ("5th Mar. 2026", "@20260305"),
        ("March 5, 2026", "@20260305"),
        ("壹佰貳拾萬元整", "1200000"),
        ("一百二十万元", "1200000"),
        ("叁仟伍佰元", "3500"),
        ("兩億元", None),
        ("貳億叁仟萬圓", "230000000"),
        ("120萬", "1200000"),
        ("1.25 億", "125000000"),
        ("3千万", "30000000"),
        ("US$1.2 million", "1200000"),
        ("0.5万", "5000"),
        ("2026年13月5日", None),
        ("115.3.5", None),
        ("1234567-2026-3", None),
        ("5 market 2026", None),
        ("10:30", None),
    ],
)
def test_dates_and_sums_have_one_spelling(text, term):
    assert [fact.term for fact in facts(fold(text))] == ([term] if term else [])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("SO-2026-000001", ["@so2026.1", "@no.1"]),
        ("ＳＯ２０２６０００００１", ["@so2026.1", "@no.1"]),
        ("so-2026-1", ["@so2026.1", "@no.1"]),
        ("依DOC-2026-000120號", ["@doc2026.120", "@no.120"]),
        ("x-SO-2026-000001", ["@so2026.1", "@no.1"]),
        ("SO-2026-0000001", []),
        ("ISO27001", []),
        ("SO-2026", []),
        ("aSO2026000001b", []),
    ],
)
def test_numbers_of_papers_have_one_spelling(text, terms):
    assert [fact.term for fact in facts(fold(text))] == terms


@pytest.mark.parametrize(
    ("typed", "term"), [("1,200.50", "1200.5"), ("10.00", "10"), ("1,000", "1000"), ("0.10", "0.1")]
)
def test_numbers_lose_what_says_nothing(typed, term):
    assert number_term(typed) == term


def test_terms_of_a_text():
    found = [token.term for token in tokens(fold("第3章 保密義務, Agreements 1,200.00"))]
    assert found == ["第", "3", "章", "章保", "保密", "密义", "义务", "务", "agreement", "1200"]


def test_pages_are_apart_unless_a_sentence_runs_on():
    assert [s.starts for s in stretches(["甲。", "乙", "丙", "。丁"])] == [
        ((0, 1),),
        ((0, 2), (2, 3)),
        ((0, 4),),
    ]
    assert stretches([]) == []


@given(st.lists(anything, max_size=4))
def test_terms_are_letters_digits_at_and_dot_of_sane_length(pages):
    for place, term in indexed(pages):
        assert place >= 0
        assert 0 < len(term) <= 40
        assert term.encode()
        assert re.fullmatch(rf"[^\W_]+|[{HAN}]{{1,2}}|@\d{{8}}|@[a-z]+\d*\.\d+|\d+\.\d+", term), (
            term
        )


@given(anything)
def test_tokens_stand_where_they_say(text):
    folded = fold(text)
    for token in tokens(folded):
        assert 0 <= token.start < token.end <= len(folded)


@given(anything | alike)
@example('"')
@example("type:")
@example("-:..*")
def test_anything_typed_is_understood_somehow(typed):
    """R: never an error on any text, and never more than the caps."""
    question = read(typed)
    assert question.size() <= MOST_PARTS
    for part in [*question.unwanted, *(p for group in question.wanted for p in group)]:
        assert part.terms
        assert all(part.terms)
        assert 0 <= part.least < len(part.terms)
        assert part.least > 0 or not part.loose or len(set(part.terms)) == 1
    if typed.strip():
        asks = question.size() or question.fields or question.unwanted_fields or question.days
        assert asks or question.empty_handed


def test_forty_kilobytes_of_input_cost_next_to_nothing():
    """Only the first letters are looked at, so the bound is generous and never near."""
    start = time.process_time()
    for typed in ("合約" * 20_000, '"-:*' * 10_000, "1" * 40_000, "9," * 20_000):
        assert "shortened" in read(typed).remarks
    assert time.process_time() - start < 0.5
    assert MOST_LETTERS == 200


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2024..2025-06", [(20240101, 20250631)]),
        ("2025..", [(20250101, 99999999)]),
        ("..2025-06-07", [(0, 20250607)]),
        ("2026/01~2026/06", [(20260101, 20260631)]),
        ("2026年1月～2026年6月", [(20260101, 20260631)]),
        ("民國115年3月至2026年6月5日", [(20260301, 20260605)]),
        ("date:2026", [(20260101, 20261231)]),
        ("date：2026-11-05", [(20261105, 20261105)]),
        ('date:"2026-11"', [(20261101, 20261131)]),
        ("2026-11 2026-01", [(20261101, 20261131), (20260101, 20260131)]),
        ("..", []),
        ("2024...2025", []),
        ("a..b", []),
        ("甲至乙", []),
    ],
)
def test_spans_of_days(typed, days):
    question = read(typed)
    assert question.days == days
    assert "of_that_time" not in question.remarks or "2026-11 " in typed


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2026-11", (20261101, 20261131)),
        ("2026/11", (20261101, 20261131)),
        ("２０２６／１１", (20261101, 20261131)),
        ("2026年11月", (20261101, 20261131)),
        ("2026 年 11 月", (20261101, 20261131)),
        ("2026年11月份", (20261101, 20261131)),
        ("二〇二六年十一月", (20261101, 20261131)),
        ("民國115年11月", (20261101, 20261131)),
        ("November 2026", (20261101, 20261131)),
        ("nov. 2026", (20261101, 20261131)),
        ("2026年", (20260101, 20261231)),
        ("2026年度", (20260101, 20261231)),
        ("民國 115 年", (20260101, 20261231)),
        ("115年", (20260101, 20261231)),
    ],
)
def test_a_month_or_a_year_alone_is_a_span_of_days_and_says_so(typed, days):
    question = read(f"{typed} 合約")
    assert (question.days, question.remarks) == ([days], ["of_that_time"])
    assert [part.terms for group in question.wanted for part in group] == [("合约",)]


@pytest.mark.parametrize(
    "typed",
    [
        "2026",
        "2026-13",
        "2026-00",
        "26-11",
        "9999年",
        "2026.11",
        '"2026-11"',
        '"March 2026"',
        "-2026-11",
        "HT-2026-11",
        "2026-11-05",
        "2026年11月5日",
        "5 March 2026",
        "15年",
        "百万年",
    ],
)
def test_what_is_no_month_is_looked_up_as_it_stands(typed):
    question = read(typed)
    assert not question.days
    assert question.size() == 1
