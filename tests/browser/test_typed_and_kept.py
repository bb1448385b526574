"""What one types is not lost: asked before leaving, kept as a draft, kept past the session; sent once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.browser import clicks
from tests.browser.company import PASSWORD, Company
from tests.browser.conftest import Console, Windows, named, spoken_to

pytestmark = [pytest.mark.browser, pytest.mark.office]
NEW = "/customers/customer/new/"
EDIT = "/sales/contract/edit/?id={contract.typed}"
OFFERED = ".next.amber form button[name=discard]"


class Asked:
    """What the browser asks before a page is left, and what one answers."""

    def __init__(self, page: Page) -> None:
        self.kinds, self.leave = list[str](), True
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.kinds.append(dialog.type)
        dialog.accept() if self.leave else dialog.dismiss()


@pytest.fixture
def context(chromium: Browser, company: Company) -> Iterator[BrowserContext]:
    """A browser of one's own, in which somebody signs in and out."""
    windows = Windows(chromium, company)
    page = windows.open("sales_a_mgr")
    spoken_to(page, "zh_Hant_TW")
    page.close()
    yield page.context
    page.context.close()


def sent(page: Page) -> None:
    """Save, and see the record."""
    page.locator("form.record .submit .primary").click()
    page.wait_for_url("**/details/**")


def saved_as_draft(page: Page) -> None:
    """Wait for the portal to say so."""
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已儲存", timeout=15_000)


def test_leaving_a_changed_form_is_asked_and_an_unchanged_or_saved_one_is_not(
    context: BrowserContext, company: Company
) -> None:
    page = context.new_page()
    asked = Asked(page)
    page.goto(EDIT.format(**named(company)))
    page.locator(".submit a.btn").click()
    page.wait_for_url("**/details/**")
    assert asked.kinds == []

    page.goto(EDIT.format(**named(company)))
    page.locator("#scope").fill("範圍再加一句")
    asked.leave = False
    with page.expect_event("dialog"):
        page.locator(".submit a.btn").click()
    assert asked.kinds == ["beforeunload"]
    expect(page.locator("#scope")).to_have_value("範圍再加一句")
    sent(page)
    page.goto("/")
    assert asked.kinds == ["beforeunload"]


def test_a_page_closed_in_the_middle_of_a_word_offers_it_again(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(NEW)
    page.locator("#name").press_sequentially("寫到一半的客")
    Asked(page)
    with page.expect_event("close"):
        page.close(run_before_unload=True)  # before the two seconds are over

    page = context.new_page()
    page.goto(NEW)
    expect(page.locator("#name")).to_have_value("")
    page.locator(".next.amber .actions a").click()
    expect(page.locator("#name")).to_have_value("寫到一半的客")
    page.locator("#name").fill("寫到一半的客戶股份有限公司")
    saved_as_draft(page)
    sent(page)
    expect(page.locator("h1")).to_contain_text("寫到一半的客戶股份有限公司")
    page.goto(NEW)
    expect(page.locator("#name")).to_be_visible()
    expect(page.locator(OFFERED)).to_have_count(0)


def test_a_draft_can_be_thrown_away(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(NEW)
    page.locator("#name").press_sequentially("不要了")
    saved_as_draft(page)
    page.goto(NEW)
    page.locator(OFFERED).click()
    expect(page.locator(OFFERED)).to_have_count(0)


def test_a_session_that_ends_while_one_types_loses_nothing(
    context: BrowserContext, company: Company
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(EDIT.format(**named(company)))
    console = Console(page)
    signed_out(context)

    page.locator("#title").fill("登入失效後輸入的品名")
    page.clock.run_for(3_000)
    expect(page.locator("[data-draft-state]")).to_contain_text("登入已失效")
    page.clock.fast_forward("02:00")
    save = page.locator("form.record .submit .primary")
    save.click()
    ended = page.locator("#ended")
    expect(ended).to_be_visible()
    with context.expect_page() as beside:
        ended.locator("a.btn").click()
    signed_in(beside.value, "sales_b")
    ended.locator("[data-close]").click()
    save.click()
    expect(ended).to_be_visible()  # somebody else is signed in here now

    signed_out(context)
    other = context.new_page()
    other.goto("/sign-in")
    signed_in(other, "sales_a_mgr")
    ended.locator("[data-close]").click()
    sent(page)
    expect(page.locator("h1")).to_contain_text("登入失效後輸入的品名")
    assert [e for e in console.taken() if "401" not in e] == []


def test_a_look_up_nobody_answers_does_not_say_that_nothing_was_found(
    context: BrowserContext, company: Company
) -> None:
    page = context.new_page()
    page.goto(EDIT.format(**named(company)))
    said = page.locator(".ts-dropdown .no-results")
    page.locator("#customer-ts-control").press_sequentially("沒有這家")
    expect(said).to_have_text("找不到結果")
    context.set_offline(True)
    page.locator("#customer-ts-control").press_sequentially("公司")
    expect(said).to_contain_text("連線中斷")
    context.set_offline(False)
    signed_out(context)
    page.locator("#customer-ts-control").press_sequentially("嗎")
    expect(said).to_contain_text("登入已失效")


def signed_out(context: BrowserContext) -> None:
    """Sign out in another window."""
    other = context.new_page()
    other.goto("/profile")
    other.locator(".me summary").click()
    other.locator('form[action="/sign-out"] button').click()
    other.wait_for_url("**/sign-in")
    other.close()


def signed_in(page: Page, who: str) -> None:
    """Sign in here, and close the window."""
    page.fill("#name", who)
    page.fill("#password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/")
    page.close()


def test_without_a_connection_the_form_stays(context: BrowserContext, company: Company) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(EDIT.format(**named(company)))
    page.locator("#scope").fill("離線時輸入的範圍")
    page.clock.fast_forward("02:00")
    context.set_offline(True)
    page.locator("form.record .submit .primary").click()
    expect(page.locator("#toasts .error").first).to_be_visible()
    expect(page.locator("#scope")).to_have_value("離線時輸入的範圍")
    context.set_offline(False)
    sent(page)
    expect(page.locator("main")).to_contain_text("離線時輸入的範圍")


def test_a_step_clicked_twice_is_taken_once(context: BrowserContext, company: Company) -> None:
    page = context.new_page()
    page.goto(f"/sales/contract/details/?id={company.ids['contract']['clicked']}")
    cancel = page.locator("details.menu.step", has=page.locator('button[value="cancel"]'))
    cancel.locator("summary").click()
    cancel.locator("textarea").fill("客戶改期")
    cancel.locator("button").dblclick()
    expect(page.locator("#flashes .flash")).to_have_count(1)
    expect(page.locator("#flashes .flash.success")).to_be_visible()
    expect(page.locator("h1 .badge")).to_have_text("作廢")
    expect(page.locator(".timeline > li.step")).to_have_count(1)


def test_a_comment_and_a_new_record_sent_twice_are_there_once(
    context: BrowserContext, company: Company
) -> None:
    page = context.new_page()
    clicks.details(page, "/sales/contract", company.ids["contract"]["typed"])
    page.locator(".say textarea").fill("只說一次")
    page.locator(".say button").dblclick()
    expect(page.locator("#flashes .flash.success")).to_be_visible()
    expect(page.locator(".timeline .said", has_text="只說一次")).to_have_count(1)

    page.goto(NEW)
    page.locator("#name").fill("連按兩下股份有限公司")
    page.locator("form.record .submit .primary").dblclick()
    page.wait_for_url("**/details/**")
    page.goto("/customers/customer/?q=連按兩下")
    expect(page.locator(".row-link")).to_have_count(1)
