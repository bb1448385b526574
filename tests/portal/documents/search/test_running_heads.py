"""A running header and footer are read once, and a sentence is found over the end of a page."""

from __future__ import annotations

from portal.documents.search import index, queries
from portal.documents.search.running_heads import read_on
from portal.seed import walk

HEAD = "旭橋銷售服務股份有限公司 機密等級：機密"
BODIES = ("銷售外包服務契約書\n甲方應於", "驗收後付款。\n乙方之服務", "報酬如附件一。", "簽署頁")


def printed(bodies, head=HEAD, foot="文件編號：DOC-2026-000012　版本：1\n第 {at} 頁，共 {all} 頁"):
    """The pages as a PDF's text layer gives them."""
    pages = []
    for at, body in enumerate(bodies, start=1):
        pages.append("\n".join(filter(None, (head, body, foot.format(at=at, all=len(bodies))))))
    return pages


def test_header_and_footer_stand_once_and_sentences_go_on():
    read = read_on(printed(BODIES))
    assert read[0] == f"{HEAD}\n{BODIES[0]}"
    assert read[1:-1] == list(BODIES[1:-1])
    assert read[-1] == f"{BODIES[-1]}\n文件編號：DOC-2026-000012　版本：1\n第 4 頁，共 4 頁"


def test_the_page_s_own_number_may_stand_in_any_line_and_in_any_language():
    for foot in ("Page {at} of {all}", "{at} / {all}", "第 {at} 页，共 {all} 页", "{at}"):
        read = read_on(printed(BODIES, foot=foot))
        assert read[:-1] == [f"{HEAD}\n{BODIES[0]}", *BODIES[1:-1]], foot


def test_more_than_nine_pages_and_pages_without_words_between():
    bodies = [f"第 {n} 條 內容甲{n * 37}" for n in range(1, 15)]
    pages = printed(bodies)
    pages[6] = ""  # a picture
    read = read_on(pages)
    assert read[6] == ""
    assert [page for page in read[1:-1] if page] == bodies[1:6] + bodies[7:-1]


def test_nothing_else_is_taken_away():
    """Lines with other numbers, on some pages, in the midst, on few pages."""
    for pages in (
        [f"金額 {n}\n內容{n}" for n in (100, 200, 300)],
        ["封面", *(f"{HEAD}\n{body}" for body in BODIES)],
        [f"{body}\n以下空白\n尾{n}甲" for n, body in zip("子丑寅卯", BODIES, strict=True)],
        printed(BODIES[:2]),
        ["", "", ""],
        [],
    ):
        assert read_on(pages) == pages


def test_no_words_are_lost_where_pages_are_alike():
    table = "\n".join(f"列{n}甲" for n in "一二三四五六")
    assert set("\n".join(filter(None, read_on([table] * 3))).splitlines()) == set(
        table.splitlines()
    )


def test_what_is_found_reads_on_over_the_page(company, monkeypatch):
    """Also the words of the header are still found."""
    contract = company.contract()
    monkeypatch.setattr(index, "page_texts", lambda _document: printed(BODIES))
    walk.generate(company.accounts, "sales_a", contract)
    walk.work()
    with walk.person(company.accounts, "sales_a"):
        for words in ('"乙方之服務報酬如附件"', "機密等級", '"甲方應於驗收後"'):
            (hit,) = queries.search(words).hits
            assert "DOC-2026" not in "".join(str(part) for part in hit.snippets), words
