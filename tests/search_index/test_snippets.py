"""Snippets show the text as typed with what matched marked, whichever script was searched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.snippets import BIT, snippets


def marked(pages, typed, **how):
    return [(s.page, [text for text, hit in s.parts if hit]) for s in snippets(pages, typed, **how)]


@pytest.mark.parametrize(
    ("page", "typed", "shown"),
    [
        ("本公司銷售外包合約書", "销售外包", ["銷售外包"]),
        ("本公司销售外包合同", "銷售外包", ["销售外包"]),
        ("帳戶與賬目", "账", ["帳", "賬"]),
        ("The Agreements shall be", "agreement", ["Agreements"]),
        ("The agreement", "agreemnet", ["agreement"]),
        ("CONFIDENTIALITY", "confid*", ["CONFIDENTIALITY"]),
        ("簽於民國115年3月5日。", "2026-03-05", ["民國115年3月5日"]),
        ("總價壹佰貳拾萬元整", "1,200,000", ["壹佰貳拾萬"]),
        ("總價 1,200,000.00 元", "120萬", ["1,200,000.00"]),
        ("編號ＨＴ－９", "ht-9", ["ＨＴ－９"]),
        ("甲方台灣雲端科技", "台灣雲瑞", ["台灣雲"]),
        ("依SO-2026-000001號契約", "so20261", ["SO-2026-000001"]),
        ("①保密", "保密", ["保密"]),
        ("保\u200b密", "保密", ["保\u200b密"]),
        ("甲方及乙方", "乙方 OR 丙方", ["乙方"]),
        ("甲方及乙方", '"方及"', ["方及"]),
        ("ﷺ 保密", "保密", ["保密"]),
        ("甲方及乙方", "-甲方 乙方", ["乙方"]),
    ],
)
def test_what_matched_is_marked_as_it_stands(page, typed, shown):
    assert marked([page], typed) == [(1, shown)]


@pytest.mark.parametrize("before", range(BIT - 12, BIT + 3))
@pytest.mark.parametrize("typed", ["保密義務", "confidential", "2026-03-05"])
def test_what_stands_across_two_bits_of_a_long_paper_is_marked_whole(before, typed):
    shown = {"2026-03-05": "民國115年3月5日"}.get(typed, typed)
    page = "前" * before + "，" + shown + "，" + "後語" * BIT
    assert marked([page], typed) == [(1, [shown])]


def test_misread_letters_of_a_long_string_are_found():
    (piece,) = snippets(["應於每月十五曰前支付佣金給乙方"], "應於每月十五日前支付佣金")
    assert any(hit and "支付佣金" in text for text, hit in piece.parts)


def test_the_page_is_named_also_across_a_page_break():
    pages = ["第一頁。", "第二頁有保密條款。", "甲方應保", "密十年。"]
    assert marked(pages, "保密") == [(2, ["保密"]), (3, ["保密"])]


def test_no_more_and_no_longer_than_asked():
    pages = ["前言" * 100 + "保密" + "後語" * 100] * 9
    found = snippets(pages, "保密", most=2, width=30)
    assert [s.page for s in found] == [1, 2]
    for piece in found:
        assert 20 <= sum(len(text) for text, _ in piece.parts) <= 32
        assert piece.parts[0] == ("…", False)
        assert piece.parts[-1][0].endswith("…")


def test_nothing_found_or_nothing_asked_is_no_snippet():
    assert snippets(["合約"], "保密") == []
    assert snippets(["合約"], "") == []
    assert snippets([], "合約") == []
    assert snippets(["合約"], "type:nda") == []


def test_markup_in_a_paper_stays_text():
    (piece,) = snippets(["<b>保密</b><script>"], "保密")
    assert piece.parts == [("<b>", False), ("保密", True), ("</b><script>", False)]


letters = st.text(st.sampled_from("保密義務合約ab ＡＢ①ﷺ\u200b\n。1,2026年3月5日"), max_size=60)


@settings(max_examples=200)
@given(st.lists(letters, max_size=4), letters)
def test_a_snippet_is_a_piece_of_the_paper(pages, typed):
    """Whatever is typed: the text shown stands on the pages letter by letter."""
    plain = "".join("".join(pages).split())
    for piece in snippets(pages, typed):
        assert 1 <= piece.page <= len(pages)
        assert any(hit for _, hit in piece.parts)
        shown = "".join(text for text, _ in piece.parts if text != "…")
        assert "".join(shown.split()) in plain


@pytest.mark.parametrize("between", ["", " ", "\n", " \n "])
def test_a_phrase_is_marked_wherever_it_stands_in_a_long_text(between):
    """The text is read a bit at a time; no phrase is lost where two bits meet."""
    words = "甲方應於每月十五日前支付佣金"
    phrase = between.join(words)
    for at in (940, 975, 990, 999, 1000):
        (found,) = snippets(["。" * at + phrase + "。" * 1200], words)
        shown = "".join(text for text, matched in found.parts if matched)
        assert "".join(shown.split()) == words


def test_what_comes_near_takes_no_place_from_what_was_asked():
    pages = ["銷售外包服務契約。", "服務報酬如下。", "乙方之服務報酬按月計算。", "報酬之服務。"]
    assert marked(pages, "服務報酬") == [(2, ["服務報酬"]), (3, ["服務報酬"])]


def test_a_part_that_stands_nowhere_as_asked_is_shown_where_it_comes_near_beside_the_others():
    pages = ["應於每月十五曰前支付佣金。", "保密。", "應於每月十五曰前支付。"]
    found = marked(pages, "應於每月十五日前支付佣金 保密")
    assert [page for page, _words in found] == [1, 2, 3]
    assert found[1] == (2, ["保密"])


def test_of_many_places_those_that_say_what_was_asked_are_shown_in_their_order():
    near, asked = "應於每月十五曰前支付佣金。", "保密義務。"
    pages = [near, near, asked, near, asked]
    typed = "應於每月十五日前支付佣金 保密義務"
    assert [page for page, _words in marked(pages, typed)] == [1, 3, 5]


def test_a_long_paper_is_not_read_to_its_end_for_what_only_comes_near(monkeypatch):
    """Enough stands at its beginning as asked; what comes near takes reading all of it."""
    monkeypatch.setattr("search_index.snippets._nearly", lambda *_any: pytest.fail("read on"))
    page = ("保密義務。" + "前言" * 60) * 4 + "後語" * 20 * BIT
    typed = "保密義務 應於每月十五日前支付佣金"
    assert [words for _page, words in marked([page], typed)] == [["保密義務"]] * 3


def test_english_is_cut_between_words():
    page = "Whereas the parties wish to protect their confidential information from disclosure."
    for width in range(12, 70):
        (piece,) = snippets([page], "confidential", width=width)
        shown = "".join(text for text, _hit in piece.parts).strip("… ")
        assert set(shown.rstrip(".").split()) <= set(page.rstrip(".").split()), shown
        assert [text for text, hit in piece.parts if hit] == ["confidential"]
