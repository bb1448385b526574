"""Everything goes without a mouse: where the focus is, letters, dialogs, and a contract's whole way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import Company
from tests.browser.conftest import Windows, named, spoken_to
from tests.browser.keyboard import focused, tab_to, walk

pytestmark = [pytest.mark.browser, pytest.mark.office]
LIST = "/sales/contract/"
DETAILS = LIST + "details/?id={contract.draft_a}"
PAGES = (
    "/",
    LIST,
    LIST + "?state=draft",
    DETAILS,
    LIST + "edit/?id={contract.draft_a}",
    "/profile",
    "/papers/{document.signed}?tab=pages",
    "/papers/{document.signed}?tab=access",
    "/search?q=終端客戶",
)


@pytest.fixture
def page(windows: Windows) -> Iterator[Page]:
    """A window of Sales, in Traditional Chinese."""
    one = windows.open("sales_a")
    spoken_to(one, "zh_Hant_TW")
    yield one
    one.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_one_walks_through_a_page_and_always_sees_where_one_is(
    page: Page, company: Company, path: str
) -> None:
    page.goto(path.format(**named(company)))
    found = walk(page)
    assert found.faults == []
    assert len(found.stops) > 10


def test_a_place_one_does_not_see_and_one_that_is_covered_are_found(page: Page) -> None:
    page.goto(LIST)
    page.evaluate("""() => {
      document.querySelector('main').insertAdjacentHTML('afterbegin', '<div class="first"><a href="#">x</a></div><button class="flat">y</button>');
      Object.assign(document.querySelector('.flat').style, { outline: 'none' });
      const box = document.querySelector('.first').getBoundingClientRect();
      document.body.insertAdjacentHTML('beforeend', '<div class="over"></div>');
      Object.assign(document.querySelector('.over').style, { position: 'fixed', zIndex: 99, left: 0, top: `${box.top}px`, width: '100%', height: `${box.height}px` });
    }""")
    faults = "\n".join(walk(page).faults)
    assert "something lies over it" in faults
    assert "“y”: one does not see" in faults


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert focused(page).evaluate("e => e.closest('main') !== null")


def test_the_finder_opens_walks_opens_and_gives_the_focus_back(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("j")
    row = focused(page).get_attribute("href")
    page.keyboard.press("Control+k")
    expect(page.locator("#finder input")).to_be_focused()
    for _stop in range(6):  # the browser's own window may come between, the page behind does not
        page.keyboard.press("Tab")
        assert page.evaluate("!document.querySelector('.page').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#finder")).to_be_hidden()
    assert focused(page).get_attribute("href") == row

    page.keyboard.press("Control+k")
    page.keyboard.type("雲端方案通路")
    first = page.locator("#found a").first
    first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#finder input")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")


def test_letters_walk_the_list_and_open(page: Page) -> None:
    page.goto(LIST)
    rows = page.locator(".row-link")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(at)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#filters [name=q]")).to_be_focused()
    page.keyboard.type("jk雲端")
    expect(page.locator("#filters [name=q]")).to_have_value("jk雲端")
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/")


def test_the_list_of_keys_opens_and_gives_the_focus_back(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")  # letters are not for the page behind
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator(".row-link").first).to_be_focused()


def test_letters_switched_off_in_the_profile_are_off_everywhere(page: Page) -> None:
    page.goto("/profile")
    box = page.locator("input[type=checkbox][name=keys]")
    tab_to(page, box)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(LIST)
    for key in "jk/n?":
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body")
    assert page.url.endswith(LIST)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#finder input")).to_be_focused()
    page.goto("/profile")
    tab_to(page, box)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(LIST)
    page.keyboard.press("j")
    expect(page.locator(".row-link").first).to_be_focused()


def test_what_is_wrong_gets_the_focus_and_leads_to_its_field(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    tab_to(page, page.locator("#title"))
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".summary")).to_be_focused()
    page.keyboard.press("Tab")
    wanted = focused(page).get_attribute("href") or ""
    page.keyboard.press("Enter")
    expect(page.locator(wanted)).to_be_focused()


def test_a_filter_is_chosen_and_left_without_losing_the_place(page: Page) -> None:
    page.goto(LIST)
    chip = page.locator(".chip .menu summary").first
    tab_to(page, chip)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    box = page.locator(".chip input[type=checkbox]").first
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_url("**state=**")
    expect(page.locator(".chip.on")).to_have_count(1)
    expect(page.locator(".chip input[type=checkbox]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".chip .menu[open]")).to_have_count(0)
    expect(page.locator(".chip .menu summary").first).to_be_focused()


def test_a_menu_one_walks_out_of_closes(page: Page) -> None:
    page.goto(LIST)
    tab_to(page, page.locator(".chip .menu summary").last)
    page.keyboard.press("Enter")
    expect(page.locator(".chip .menu[open]")).to_have_count(1)
    tab_to(page, page.locator(".list-bar summary"))
    expect(page.locator(".chip .menu[open]")).to_have_count(0)


def test_the_drawer_of_a_phone_opens_closes_and_gives_the_focus_back(windows: Windows) -> None:
    page = windows.open("sales_a", 360)
    page.goto(LIST)
    toggle = page.locator("[data-toggle=sidebar]")
    tab_to(page, toggle)
    page.keyboard.press("Enter")
    expect(page.locator("#sidebar a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(toggle).to_be_focused()
    expect(page.locator("#sidebar")).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".topbar .search"))
    expect(page.locator("#sidebar")).to_be_hidden()
    page.context.close()


def test_a_contract_from_the_menu_to_a_step_without_a_mouse(
    windows: Windows, company: Company
) -> None:
    page = windows.open("sales_a_mgr")
    spoken_to(page, "zh_Hant_TW")
    page.goto("/")
    tab_to(page, page.locator(f'.sidebar a[href="{LIST}"]'))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}")
    page.wait_for_function("window.htmx && document.readyState === 'complete'")
    page.keyboard.press("/")
    expect(page.locator("#filters [name=q]")).to_be_focused()
    page.keyboard.type("鍵盤走訪")
    expect(page.locator(".row-link")).to_have_count(1)
    page.keyboard.press("Tab")
    tab_to(page, page.locator(".row-link"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")

    page.keyboard.press("e")
    page.wait_for_url("**/edit/**")
    tab_to(page, page.locator("#scope"))
    page.keyboard.press("Control+a")
    page.keyboard.type("以鍵盤輸入之範圍")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#flashes .flash.success")).to_be_visible()
    expect(page.locator("main")).to_contain_text("以鍵盤輸入之範圍")

    cancel = page.locator("details.menu.step", has=page.locator('button[value="cancel"]'))
    tab_to(page, cancel.locator("summary"))
    page.keyboard.press("Enter")
    expect(cancel.locator("textarea")).to_be_focused()
    page.keyboard.type("客戶改期")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#flashes .flash.success")).to_be_visible()
    expect(page.locator("h1 .badge")).to_have_text("作廢")
    page.context.close()
