"""A change after the approval stops the contract, and everybody is told so in words (R3.3.2)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import clicks
from tests.browser.company import Company
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
CONTRACT = "/sales/contract"
TITLE = "醫療耗材通路開發"
PHONE = 360
STOPPED = "由承辦人修改後重新送審；先前的核准均已失效。"


def told(page: Page, ident: int) -> str:
    """The sentence on the contract's page: who has it now, and what comes next."""
    clicks.details(page, CONTRACT, ident)
    return page.locator("main > .next").first.inner_text()


def stages(page: Page) -> list[tuple[str, str]]:
    """The stepper: each stage with how it stands."""
    found = page.locator(".stepper li")
    words = found.locator("> span:last-child").all_inner_texts()
    states = [one.get_attribute("class") or "" for one in found.all()]
    return [(said.split()[0], state) for said, state in zip(words, states, strict=True)]


def test_a_change_after_approval_stops_the_contract(window: Opens, company: Company) -> None:
    """Approved at the desk and on a phone, then changed: no seal by any door, and it begins anew."""
    ident = company.ids["contract"]["draft_lead_a"]
    sales, legal = window("sales_a_mgr"), window("legal")
    clicks.details(sales, CONTRACT, ident)
    clicks.make_paper(sales)
    clicks.step(sales, "submit")
    assert told(sales, ident).startswith("目前由法務簽核，之後由銷售主管簽核。")
    clicks.from_my_work(legal, TITLE)
    clicks.answer(legal, "approved")
    expect(legal.locator("#flashes")).to_contain_text(f"您已核准：{TITLE}")
    assert told(legal, ident).startswith("目前由銷售主管簽核，這是最後一關。")
    approved_on_a_phone(window("sales_head", PHONE))
    assert told(sales, ident).startswith("由承辦人申請用印；任何修改都會使核准失效。")

    paper = changed(sales, ident)
    for who in ("sales_a_mgr", "legal", "sales_head", "exec"):
        page = window(who)
        assert STOPPED in told(page, ident)
        assert stages(page)[:3] == [("草稿", "done"), ("退回修改", "stopped"), ("審查中", "later")]
        expect(page.locator(".rounds .badge")).to_have_text(["已失效", "已失效"])
        waiting = clicks.work(page).filter(has_text=TITLE)
        expect(waiting).to_have_count(1 if page is sales else 0)  # it is the owner's again
    expect(clicks.work(sales).filter(has_text=TITLE)).to_contain_text(STOPPED)
    no_seal(sales, paper)


def approved_on_a_phone(page: Page) -> None:
    """The head of Sales opens my work, reads the pages, larger where needed, and says yes."""
    clicks.from_my_work(page, TITLE)
    sheet = page.locator(".sheet-page").first
    expect(sheet).to_be_visible()
    narrow = sheet.bounding_box()
    page.locator('[data-zoom="1"]').click()
    wide = sheet.bounding_box()
    assert narrow is not None
    assert wide is not None
    assert narrow["width"] <= PHONE < 2 * PHONE < wide["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.locator('a[href="#approval"]').click()  # thirteen pages lie between
    expect(page.locator("button[name=answer][value=approved]")).to_be_in_viewport()
    clicks.answer(page, "approved")
    expect(page.locator("#flashes .success")).to_be_in_viewport()


def changed(sales: Page, ident: int) -> str:
    """Withdrawn to be changed; returns the address of its paper."""
    clicks.details(sales, CONTRACT, ident)
    assert sales.locator('[data-key="e"]').count() == 0  # what is approved has no form
    clicks.step(sales, "text_altered", "客戶要求改付款天數")
    expect(sales.locator(".needed")).to_contain_text("尚未有任何變更")
    expect(sales.locator('[name=step][value="submit"]')).to_have_count(0)
    clicks.open_paper(sales)
    return sales.url


def no_seal(sales: Page, paper: str) -> None:
    """Neither the page nor its address, typed by hand, gives the seal."""
    sales.goto(f"{paper}?tab=signing")
    expect(sales.locator("[aria-labelledby=seal]")).to_contain_text("文件核准後即可申請用印。")
    form = {
        "purpose": TITLE,
        "copies": "2",
        "csrf_token": sales.evaluate("document.body.dataset.csrf"),
    }
    refused = sales.request.post(f"{paper}/seal-request", form=form, headers={"Referer": paper})
    assert refused.status in (403, 409)
    sales.goto("/documents/signing_event/")
    expect(sales.locator("main")).not_to_contain_text(TITLE)
