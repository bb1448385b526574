"""States in which pages are rarely seen and must be as sound: refusals, work under way, things open."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Page, expect

from tests.browser.company import Company
from tests.browser.places import Act, Place, click, found, sent, small_menu, typed

#: What is typed below; one is saved, and the page may say the others again.
BEFORE, THEIRS, MINE = "採購窗口每週一回覆", "採購窗口改為每週三回覆", "採購窗口改為每日回覆"
DRAFT = "尚未送出的品名"
ADDRESS = "臺北市信義區範例路 800 號 12 樓之 3"
TYPED = (BEFORE, THEIRS, MINE, DRAFT, ADDRESS)


@contextmanager
def store_away(company: Company) -> Iterator[None]:
    """The folder of the objects is not there, as a disk that is not mounted."""
    store, away = company.data / "store", company.data / "store-away"
    store.rename(away)
    try:
        yield
    finally:
        if store.exists():
            shutil.rmtree(store)
        away.rename(store)


@contextmanager
def database_busy(company: Company) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    with closing(sqlite3.connect(company.data / "portal.db", timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@contextmanager
def rotten(company: Company) -> Iterator[None]:
    """What one person keeps for a list is no longer what the program wrote."""
    who = company.ids["users"]["cs"]
    with closing(sqlite3.connect(company.data / "portal.db", timeout=30)) as other, other:
        other.execute(
            "INSERT INTO kept (account_id, key, value, at) VALUES (?, ?, ?, ?)",
            (who, "list:customer", "{rotten", "2026-01-01 00:00:00"),
        )
    try:
        yield
    finally:
        with closing(sqlite3.connect(company.data / "portal.db", timeout=30)) as other, other:
            other.execute("DELETE FROM kept WHERE account_id = ? AND value = '{rotten'", (who,))


def guessed(page: Page) -> None:
    """Try passwords until the portal has heard enough."""
    while "429" not in (page.locator("body").get_attribute("data-code") or ""):
        page.fill("#name", "guessed")
        page.fill("#password", "wrong")
        with page.expect_navigation() as answer:
            page.click("main button.primary")
        if answer.value and answer.value.status == 429:
            return


def save(page: Page) -> None:
    """Send the form of a record."""
    with page.expect_navigation():
        page.locator("form.record .submit .primary").click()


def overtaken(page: Page) -> None:
    """Somebody saves the same record while one is still typing."""
    other = page.context.new_page()
    other.goto(page.url)
    now = other.locator("#needs").input_value()
    other.locator("#needs").fill(THEIRS if now != THEIRS else BEFORE)
    save(other)
    other.close()
    page.locator("#needs").fill(MINE)
    page.locator("#address").fill(ADDRESS)
    save(page)


def drafted(page: Page) -> None:
    """Type, wait until the draft is kept, and come back."""
    page.locator("#title").fill(DRAFT)
    expect(page.locator("[data-draft-state]")).to_contain_text(":", timeout=15_000)
    page.goto(page.url)
    page.locator(".next.amber form button").wait_for()


def resumed(page: Page) -> None:
    """Go on with that draft."""
    drafted(page)
    page.locator(".next.amber .actions a").click()
    page.wait_for_url("**draft=1**")


def ticked(step: str) -> Act:
    """Tick every row and take a step."""

    def act(page: Page) -> None:
        page.locator("[data-all]").click()
        page.locator(f'.bulk button[value="{step}"]').click()
        page.locator("#flashes .flash").first.wait_for()

    return act


def said(page: Page) -> None:
    """Comment, and be told that it is kept."""
    page.locator(".say textarea").fill(DRAFT)
    page.locator(".say button").click()
    page.locator("#flashes .flash.success").wait_for()


def unsaved(page: Page) -> None:
    """Change a form without sending it: the bar with the buttons comes along."""
    page.locator("#title").fill(DRAFT)
    expect(page.locator("form.dirty")).to_be_visible()


def offline(page: Page) -> None:
    """The connection goes."""
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.locator("#toasts .flash").wait_for()


def opened(selector: str) -> Act:
    """Follow a link, or press a button that leads on."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def edited(page: Page) -> None:
    """From a record's page to its form, by its address."""
    with page.expect_navigation():
        page.evaluate("location.assign(location.href.replace('/details/', '/edit/'))")


JOBS = {"hr": ("waiting", "running", "issued", "failed", "cancelled"), "sales_a": ("finished",)}
MANY = (
    "/sales/contract/?q=外包&state=draft&state=legal_review&state=changes&state=approved&state=signing"
    "&fee_model=fixed&fee_model=per_head&end_on_from=2020-01-01&end_on_to=2040-12-31"
)
CONTRACTS = "/sales/contract/"
DRAFT_A = CONTRACTS + "details/?id={contract.draft_a}"
EDIT_A = CONTRACTS + "edit/?id={contract.draft_a}"
ACCESS = "/papers/{document.signed}?tab=access"
HELD = "/papers/{document.held}?tab=files"

STATES: tuple[Place, ...] = (
    Place(
        "edit conflict",
        "sales_a_mgr",
        "/customers/customer/edit/?id={customer.lead_a}",
        overtaken,
        409,
    ),
    Place("edit not possible", "sales_a", CONTRACTS + "details/?id={contract.signed}", edited, 409),
    Place(
        "answer refused",
        "legal",
        "/papers/{document.review}",
        opened("button[value=returned]"),
        422,
    ),
    Place("delegation given", "legal", "/profile/delegation/"),
    Place("delegation received", "legal_head", "/profile/delegation/"),
    Place(
        "somebody leaves", "hr", "/organization/employee/?state=notice", opened("#list .row-link")
    ),
    Place("handed over", "hr_head", "/organization/hand_over/", opened("#list .row-link")),
    Place(
        "delegate sought",
        "legal",
        "/profile/delegation/",
        typed("#user-ts-control", "方", ".ts-dropdown .option"),
    ),
    Place(
        "reader sought",
        "legal_head",
        ACCESS,
        typed("#grantee-ts-control", "方", ".ts-dropdown .option"),
    ),
    Place("grants on a record", "legal", "/access/customer/{customer.a}"),
    Place("read by a grant", "hr", "/customers/customer/details/?id={customer.a}"),
    Place("setting of several parts", "admin", "/organization/setting/", opened("#list .row-link")),
    Place(
        "new setting of several parts", "admin", "/organization/setting/new/?key=company.taiwan.en"
    ),
    Place("new setting of days", "admin", "/organization/setting/new/?key=calendar.days"),
    Place("too many tries", "", "/sign-in", guessed, 429),
    Place("a fault of the program", "cs", "/customers/customer/", status=500, during=rotten),
    Place(
        "store away",
        "legal_head",
        "/papers/{document.signed}/files/{version.signed}",
        status=503,
        during=store_away,
    ),
    Place("database busy", "sales_a", "/sales/contract/new/", sent(), 503, during=database_busy),
    Place(
        "step not possible",
        "sales_a",
        CONTRACTS + "?q=雲端方案通路銷售外包",
        ticked("submit"),
        narrow=False,
    ),
    *(
        Place(f"job {name}", who, f"/jobs/{{job.{name}}}?back=/")
        for who, names in JOBS.items()
        for name in names
    ),
    Place("paper in my hands", "sales_a", HELD),
    Place("paper in somebody's hands", "sales_a_mgr", HELD),
    Place("paper whose seal is asked for", "sales_a", "/papers/{document.sealing}?tab=signing"),
    Place(
        "better copy to confirm",
        "legal_head",
        "/documents/copy_replacement/details/?id={copy_replacement.proposed}",
    ),
    Place(
        "better copy to bring",
        "legal_head",
        "/papers/{document.signed}?tab=signing",
        click("details.unfold summary"),
    ),
    Place("seal to approve", "exec", "/documents/signing_event/details/?id={signing_event.asked}"),
    Place(
        "seal not approved yet",
        "seal",
        "/documents/signing_event/details/?id={signing_event.asked}",
    ),
    Place(
        "contract whose seal is asked for", "sales_a", CONTRACTS + "details/?id={contract.sealing}"
    ),
    Place("drawer", "legal", "/", click("[data-toggle=sidebar]"), wide=False),
    Place("own menu in the drawer", "legal", "/", small_menu, wide=False),
    Place("views open", "sales_head", CONTRACTS, click(".tabs .menu summary")),
    Place("export open", "sales_head", CONTRACTS, click(".title .menu summary")),
    Place("new open", "sales_a", "/", click(".title .menu summary")),
    Place("finder empty", "legal", "/", lambda page: page.keyboard.press("Control+k")),
    Place("finder with kinds", "sales_head", "/", found("台灣")),
    Place("list with many chips", "sales_head", MANY),
    Place("list with a period open", "sales_head", MANY, click(".chip:last-of-type .menu summary")),
    Place("form unsaved", "sales_a", EDIT_A, unsaved),
    Place("draft offered", "sales_a_mgr", CONTRACTS + "new/", drafted),
    Place("draft resumed", "sales_a_mgr", CONTRACTS + "new/", resumed),
    Place("comment kept", "sales_a", DRAFT_A, said),
    Place("connection gone", "sales_a", EDIT_A, offline),
)
