"""An agreement with a client by clicks: standard wording needs no reviewer, one's own goes to Legal (R8.1.2; D08)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import clicks
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
OFFERED = "銷售外包服務合作條件之磋商"


def sent_despite_another(page: Page) -> None:
    """The client has an agreement on its way; a second one is asked about and meant."""
    page.locator("form.record .submit .primary").click()
    page.locator(".cautions [name=despite]").check()
    clicks.sent(page)


def test_standard_wording_is_chosen_by_a_click_and_passes_without_a_reviewer(window: Opens) -> None:
    page = window("sales_a")
    page.goto("/confidentiality/confidentiality_agreement/new/")
    page.select_option("#kind", "mutual")
    page.select_option("#locale", "en")
    chinese = page.locator(".offers .btn:visible", has_text=OFFERED)
    expect(page.locator(".offers .btn:visible")).to_have_count(3)
    expect(chinese).to_have_count(0)
    page.select_option("#locale", "zh_Hant")
    chinese.click()
    expect(page.locator("#scope")).to_have_value(OFFERED)
    expect(page.locator("#scope")).to_be_focused()
    clicks.pick(page, "customer", "雲端")
    sent_despite_another(page)
    clicks.make_paper(page)
    clicks.step(page, "standard")
    clicks.step(page, "issue")
    expect(page.locator(".stepper [aria-current=step]")).to_contain_text("已發出")


def test_words_of_ones_own_go_to_legal(window: Opens) -> None:
    page = window("sales_a")
    page.goto("/confidentiality/confidentiality_agreement/new/")
    page.select_option("#kind", "mutual")
    clicks.pick(page, "customer", "雲端")
    page.fill("#scope", "共同開發會員系統")
    sent_despite_another(page)
    clicks.make_paper(page)
    expect(page.locator('button[name=step][value="standard"]')).to_have_count(0)
    expect(page.locator("main .needed")).to_contain_text("法務")
    clicks.step(page, "submit")
