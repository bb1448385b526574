"""Fields and what they hold are typed in the words of the page, in any script and width (R8.1.3)."""

from datetime import date

import pytest

from search_index.language import fewer, read
from search_index.names import Unknown
from search_index.port import Scope
from search_index.snippets import snippets
from tests.search_index.named import NAMES

ALL = Scope(None)


def ids(index, typed, scope=ALL):
    return sorted(hit.id for hit in index.search(typed, scope, names=NAMES).hits)


@pytest.fixture
def filled(index, entry):
    """Three papers that differ in everything."""
    index.upsert(
        [
            entry(
                1,
                "佣金",
                state="void",
                dept=3,
                counterparty="台灣雲端科技股份有限公司",
                title="年度服務 SO-2026-000007",
            ),
            entry(
                2,
                "佣金",
                kind="nda",
                classification="confidential",
                state="signed",
                language="en",
                counterparty="Northwind Medical Devices Ltd.",
                day=date(2025, 12, 31),
            ),
            entry(
                3,
                "佣金",
                kind="nda",
                classification="secret",
                state="out_for_signature",
                day=date(2026, 2, 28),
                audience=("d2",),
                counterparty="深圳云端网络",
            ),
        ]
    )
    return index


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("狀態:作廢", [1]),
        ("状态：作废", [1]),
        ("狀態： 作廢", [1]),
        ("state:VOID 佣金", [1]),
        ("STATE:cancelled", [1]),
        ("ｓｔａｔｅ：ｖｏｉｄ", [1]),
        ("狀態:作廢 狀態:已簽署", [1, 2]),
        ("-狀態:作廢", [2, 3]),
        ("NOT 狀態:作廢", [2, 3]),
        ("state:out-for-signature", [3]),
        ("狀態:簽署", [2, 3]),
        ("密級:機密", [2]),
        ("机密等级：极机密", [3]),
        ("類型:合約", [1]),
        ("type:contract", [1]),
        ("type:empl", [2, 3]),
        ("类型:保密协议", [2, 3]),
        ('type:"employee nda"', [2, 3]),
        ("語言:英文", [2]),
        ("lang:zh-Hant-TW", [1, 3]),
        ("語言:中文", [1, 3]),
        ("部門:3", [1]),
        ("客戶:台灣雲端", [1]),
        ("客户:云端", [1, 3]),
        ('client:"northwind medical"', [2]),
        ("client:northwind-medical", [2]),
        ("-客戶:雲端", [2]),
        ("名稱:年度", [1]),
        ("編號:SO-2026-7", [1]),
        ("编号:so2026000007", [1]),
        ("no:SO-2026", [1]),
        ("編號:HT-2026-000002", [2]),
        ("編號:002", [2]),
        ("日期:2026-02", [3]),
        ("日期:2025", [2]),
        ("年度:114", [2]),
        ("日期:114/12", [2]),
        ("日期:民國114年12月31日", [2]),
        ("日期:114/12/31", [2]),
        ("日期:114/1..114/12", [2]),
        ("日期:上個月", [3]),
        ('date:"last month"', [3]),
        ("date:february", [3]),
        ("日期:二月", [3]),
        ("日期:12/31", [2]),
        ("date:today", [1]),
        ("-日期:2026", [2]),
    ],
)
def test_a_field_is_asked_for_in_words(filled, typed, found):
    assert ids(filled, typed) == found


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("狀態:作费", Unknown("state", "作费")),
        ("type:lease 佣金", Unknown("kind", "lease")),
        ('類型:"租賃 合約"', Unknown("kind", "租賃 合約")),
        ("type:co", Unknown("kind", "co")),
        ("狀態:", Unknown("state", "")),
        ("日期:下禮拜", Unknown("day", "下禮拜")),
        ("日期:2026-13", Unknown("day", "2026-13")),
    ],
)
def test_a_value_nobody_knows_finds_nothing_and_is_told(filled, typed, unknown):
    found = filled.search(typed, ALL, names=NAMES)
    assert (found.total, found.unknown) == (0, (unknown,))
    assert "no_such_value" in found.remarks
    without = filled.search(f"佣金 -{typed}", ALL, names=NAMES)
    assert without.total == 3
    assert without.unknown == (unknown,)


def test_a_field_nobody_knows_is_looked_up_as_words_and_is_told(filled):
    found = filled.search("備註:佣金", ALL, names=NAMES)
    assert (found.total, found.unknown) == (0, (Unknown("", "備註"),))
    for plain in ("https://example.com", "14:30", "佣金 佣金", '"狀態:作廢"', "::"):
        assert filled.search(plain, ALL, names=NAMES).unknown == ()


def test_a_client_out_of_sight_is_like_one_that_is_not_there(filled):
    """R8.1.3: neither hits, nor facets, nor what is told differ."""
    mine = Scope(frozenset({"d1"}))
    hidden, nowhere = (
        filled.search(f"客戶:{name}", mine, names=NAMES) for name in ("深圳", "廈門")
    )
    assert hidden == nowhere
    assert hidden.total == 0
    assert ids(filled, "客戶:深圳") == [3]


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("三月 佣金", (20260301, 20260331)),
        ("3月", (20260301, 20260331)),
        ("11月份", (20251101, 20251131)),
        ("上個月", (20260201, 20260231)),
        ("last month", (20260201, 20260231)),
        ("本周", (20260302, 20260308)),
        ("去年", (20250101, 20251231)),
        ("115年", (20260101, 20261231)),
        ("115年3月", (20260301, 20260331)),
        ("115 年 3 月", (20260301, 20260331)),
    ],
)
def test_a_time_told_from_today_is_a_span_and_says_so(typed, days):
    question = read(typed, NAMES)
    assert (question.days, question.remarks) == ([days], ["of_that_time"])


@pytest.mark.parametrize(
    "typed", ["3/5", "may", "13月", "115-3", "110~120", "三個月", '"三月"', "第三月"]
)
def test_what_may_be_no_time_stays_words(typed):
    assert read(typed, NAMES).days == []


def test_words_that_only_part_others_are_left_out(index, entry):
    index.upsert([entry(1, "王明與Lin Zhiyuan簽訂"), entry(2, "the agreement and notice")])
    assert ids(index, "Mr. Lin Zhiyuan") == ids(index, "王明先生") == [1]
    assert ids(index, "王明 和 Lin") == ids(index, "Lin of 王明") == [1]
    assert ids(index, "王明 或 notice") == [1, 2]
    assert ids(index, "agreement NOT lin") == ids(index, 'notice NOT "lin"') == [2]
    assert ids(index, "the") == [2]


def test_a_day_in_digits_alone_is_found(index, entry):
    index.upsert(
        [
            entry(1, "民國115年3月5日", day=date(2020, 1, 1)),
            entry(2, "20260306", day=date(2026, 1, 1)),
        ]
    )
    assert ids(index, "20260305") == ids(index, "1150305") == ids(index, "115年3月5日") == [1]
    assert ids(index, "115/3/5") == [1]
    assert ids(index, "20260306") == [2]


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ("佣金按實收貨款百分之八計算", "8%"),
        ("佣金為 8％", "百分之8"),
        ("a commission of 8.50% of sales", "百分之八點五"),
        ("利率百分之十二", "12 %"),
        ("12 per cent a year", "12%"),
        ("第九條 保密", "第9條"),
        ("第 12 條", "第十二條"),
        ("Article 9 Confidentiality", "第 9 條"),
        ("第九条", "Article 9"),
    ],
)
def test_rates_and_articles_have_one_spelling(index, entry, body, typed):
    index.upsert(
        [entry(1, body), entry(2, "自115年12月8日起九日內，第10條，9 樓，80%，Article 90")]
    )
    assert ids(index, typed) == [1]
    assert any(marked for s in snippets([body], typed, NAMES) for _, marked in s.parts)


@pytest.mark.parametrize(
    "typed",
    [
        "NT$576,000",
        "nt$ 576000",
        "TWD 576,000.00",
        "＄576,000",
        "576,000元",
        "57.6萬元",
        "新臺幣576,000元",
        "人民币 576000",
        "576000",
    ],
)
def test_a_sum_is_found_whatever_currency_is_typed_with_it(index, entry, typed):
    index.upsert([entry(1, "總價 TWD 576,000.00 人民币"), entry(2, "TWD 人民币 576,001")])
    assert ids(index, typed) == [1]


def test_a_word_or_name_written_otherwise_is_told_to_be_so(index, entry):
    index.upsert([entry(1, "台灣雲端科技 agreement 王明"), entry(2, "雲端方案於臺灣", ("d2",))])
    for typed, remarks in {
        "台灣雲端": (),
        "agreement": (),
        "王明先生": (),
        "台灣雲瑞": ("nearly",),
        "agreemnet": ("nearly",),
        "台南雨端": (),
        "agroemnot": (),
    }.items():
        assert index.search(typed, ALL, names=NAMES).remarks == remarks, typed
    mine = index.search("台灣雲端", Scope(frozenset({"d2"})), names=NAMES)
    assert (mine.total, mine.remarks) == (1, ("nearly",))


def test_a_series_and_its_year_find_its_numbers(index, entry):
    index.upsert(
        [entry(1, "依SO-2026-000009號合約"), entry(2, "SO-2025-000009"), entry(3, "so2026")]
    )
    assert ids(index, "so2026") == [1, 3]
    assert ids(index, "SO-2026") == ids(index, "ＳＯ－２０２６") == [1]


def test_quotes_keep_what_stands_within(index, entry):
    index.upsert([entry(1, "under Article 9 above"), entry(2, "under 第9條 above")])
    assert ids(index, '"under Article 9 above"') == [1]


def test_what_comes_near_is_found_if_nothing_else_is_and_it_is_told(index, entry):
    body = "與台灣雲端科技簽訂之合約"
    index.upsert([entry(1, body), entry(2, "無關"), entry(3, body, ("d2",))])
    mine = Scope(frozenset({"d1"}))
    found = index.search("跟台灣雲端所擬合約", mine, names=NAMES)
    assert ([hit.id for hit in found.hits], found.remarks) == ([1], ("nearly",))
    told = snippets([body], "跟台灣雲端所擬合約", NAMES, nearly=True)
    assert "台灣雲端" in [text for s in told for text, marked in s.parts if marked]
    found = index.search("2026-00000", mine, names=NAMES)
    assert (found.total, found.remarks) == (2, ("nearly",))
    for typed, remarks in (
        ('"跟台灣雲端所擬合約"', ()),
        ("台灣雲端科技", ()),
        ("毫不相干的句子", ()),
    ):
        assert index.search(typed, mine, names=NAMES).remarks == remarks


def test_each_thing_left_out_in_turn():
    assert fewer("佣金 -獎金 狀態:作廢", NAMES) == [
        "-獎金 狀態:作廢",
        "佣金 狀態:作廢",
        "佣金 -獎金",
    ]
    assert fewer("佣金", NAMES) == []
    assert fewer("狀態:作费 佣金 類型:租賃", NAMES)[0] == "佣金"


def test_what_a_field_holds_is_marked_nowhere():
    pages = ["本合約作廢"]
    assert snippets(pages, "狀態:作廢", NAMES) == []
    assert snippets(pages, "狀態:作廢 合約", NAMES)[0].parts == [
        ("本", False),
        ("合約", True),
        ("作廢", False),
    ]
