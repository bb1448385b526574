"""What people do with the mouse on a contract's way, one function an act; each takes their own window."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

#: Converting a paper takes seconds, on a busy machine many.
PATIENCE = 120_000


def details(page: Page, kind: str, ident: int) -> None:
    """Open a record's own page."""
    page.goto(f"{kind}/details/?id={ident}")


def step(page: Page, name: str, reason: str = "") -> None:
    """Take a step offered on the record's page, with a reason where one is asked for."""
    button = page.locator(f'button[name=step][value="{name}"]')
    if not button.is_visible():
        page.locator("details.menu.step", has=button).locator("summary").click()
    if reason:
        page.locator("details.menu.step", has=button).locator("textarea").fill(reason)
    button.click()
    expect(page.locator("#flashes .flash.success")).to_be_visible()


def make_paper(page: Page) -> None:
    """From the record's page: fill the template and wait until the paper is there."""
    page.locator('main .actions a[href*="/papers/make/"]').click()
    page.locator("button[name=act][value=generate]").click()
    watched(page)


def watched(page: Page) -> None:
    """Wait on the page of a job until it is done, and open its result."""
    expect(page.locator(".job .badge.green")).to_be_visible(timeout=PATIENCE)
    page.locator(".job .btn.primary").click()
    page.wait_for_load_state()


def open_paper(page: Page, tab: str = "pages") -> None:
    """From the record's page to the page of its paper."""
    page.locator('main .rows a[href^="/papers/"]').first.click()
    if tab != "pages":
        page.locator(f'nav.tabs a[href$="tab={tab}"]').click()


def answer(page: Page, said: str, remark: str = "") -> None:
    """Decide the step that is mine: ``approved`` or ``returned``."""
    page.locator("#decision").fill(remark)
    page.locator(f'button[name=answer][value="{said}"]').click()
    page.wait_for_load_state()
    expect(page.locator(f'button[name=answer][value="{said}"]')).to_have_count(0)


def from_my_work(page: Page, title: str) -> None:
    """Open what waits for me under this title."""
    page.goto("/")
    page.locator(".tasks a", has_text=title).first.click()


def found(page: Page, words: str) -> list[str]:
    """The numbers of the papers that a search shows."""
    page.goto("/search")
    page.locator('main input[type=search][name="q"]').fill(words)
    page.locator("main form[role=search] button.primary").click()
    page.wait_for_load_state()
    return [
        line.split(" · ")[0].strip()
        for line in page.locator(".hits .muted:not(.snippet *)").all_inner_texts()
    ]


def suggested(page: Page, typed: str) -> list[str]:
    """The titles that are offered while these words are being typed into the search."""
    page.goto("/search")
    with page.expect_response(lambda answer: "/search/suggest" in answer.url):
        page.locator('main input[type=search][name="q"]').press_sequentially(typed, delay=10)
    page.wait_for_load_state("networkidle")
    return page.locator("#titles option").evaluate_all("all => all.map((one) => one.value)")


#: Whether a search has a hit by now: what was stored a moment ago is indexed in the background.
_HIT = """async (words) =>
  (await (await fetch(`/search?q=${encodeURIComponent(words)}`)).text()).includes('class="hit"')"""


def soon_found(page: Page, words: str) -> list[str]:
    """Like `found`, once the index has heard of it."""
    page.wait_for_function(_HIT, arg=words, polling=500, timeout=PATIENCE)
    return found(page, words)


def make_again(page: Page) -> None:
    """Like `make_paper`, saying that edits made in Word may go where the page asks."""
    page.locator('main .actions a[href*="/papers/make/"]').click()
    if page.locator("[name=replace_edits]").count():
        page.locator("[name=replace_edits]").check()
    page.locator("button[name=act][value=generate]").click()
    watched(page)


def sent(page: Page) -> None:
    """Send a record's form and arrive at what it made."""
    page.locator("form.record .submit .primary").click()
    page.wait_for_url("**/details/**")


def pick(page: Page, field: str, typed: str) -> None:
    """Look a related record up by typing, and take the first that is offered."""
    page.locator(f"#{field}-ts-control").press_sequentially(typed, delay=10)
    page.locator(".ts-dropdown .option").first.click()


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Type into the boxes with these names; lists are chosen from by their keys."""
    for name, value in values.items():
        box = page.locator(f'main [name="{name}"]').last
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


def work(page: Page) -> Locator:
    """What waits for the person, as their first page says it."""
    page.goto("/")
    return page.locator(".tasks li")
