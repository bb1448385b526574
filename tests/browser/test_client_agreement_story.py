"""An agreement with a client by clicks: standard wording needs no reviewer, one's own goes to Legal (R8.1.2; D08)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.kernel import clock
from tests.browser import clicks
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
OFFERED = "銷售外包服務合作條件之磋商"


def begun(page: Page) -> None:
    """The form of a mutual agreement with a client."""
    page.goto("/confidentiality/confidentiality_agreement/new/")
    page.select_option("#kind", "mutual")
    clicks.pick(page, "customer", "雲端")
    page.fill("#start_on", clock.today().isoformat())
    page.fill("#end_on", (clock.today() + timedelta(days=364)).isoformat())


def sent_although_there_is_one(page: Page) -> None:
    """The client has an agreement on its way already; the form asks, and another one is meant."""
    page.locator("form.record .submit .primary").click()
    page.locator(".cautions [name=despite]").check()
    clicks.sent(page)


def test_own_words_go_to_legal_and_standard_wording_passes_without_a_reviewer(
    window: Opens,
) -> None:
    page = window("sales_a")
    begun(page)
    page.fill("#scope", "共同開發會員系統")
    sent_although_there_is_one(page)
    clicks.make_paper(page)
    expect(page.locator('button[name=step][value="standard"]')).to_have_count(0)
    expect(page.locator("main .needed")).to_contain_text("法務")
    clicks.step(page, "submit")

    begun(page)
    offered = page.locator(".offers .btn:visible", has_text=OFFERED)
    page.select_option("#locale", "en")
    expect(page.locator(".offers .btn:visible")).to_have_count(3)
    expect(offered).to_have_count(0)
    page.select_option("#locale", "zh_Hant")
    offered.click()
    expect(page.locator("#scope")).to_have_value(OFFERED)
    expect(page.locator("#scope")).to_be_focused()
    sent_although_there_is_one(page)
    clicks.make_paper(page)
    clicks.step(page, "standard")
    clicks.step(page, "issue")
    expect(page.locator(".stepper [aria-current=step]")).to_contain_text("已發出")
