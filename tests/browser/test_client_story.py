"""A client and the person there, made by clicks; doubles are known across scripts and owners (R7.1)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import clicks
from tests.browser.conftest import Opens

pytestmark = pytest.mark.browser
CLIENT = "/customers/customer"
NAME = "北濱食品股份有限公司"


def test_doubles_are_known_across_scripts_and_owners(window: Opens) -> None:
    """One's own is named with a link; a foreign one only exists, with its department."""
    page = window("sales_a")
    page.goto(f"{CLIENT}/new/")
    warned, known = page.locator(".cautions"), page.locator(".cautions a")
    for name in ("台湾云端", "臺灣雲端（股）公司", "台灣雲端科技有限公司"):
        page.fill("#name", name)
        expect(known).to_contain_text("台灣雲端科技股份有限公司")
        page.fill("#name", "北濱")
        expect(known).to_have_count(0)
    page.fill("#name", "晴川净水设备")
    expect(warned).to_contain_text("此客戶已存在，由銷售二組負責。")
    assert known.count() == 0
    assert "晴川" not in warned.inner_text()
    page.locator("form.record .submit .primary").click()
    expect(
        page.locator(".cautions [name=despite]")
    ).to_be_visible()  # asked once more, nothing lost
    expect(page.locator("#name")).to_have_value("晴川净水设备")
    page.fill("#registration_no", "70759028")
    page.locator("form.record .submit .primary").click()
    expect(page.locator(".summary")).to_contain_text("銷售二組")  # the same number is no likeness
    expect(page.locator("#name")).to_have_value("晴川净水设备")


def test_a_client_and_the_person_there(window: Opens) -> None:
    """Made, given a contact, found in the list in the other script; the way leads on to a contract."""
    page = window("sales_a")
    page.goto(f"{CLIENT}/new/")
    page.fill("#address", "新竹市範例路 8 號")
    clicks.fill(page, {"name": NAME, "registration_no": "8414-9961", "representative": "許志成"})
    clicks.sent(page)
    expect(page.locator("h1")).to_contain_text(NAME)
    expect(page.locator("main .next")).not_to_contain_text(
        "流失"
    )  # nobody begins by losing a client
    page.locator("#contact-customer .btn").click()
    clicks.fill(page, {"name": "周品妤", "title": "採購主任", "phone": "03-555-0188"})
    page.check("#primary")
    clicks.sent(page)
    page.goto(f"{CLIENT}/?q=北滨食品")
    page.locator("#list .row-link").click()
    expect(page.locator("#contact-customer .rows")).to_contain_text("周品妤")
    page.locator('main .actions a[href*="/sales/contract/new/"]').click()
    expect(page.locator("#customer-ts-control")).to_have_css(
        "opacity", "0"
    )  # chosen, not asked for
    expect(page.locator(".ts-control .item")).to_have_text(NAME)
