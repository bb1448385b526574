"""The contract of every engine: what is typed finds what is meant, and no text breaks it."""

from datetime import date

import pytest

from search_index.port import Scope

ALL = Scope(None)


def ids(index, typed, scope=ALL, **how):
    return sorted(hit.id for hit in index.search(typed, scope, **how).hits)


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ("本公司銷售外包合約書", "销售外包"),
        ("本公司銷售外包合約書", "外包合约"),
        ("本公司销售外包合同", "銷售外包合同"),
        ("銀行帳戶與賬目", "帳目"),
        ("销售计划", "銷售計畫"),
        ("臺北市制度", "台北"),
        ("製度", "制度"),
        ("編號ＨＴ－２０２６－０００００９", "ht-2026-000009"),
        ("編號NDA-2025-000009", "nda-2025-00*"),
        ("总价1,200,000.00元", "1200000"),
        ("總價壹佰貳拾萬元整", "120萬"),
        ("總價120萬元", "壹佰貳拾萬"),
        ("a fee of 1.2 million dollars", "1,200,000"),
        ("民國115年3月5日簽訂", "2026-03-05"),
        ("二〇二六年三月五日", "2026/3/5"),
        ("dated 5 March 2026", "民國115年3月5日"),
        ("签订于2026年3月5日", "March 5, 2026"),
        ("The agreements were terminated", "agreement terminate"),
        ("The agreement", "agreemnet"),
        ("upon termination", "terminaton"),
        ("confidentiality", "confid*"),
        ("two agreements", "agreements*"),
        ("happiness", "happy*"),
        ("合\n約", "合約"),
        ("合 約", "合約"),
        ("保密協議", '"保密協議"'),
        ("保密協議", "「保密協議」"),
        ("龍", "龙"),
        ("客龍客", "龙"),
        ("依第3章保密條款", "第3章"),
        ("某某銷售外包服務契約", "銷售外包服XX約"),
        ("甲方應於每月十五日前支付佣金", "应于每月十五曰前支付傭金"),
        ("CAFÉ Zürich", "cafe zurich"),
        ("e-mail: sales@example.com", "sales@example.com"),
    ],
)
def test_one_finds_the_other(index, entry, body, typed):
    other = date(2020, 1, 1)
    index.upsert([entry(1, body, day=other), entry(2, "無關的文字 unrelated", day=other)])
    assert ids(index, typed) == [1]


HOSTILE = [
    "",
    " ",
    '"',
    '""',
    "-",
    "--",
    "((",
    "))(",
    "AND OR",
    "OR OR OR",
    "NOT",
    "type:",
    "type::",
    ":::",
    "*",
    "***",
    "* *",
    'field:"',
    'type:"',
    "a" * 50_000,
    "合" * 50_000,
    "a " * 20_000,
    '"' * 1_000,
    "(" * 1_000,
    "-" * 1_000 + "a",
    "[1 TO",
    "{* TO *}",
    "~^2",
    "合約~0.5^99",
    "-合約",
    "-type:nda",
    "\0",
    "\ud800",
    "\udfff合約",
    "no:\ud800",
    "2026..",
    "..",
    "0000..9999-99-99",
    "date:..",
    "约*",
    "\u202e合約",
    "ﷺ" * 200,
    "<script>alert(1)</script>",
    "'; drop table paper; --",
    "\\",
    "a\\'b",
    "%_%",
    "９９９９９９９９９９９９９９９９９９万",
    "9" * 200 + "万",
    "亿" * 200 + "元",
    "١٢٣٤ 万",
    "İI",
    "👩‍👩‍👧",
    "e" + "\u0301" * 199,
    "\n\r\t\x0b\x1c\x85\u2028",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:20]))
def test_no_typing_breaks_searching(index, entry, typed):
    """R: nothing typed is an error; at worst it finds nothing."""
    index.upsert([entry(1, "合約 agreement"), entry(2, typed[:500], title=typed[:50])])
    found = index.search(typed, ALL)
    assert found.total == len(found.hits) <= 2
    assert isinstance(index.suggest(typed, ALL), list)


def test_words_signs_and_fields_are_read(index, entry):
    index.upsert(
        [
            entry(1, "甲乙合約"),
            entry(2, "甲丙合約", kind="nda", classification="secret", dept=7),
            entry(3, "丁戊報告", day=date(2024, 1, 1), template="D37", language="en"),
        ]
    )
    assert ids(index, "合約") == [1, 2]
    assert ids(index, "合約 甲丙") == ids(index, "合約 AND 甲丙") == [2]
    assert ids(index, "合約 -甲丙") == ids(index, "合約 －甲丙") == [1]
    assert ids(index, "-合約") == [3]
    assert ids(index, "甲丙 OR 丁戊") == ids(index, "甲丙 | 丁戊") == [2, 3]
    assert ids(index, "合約 type:nda") == ids(index, "合約 TYPE：NDA") == [2]
    assert ids(index, "合約 -type:nda") == [1]
    assert ids(index, "classification:secret") == ids(index, "class:secret") == [2]
    assert ids(index, "dept:7") == ids(index, "合約 -dept:1") == [2]
    assert ids(index, "template:d37") == ids(index, "lang:en") == [3]
    assert ids(index, "no:ht-2026-000002") == ids(index, "number:HT-2026-2") == [2]
    assert ids(index, "2024..2025") == ids(index, "..2025-06") == [3]
    assert ids(index, "合約 date:2025..") == ids(index, "合約 day:2026-03-05..2026-03") == [1, 2]
    assert ids(index, "type:nda type:contract date:2026..") == [1, 2]


@pytest.mark.parametrize(
    "typed",
    [
        "HT-2026-000012",
        "HT2026000012",
        "ht-2026-12",
        "ht202612",
        "ＨＴ２０２６０００１２",
        "000012",
        "012",
        "HT-2026-00001*",
        "合約 012",
        "no:ht-2026-000012",
    ],
)
def test_a_number_is_found_however_its_marks_and_noughts_are_typed(index, entry, typed):
    index.upsert(
        [entry(12, "合約"), entry(120, "合約，第12條"), entry(2, "合約", number="AB-2026-000112")]
    )
    assert ids(index, typed) == [12]
    assert index.suggest("HT2026000012", ALL) == ["HT-2026-000012"]
    assert index.suggest("ＨＴ２０２６0001", ALL) == ["HT-2026-000120"]


def test_a_short_name_with_one_wrong_letter_is_found_unless_it_stands_somewhere(index, entry):
    index.upsert(
        [
            entry(1, "契約", counterparty="台灣雲端科技股份有限公司", audience=("d1",)),
            entry(2, "契約", counterparty="台灣雲瑞有限公司", audience=("d2",)),
            entry(3, "雲端之外另有台灣"),
        ]
    )
    mine = Scope(frozenset({"d1"}))
    assert ids(index, "台灣雲瑞") == [2]
    assert ids(index, "台灣雲瑞", mine) == [1]  # what one may not see does not exist
    assert ids(index, "云端科枝", mine) == [1]
    assert ids(index, '"台灣雲瑞"', mine) == ids(index, "-台灣雲端 台灣雲瑞", mine) == []
    assert ids(index, "合約雲瑞", mine) == []


def test_a_paper_that_names_the_number_comes_after_the_one_that_has_it(index, entry):
    index.upsert([entry(1, "依HT-2026-000007號合約之附件"), entry(7, "合約")])
    assert [hit.id for hit in index.search("ht2026000007", ALL).hits] == [7, 1]
    assert ids(index, "-HT2026000007") == []
    assert ids(index, "-007") == []


def test_a_time_finds_the_papers_of_it(index, entry):
    november, december = date(2026, 11, 30), date(2026, 12, 1)
    index.upsert(
        [
            entry(1, "合約", day=november),
            entry(2, "合約，自2026年11月起", day=december),
            entry(3, "報告", day=november),
        ]
    )
    assert ids(index, "2026-11") == ids(index, "2026年11月") == ids(index, "Nov 2026") == [1, 3]
    assert ids(index, "合約 2026/11") == [1]
    assert ids(index, '"2026年11月"') == [2]
    assert ids(index, "2026-11 2026-12 合約") == [1, 2]
    assert ids(index, "2026-11-30") == ids(index, "民國115年11月30日") == [1, 3]


def test_filters_of_the_page_join_what_is_typed(index, entry):
    index.upsert(
        [entry(1, "合約"), entry(2, "合約", kind="nda"), entry(3, "合約", day=date(2024, 1, 1))]
    )
    assert ids(index, "合約", filters={"kind": {"nda"}}) == [2]
    assert ids(index, "合約", filters={"kind": {"nda", "contract"}, "year": {"2026"}}) == [1, 2]
    assert ids(index, "合約", filters={"kind": set()}) == [1, 2, 3]
    assert ids(index, "type:contract", filters={"kind": {"nda"}}) == []


def test_an_unknown_filter_is_refused_not_ignored(index):
    with pytest.raises(ValueError, match="colour"):
        index.search("合約", ALL, filters={"colour": {"red"}})


def test_long_questions_are_cut_and_say_so(index, entry):
    index.upsert([entry(1, "合約")])
    assert index.search("合約 " + "x" * 500, ALL).remarks == ("shortened",)
    assert index.search(" ".join(f"w{i}" for i in range(20)), ALL).remarks == ("shortened",)
    assert index.search("合約", ALL).remarks == ()


def test_nothing_to_look_up_finds_nothing_and_says_so(index, entry):
    index.upsert([entry(1, "合約")])
    found = index.search("《》", ALL)
    assert (found.total, found.remarks) == (0, ("no_words",))


def test_empty_text_finds_everything_with_counts(index, entry):
    index.upsert([entry(i, kind="nda" if i % 3 == 0 else "contract") for i in range(1, 31)])
    found = index.search("", ALL, size=5)
    assert (found.total, len(found.hits)) == (30, 5)
    assert found.facets["kind"] == {"nda": 10, "contract": 20}
    assert found.facets["year"] == {"2026": 30}
    assert found.facets["classification"] == {"internal": 30}
    assert found.facets["language"] == {"zh_Hant_TW": 30}


def test_pages_of_hits_join_without_gap_or_double(index, entry):
    index.upsert([entry(i, "合約" * (i % 4 + 1)) for i in range(1, 26)])
    whole = [hit.id for hit in index.search("合約", ALL, size=100).hits]
    joined = [
        h.id for o in range(0, 30, 7) for h in index.search("合約", ALL, offset=o, size=7).hits
    ]
    assert joined == whole
    assert len(set(whole)) == 25


def test_equals_come_newest_first_even_from_several_commits(index, entry):
    for i in (3, 1, 4, 2):
        index.upsert([entry(i, "保密合約", title="合約", number="")])
    assert [hit.id for hit in index.search("保密", ALL).hits] == [4, 3, 2, 1]


def test_newest_first_goes_by_day(index, entry):
    days = {1: date(2026, 5, 1), 2: date(2024, 1, 1), 3: date(2026, 5, 1), 4: date(2025, 1, 1)}
    index.upsert([entry(i, "合約 " * (5 - i), day=day) for i, day in days.items()])
    assert [hit.id for hit in index.search("合約", ALL, newest=True).hits] == [3, 1, 4, 2]


def test_title_and_number_weigh_more_than_text(index, entry):
    index.upsert([entry(1, "佣金 及 其他"), entry(2, "其他 及 其他", title="佣金辦法")])
    assert [hit.id for hit in index.search("佣金", ALL).hits] == [2, 1]


def test_the_counterparty_is_searched(index, entry):
    index.upsert([entry(1, "x", counterparty="台灣雲端股份有限公司"), entry(2, "x")])
    assert ids(index, "台湾云端") == [1]


def test_phrases_do_not_cross_pages_but_sentences_do(index, entry):
    index.upsert([entry(1, pages=("本章完。", "密碼")), entry(2, pages=("應保\n", "\n密十年。"))])
    assert ids(index, '"完密"') == []
    assert ids(index, '"應保密十年"') == [2]


def test_loose_match_prefers_the_exact_one(index, entry):
    index.upsert([entry(1, "銷售外包服務"), entry(2, "外包服務 與 銷售外 之事")])
    assert index.search("銷售外包服務", ALL).hits[0].id == 1


def test_quotes_forbid_looseness(index, entry):
    index.upsert([entry(1, "某某銷售外包服務契約")])
    assert ids(index, '"銷售外包服XX約"') == []


def test_what_counts_no_more_comes_last_however_well_it_fits(index, entry):
    late = date(2026, 9, 1)
    index.upsert(
        [
            entry(1, "佣金 " * 3, state="signed"),
            entry(2, "佣金 " * 9, title="佣金", state="void", past=True, day=late),
            entry(3, "佣金與獎金另議", state="draft"),
        ]
    )
    found = index.search("佣金", ALL)
    assert [hit.id for hit in found.hits] == [1, 3, 2]
    assert [hit.id for hit in index.search("佣金", ALL, size=2).hits] == [1, 3]
    assert [hit.id for hit in index.search("佣金", ALL, newest=True).hits] == [2, 3, 1]
    assert found.total == 3
    assert found.facets["state"] == {"signed": 1, "void": 1, "draft": 1}
    assert ids(index, "佣金", filters={"state": {"void"}}) == ids(index, "佣金 status:void") == [2]
    assert ids(index, "佣金 -state:void") == [1, 3]
