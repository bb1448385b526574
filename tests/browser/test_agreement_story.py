"""Confidentiality agreements for many employees by clicks: chosen in the list, watched, stopped (R8.1.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.boot import boot
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import remove_session, transaction
from portal.seed import people
from tests.browser import clicks
from tests.browser.company import Company

pytestmark = [pytest.mark.browser, pytest.mark.office]
ISSUE = "/confidentiality/issue/"


@pytest.fixture
def newcomers(company: Company) -> int:
    """Twenty people who begin; returns how many."""
    engine = boot(Config(data=company.data))
    with access.acting_as(access.SYSTEM), transaction():
        people.newcomers()
    remove_session()
    engine.dispose()
    return len(people.NEWCOMERS)


def waiting(page: Page) -> int:
    """How many employees have no agreement yet, as the page says."""
    page.goto(ISSUE)
    return page.locator("[name=employee]").count()


def test_twenty_get_theirs_in_one_go_which_can_be_stopped(
    window: Callable[[str], Page], newcomers: int
) -> None:
    hr = window("hr")
    before = waiting(hr)
    assert before >= newcomers >= 16
    one_is_sought(hr)
    hr.locator("[data-all]").check()
    expect(hr.locator("[name=employee]:checked")).to_have_count(before)
    hr.locator("main form .primary").click()
    expect(hr.locator(".job progress")).to_be_visible()
    hr.locator(".job form button").click()
    expect(hr.locator(".job progress")).to_have_count(0, timeout=clicks.PATIENCE)
    left = waiting(hr)
    assert 0 < left <= before  # stopped long before the last
    hr.locator("[data-all]").check()
    hr.locator("main form .primary").click()
    clicks.watched(hr)
    expect(hr.locator("[name=agreement]:checked")).not_to_have_count(0)
    with hr.expect_download() as printed:
        hr.locator('form[action$="/print"] .btn').click()
    assert printed.value.path().read_bytes().startswith(b"%PDF-")
    assert waiting(hr) < left


def one_is_sought(hr: Page) -> None:
    """As one types only those who match are listed, with who was ticked before; the number is told."""
    everybody = hr.locator("[name=employee]").count()
    hr.get_by_label("江怡萱").check()
    hr.locator("#q").press_sequentially("emily")
    expect(hr.locator("[name=employee]")).to_have_count(2)
    expect(hr.locator("[name=employee]:checked")).to_have_count(1)
    hr.get_by_label("Emily Lau").check()
    expect(hr.locator("[data-count]")).to_have_text("2")
    hr.locator("#q").fill("高子杰")
    expect(hr.locator("[name=employee]")).to_have_count(3)
    expect(hr.locator("[name=employee]:checked")).to_have_count(2)
    hr.locator("#q").fill("")
    expect(hr.locator("[name=employee]")).to_have_count(everybody)
    expect(hr.locator("[data-count]")).to_have_text("2")


def test_without_an_agreement_nothing_confidential_opens(
    window: Callable[[str], Page], company: Company
) -> None:
    """`mkt` has none in force: the list is empty of papers, an address leads nowhere."""
    page = window("mkt")
    assert page.request.get(f"/papers/{company.ids['document']['signed']}").status == 404
    assert clicks.found(page, "終端客戶") == []


def test_a_secret_paper_leaves_no_trace(window: Callable[[str], Page], company: Company) -> None:
    """Acceptance scenario 9, by the search page, the finder and the address (R8.1.3)."""
    number = f"/papers/{company.ids['document']['secret']}"
    for who in ("sales_a", "legal", "exec"):
        page = window(who)
        assert clicks.found(page, "zqxvnda") == []
        assert page.locator(".facets li").count() == 0
        page.keyboard.press("Control+k")
        page.locator("#finder input").fill("zqxvnda")
        page.locator("#found [data-search-page]").wait_for()
        assert page.locator(f'#found a[href="{number}"]').count() == 0
        assert page.request.get(number).status == 404
    custodian = window("legal_head")
    assert len(clicks.found(custodian, "zqxvnda")) == 1
    custodian.goto(number)
    assert custodian.evaluate("document.querySelector('.sheet-page').decode().then(() => true)")
    custodian.goto(f"{number}?tab=access")
    expect(custodian.locator("section[aria-labelledby=readers] .rows")).to_contain_text("方振宇")
