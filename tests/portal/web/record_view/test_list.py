"""Lists: paging, filters, order, search, and rows that are not there for a person (R1.4, R7.1)."""

from __future__ import annotations

import base64
import json
import re

from tests.portal.web.record_view.conftest import words


def names_in(page: str) -> list[str]:
    return re.findall(r"Client-\d+", page)


def numbered(company, count, owner="sales_a"):
    return [company.client(owner, f"Client-{n:02}") for n in range(1, count + 1)]


def test_a_long_list_is_read_forwards_and_backwards_without_losing_a_row(company):
    numbered(company, 45)
    browser, seen, address = company.as_person("sales_a"), [], "/customers/customer/?sort=name"
    pages = []
    while address:
        answer = browser.get(address)
        rows = re.findall(r'class="row-link"[^>]*>\s*([^<]*?)\s*</a>', answer.text)
        pages.append(rows)
        seen += rows
        later = re.search(r'rel="next" href="([^"]*)"', answer.text)
        earlier = re.search(r'rel="prev" href="([^"]*)"', answer.text)
        address = later[1].replace("&amp;", "&") if later else ""
    assert [len(p) for p in pages] == [20, 20, 5]
    assert len(set(seen)) == 45
    assert earlier is not None
    back = browser.get(earlier[1].replace("&amp;", "&"))
    assert re.findall(r'class="row-link"[^>]*>\s*([^<]*?)\s*</a>', back.text) == pages[1]


def test_the_list_counts_and_sorts_as_asked(company):
    numbered(company, 3)
    browser = company.as_person("sales_a")
    up = browser.read("/customers/customer/?sort=name")
    assert "Found: 3" in up
    assert names_in(up) == ["Client-01", "Client-02", "Client-03"]
    assert names_in(browser.read("/customers/customer/?sort=-name")) == names_in(up)[::-1]


def test_a_filter_narrows_and_its_chip_says_so(company):
    company.client("sales_a", "Client-1", region="taiwan")
    company.client("sales_a", "Client-2", region="hongkong")
    page = company.as_person("sales_a").read("/customers/customer/?region=hongkong")
    assert names_in(page) == ["Client-2"]
    assert "Region: Hong Kong" in page


def test_a_search_finds_every_word_anywhere_in_the_searched_columns(company):
    numbered(company, 3)
    browser = company.as_person("sales_a")
    assert names_in(browser.read("/customers/customer/?q=client 02")) == ["Client-02"]
    assert "Nothing matches" in browser.read("/customers/customer/?q=100%25")


def test_rows_of_another_team_are_not_there_and_not_counted(company):
    mine = company.client("sales_a", "Client-1")
    foreign = company.client("sales_b", "Client-2")
    browser = company.as_person("sales_a")
    page = browser.read("/customers/customer/")
    assert names_in(page) == ["Client-1"]
    assert "Found: 1" in page
    for place in ("details", "edit", "history"):
        assert browser.get(f"/customers/customer/{place}/?id={mine}").status_code == 200
        assert browser.get(f"/customers/customer/{place}/?id={foreign}").status_code == 404
    missing = browser.get("/customers/customer/details/?id=999999")
    assert missing.status_code == 404
    for verb, data in (
        ("advance", {"step": "lose", "reason": "x", "from": "details"}),
        ("comment", {"text": "x"}),
    ):
        sent = browser.post(f"/customers/customer/{verb}/", {"id": foreign, **data})
        assert sent.status_code == 404


def test_who_may_read_no_row_finds_no_list(company):
    assert company.as_person("hr").get("/customers/customer/").status_code == 404


def test_what_cannot_be_read_in_an_address_counts_as_not_said(company):
    numbered(company, 2)
    browser = company.as_person("sales_a")
    for query in ("region=nowhere", "sort=address", "sort=nothing", "mine=1", "q=%00", "state=x"):
        assert "Found: 2" in browser.read(f"/customers/customer/?{query}"), query
    steered = browser.get(
        "/customers/customer/?endpoint=x&_scheme=javascript&_external=1&_anchor=a&q=c"
    )
    assert "Found: 2" in words(steered)
    assert "javascript:" not in steered.text
    for cursor in ("x", "W10", "WyJhIiwgIjEiXQ", "bnVsbA"):
        assert browser.get(f"/customers/customer/?after={cursor}").status_code == 400
    for ident in ("", "x", "-1", "1.0", "9" * 40, "1'", "٣"):
        assert browser.get(f"/customers/customer/details/?id={ident}").status_code == 404


LEFT_OUT = "The address asks for a sorting or a filter that this list does not have"


def test_what_the_list_leaves_out_is_said_and_tells_nothing(company):
    """A masked column and a name nobody knows get the same words (matrix (c), R7.1)."""
    company.client("sales_a", "Client-1", registration_no="24536806", address="Lane 7")
    base = "/customers/customer/"
    browser = company.as_person("mkt")
    browser.post(f"{base}keep/", {"columns": ["name", "registration_no"], "back": "/x"})
    plain = words(browser.get(base))
    asked = ("sort=registration_no", "sort=-xyz", "registration_no=24536806", "xyz=1", "owner_id=x")
    unread = ("state=xyz", "state=prospect&state=xyz", "region_from=1", "updated_at_from=1/1")
    for query in (*asked, *unread):
        page = words(browser.get(f"{base}?{query}"))
        assert page.count(LEFT_OUT) == 1, query
        assert "Found: 1" in page, query
    first, *others = (re.sub(r" +", " ", words(browser.get(f"{base}?{q}"))) for q in asked)
    assert set(others) == {first}
    for query in ("", "sort=name", "sort=-id", "q=Client", "state=", "state=prospect", "mine="):
        assert LEFT_OUT not in words(browser.get(f"{base}?{query}")), query
    assert LEFT_OUT not in plain


def cursor(*parts: object) -> str:
    """A cursor as somebody might forge it."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_forged_cursor_is_a_bad_request(company):
    numbered(company, 1)
    browser = company.as_person("sales_a")
    for forged in (2**31, 2**40, 2**63 - 1, 10**400, True, "1", None):
        for where in (
            f"sort=name&after={cursor('Client', forged)}",
            f"sort=id&before={cursor(forged)}",
        ):
            assert browser.get(f"/customers/customer/?{where}").status_code == 400, where
        late = f"/sales/contract/?sort=end_on&after={cursor('2026-12-01', forged)}"
        assert browser.get(late).status_code == 400, forged
    for day in ("0000-00-00", "yesterday", 7, "9" * 3000):
        forged = f"/sales/contract/?sort=end_on&after={cursor(day, 1)}"
        assert browser.get(forged).status_code == 400, day


def test_long_chinese_names_are_paged_like_any(company):
    for n in range(21):
        company.client("sales_a", f"{'長' * 158}{n:02}")
    browser = company.as_person("sales_a")
    first = browser.get("/customers/customer/?sort=name")
    later = re.search(r'rel="next" href="([^"]*)"', first.text)
    second = browser.get(later[1].replace("&amp;", "&"))
    assert second.status_code == 200
    assert f"{'長' * 158}20" in second.text
    earlier = re.search(r'rel="prev" href="([^"]*)"', second.text)
    assert f"{'長' * 158}00" in browser.get(earlier[1].replace("&amp;", "&")).text


def test_columns_and_views_are_kept_for_one_person(company):
    numbered(company, 1)
    browser = company.as_person("sales_a")
    browser.post("/customers/customer/keep/", {"columns": ["no", "industry"], "back": "/x"})
    browser.post("/customers/customer/keep/", {"name": "Far", "back": "/x?region=hongkong"})
    page = browser.get("/customers/customer/")
    assert re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?\s*([^<]+)', page.text) == [
        "Number",
        "Industry",
    ]
    assert "/customers/customer/?region=hongkong" in page.text
    assert "Far" not in company.as_person("sales_a_mgr").read("/customers/customer/")


def test_facts_that_are_no_column_at_first_can_be_one(company):
    """On the page and in the sheet, but only for whom they are not masked (matrix (c), R7.1)."""
    company.client("sales_a", "Client-1", registration_no="24536806", address="Lane 7")
    chosen = {"columns": ["name", "registration_no", "address", "needs"], "back": "/x"}
    for name, seen in (("sales_a_mgr", True), ("mkt", False)):
        browser = company.as_person(name)
        assert 'name="columns" value="registration_no"' in browser.get("/customers/customer/").text
        browser.post("/customers/customer/keep/", chosen)
        page = browser.get("/customers/customer/?sort=registration_no").text
        heads = re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?\s*([^<]+)', page)
        assert heads == ["Name", "Registration number", "Address"]  # needs are many lines
        assert ("24536806" in page, "Lane 7" in page) == (seen, seen)
    sheet = company.as_person("sales_a_mgr").get("/customers/customer/export/?format=csv")
    assert sheet.text.splitlines()[0].count(",") == 2
    assert "24536806" in sheet.text


def test_masked_fields_are_neither_shown_nor_sought_nor_sorted_nor_exported(company):
    """Marketing sees clients without their registration number (matrix (c), R7.1)."""
    ident = company.client("sales_a", "Client-1", registration_no="24536806", address="Lane 7")
    plain, masked = company.as_person("sales_a"), company.as_person("mkt")
    assert "Lane 7" in plain.read(f"/customers/customer/details/?id={ident}")
    page = masked.get(f"/customers/customer/details/?id={ident}")
    assert "Lane 7" not in page.text
    assert "24536806" not in page.text
    assert "Not shown to you" in page.text
    history = masked.get(f"/customers/customer/history/?id={ident}")
    assert "Lane 7" not in history.text
    assert "24536806" not in history.text
    assert "Found: 1" in plain.read("/customers/customer/?q=24536806")
    assert "Nothing matches" in masked.read("/customers/customer/?q=24536806")
    contact = company.contact("sales_a", ident, "Ann", phone="0912345678")
    assert "0912345678" not in masked.get("/customers/contact/").text
    assert "0912345678" not in masked.get(f"/customers/contact/details/?id={contact}").text


def test_a_list_can_be_cut_down_to_one_related_record(company):
    one, two = company.client("sales_a", "Client-1"), company.client("sales_a", "Client-2")
    company.contact("sales_a", one, "Ann")
    company.contact("sales_a", two, "Bob")
    page = company.as_person("sales_a").read(f"/customers/contact/?customer_id={one}")
    assert "Ann" in page
    assert "Bob" not in page
    assert "Client: Client-1" in page
