"""An agreement signed before the portal knew it, registered by Human Resources by clicks (R8.1.2)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from portal.kernel import clock
from tests.browser import clicks
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
AGREEMENT = "/confidentiality/confidentiality_agreement"
NAME = "蘇雨晴"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Two pages as an office scanner makes them: pictures in a PDF, no words inside."""
    pages = [Image.new("L", (1240, 1754), 248) for _page in range(2)]
    for at, page in enumerate(pages, 1):
        ImageDraw.Draw(page).line((200, 300 * at, 1000, 300 * at + 40), fill=40, width=6)
    path = tmp_path / "SCAN_0007.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    return path


def test_an_agreement_signed_before_is_registered(window: Opens, scan: Path) -> None:
    """A new colleague, the agreement they signed, its scan: nothing is generated, it is in force."""
    page = window("hr")
    colleague(page)
    page.goto(f"{AGREEMENT}/new/")
    clicks.pick(page, "employee", NAME)
    for name in ("customer", "direction", "scope", "end_on"):  # asked of clients alone
        expect(page.locator(f".f-{name}")).to_be_hidden()
    page.fill("#start_on", (clock.today() - timedelta(days=90)).isoformat())
    clicks.sent(page)
    number = page.locator(".title .number").inner_text()
    page.locator('main .actions a[href*="/papers/existing/"]').click()

    page.fill("#signed_on", (clock.today() + timedelta(days=1)).isoformat())
    page.set_input_files("#file", scan)
    page.locator("main form .primary").click()
    expect(page.locator("#signed_on-error")).to_have_text("日期不得晚於今天。")
    page.fill("#signed_on", (clock.today() - timedelta(days=90)).isoformat())
    page.set_input_files("#file", scan)
    page.locator("main form .primary").click()
    clicks.watched(page)

    expect(page.locator("h1 .badge")).to_have_text("生效中")
    assert page.locator('main .actions a[href*="/papers/make/"]').count() == 0
    clicks.open_paper(page)
    expect(page.locator("#viewer")).to_have_text("簽署本")
    expect(page.locator(".sheet-page")).to_have_count(2)
    assert len(clicks.soon_found(page, number)) == 1
    page.goto(f"{AGREEMENT}/?q={NAME}")
    expect(page.locator("#list .badge")).to_have_text("生效中")
    page.goto("/confidentiality/issue/")
    expect(page.locator("main h1")).to_have_text("發出保密協議")  # whether or not others wait
    expect(page.locator("main")).not_to_contain_text(NAME)  # neither asked again nor waited for


def colleague(page: Page) -> None:
    """Enter somebody who joined."""
    page.goto("/organization/employee/new/")
    page.fill("#name", NAME)
    clicks.pick(page, "department", "客服")
    clicks.pick(page, "position", "客服專員")
    page.fill("#hired_on", (clock.today() - timedelta(days=90)).isoformat())
    clicks.sent(page)
