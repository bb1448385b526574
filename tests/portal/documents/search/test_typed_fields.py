"""What may be typed before and after a colon, in the words of the page; what nobody knows is told (R8.1.3)."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

import pytest

from portal.chapters.sales.models import Contract
from portal.documents.search import facets, queries
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.accounts import UserAccount
from portal.seed import records, walk
from portal.web.language import speaking
from search_index.language import read
from search_index.port import FACETS, FILTERS

FORMS = {
    "zh_Hant": ("狀態:已簽署", "類型:銷售外包合約", "客戶:台灣雲端", "密級:機密", "日期:2026-03"),
    "zh_Hans": ("状态:已签署", "类型:销售外包合同", "客户:台湾云端", "密级:保密", "日期:2026-03"),
    "en": ("state:Signed", 'type:"Sales outsourcing contract"', "client:Northwind", "date:2026-03"),
}
SPOKEN = ("zh_Hant_TW", "zh_Hans_CN", "en")


def found(typed: str, **how: object) -> set[str]:
    """The numbers of the papers found."""
    return {hit.document.no for hit in queries.search(typed, **how).hits}  # type: ignore[arg-type]


def test_the_table_has_every_filter_and_no_name_twice():
    assert set(facets.TABLE) == set(FILTERS) - {"template"}
    assert set(FACETS) <= set(facets.TABLE)
    names = [name for facet in facets.TABLE.values() for name in _said(facet)]
    assert len(names) == len(set(names))


def _said(facet: facets.Facet) -> set[str]:
    known = facets.names()
    said = set()
    for locale in SPOKEN:
        with speaking(locale):
            said |= {str(facet.typed), str(facet.label)}
    assert len({known.called(name) for name in said}) == 1, said
    return said - {"日期"}


@pytest.mark.parametrize("locale", SPOKEN)
def test_each_example_of_the_page_is_understood(company, locale):
    with walk.person(company.accounts, "legal"), speaking(locale):
        for facet in facets.TABLE.values():
            question = read(facet.hint(), facets.names())
            assert question.narrows(), facet.hint()
            assert not question.unknown + question.remarks, facet.hint()


@pytest.fixture
def papers(company):
    """A draft and a void contract of team A with one client, and a draft of team B with another."""
    alive = company.contract()
    dead = records.contract(company.accounts, "sales_a", alive.customer, "展場臨時人力")
    other = records.client(company.accounts, "sales_b", "晴川淨水設備股份有限公司", "70759028")
    foreign = records.contract(company.accounts, "sales_b", other, "淨水設備駐點")
    for owner, contract in (("sales_a", alive), ("sales_a", dead), ("sales_b", foreign)):
        walk.generate(company.accounts, owner, contract)
    walk.bring_to(company.accounts, "sales_a", dead, "void")
    walk.work()
    with walk.person(company.accounts, "legal"):
        return [session().get_one(Contract, one.id).document.no for one in (alive, dead, foreign)]


def test_facets_are_typed_in_words_of_every_language(company, papers):
    alive, dead, foreign = papers
    with walk.person(company.accounts, "legal"):
        for typed in ("狀態:作廢", "状态：作废", "state:void", "STATUS:Cancelled", "進度:已取消"):
            assert found(typed) == {dead}, typed
        for typed in (
            "客戶:台灣雲端",
            "客户：台湾云端",
            "client:台灣雲端 type:contract",
            "對方:雲端",
        ):
            assert found(typed) == {alive, dead}, typed
        for typed in ("部門:銷售二組", "部门:SAL-B", 'department:"Sales team B"', "dept:sal-b"):
            assert found(typed) == {foreign}, typed
        for typed in (
            "類型:合約",
            "类型:合同",
            "type:contract",
            "密級:機密",
            "密级:保密",
            "class:confidential",
            "語言:中文",
            "部門:銷售部",
            "日期:今天",
        ):
            assert found(typed) == set(papers), typed
        assert found("類型:NDA") == found("日期:去年") == set()
        assert found("類型:合約 -狀態:作廢") == {alive, foreign}


def test_what_nobody_knows_is_told_on_the_page_in_one_sentence(company, papers):
    reader = company.browser("sales_a")
    page = reader.get(f"/search?q={quote('狀態:作费')}").text
    assert "狀態沒有「作费」，可以輸入：草稿、審查中、已核准" in page
    page = reader.get(f"/search?q={quote('部門:業務部 台灣雲端')}").text
    assert "部門沒有「業務部」，可以輸入：" in page
    assert "銷售二組" in page
    assert f"q={quote('台灣雲端')}" in page  # what finds something without it
    assert "沒有「備註」這個欄位" in reader.get(f"/search?q={quote('備註:雲端')}").text
    assert "「下輩子」不是日期" in reader.get(f"/search?q={quote('日期:下輩子')}").text
    assert "請在冒號後輸入" in reader.get(f"/search?q={quote('客戶:')}").text
    script = reader.get("/search?q=" + quote("state:<script>alert(1)</script>")).text
    assert "<script>alert" not in script


def test_a_client_out_of_sight_is_like_one_nobody_has(company, papers):
    """R8.1.3: neither the hits nor the page tell whether there is such a client."""
    reader = company.browser("sales_a")
    pages = []
    for name in ("晴川淨水", "冇呢間公司"):
        text = reader.get(f"/search?q={quote('客戶:' + name + ' 合約')}").text
        main = text.partition("<main")[2].partition("</main>")[0]
        pages.append(main.replace(quote(name), "").replace(name, ""))
    assert pages[0] == pages[1]
    assert len(pages[0]) > 500
    with walk.person(company.accounts, "sales_b"):
        assert found("客戶:晴川淨水") == {papers[2]}


def test_the_page_offers_what_finds_something_under_the_same_rights(company, papers):
    with walk.person(company.accounts, "sales_a"):
        assert queries.search("雲端 Northwind").instead == [("雲端", 2)]
        assert queries.search("晴川 Northwind").instead == []
        chosen = queries.search("雲端", filters={"state": {"signed"}})
        assert chosen.instead == [("", 2)]
        near = queries.search("跟台灣雲端簽的合約")
        assert papers[0] in {hit.document.no for hit in near.hits}
        assert queries.REMARKS["nearly"] in near.remarks
    with walk.person(company.accounts, "mkt"):  # has no agreement in force
        assert queries.search("雲端").bare


def test_values_are_offered_after_a_field_as_they_may_be_typed(company):
    with walk.person(company.accounts, "legal"):
        with speaking("zh_Hant_TW"):
            assert queries.suggest("佣金 狀態：已") == [
                "佣金 狀態：已核准",
                "佣金 狀態：已簽署",
                "佣金 狀態：已被取代",
                "佣金 狀態：已歸檔",
            ]
            assert "部門:法務" in queries.suggest("部門:")
            assert queries.suggest("客戶:") == queries.suggest("备注:") == []
        with speaking("en"):
            assert queries.suggest("type:sales") == ['type:"Sales outsourcing contract"']
            offered = [
                one for field in ("type:", "-state:", "class:") for one in queries.suggest(field)
            ]
        assert len(offered) == 5 + 8 + 4
        assert not [one for one in offered if read(one, facets.names()).unknown]


def test_the_page_shows_the_forms_in_the_reader_s_language(company):
    reader = company.browser("legal")
    for locale, forms in FORMS.items():
        with access.acting_as(access.SYSTEM), transaction():
            session().get_one(UserAccount, company.accounts["legal"].id).locale = locale
        page = unescape(reader.get("/search").text)
        assert [form for form in forms if f"<code>{form}</code>" not in page] == []
