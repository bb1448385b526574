"""The contract from draft to found signed copy by clicks, each role in a window of its own (R3.3.1, R3.3.2)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Page, expect

from portal.kernel import clock
from tests.browser import clicks
from tests.browser.company import Company
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
CONTRACT = "/sales/contract"
TITLE = "淨水設備駐點銷售外包"


def approve_all(window: Opens) -> None:
    """Legal, then the head of Sales: each opens their work, reads, says yes."""
    for who in ("legal", "sales_b_mgr"):
        page = window(who)
        clicks.from_my_work(page, TITLE)
        clicks.answer(page, "approved")


def edited(page: Page, ident: int, field: str, value: str) -> None:
    """Change one field of the contract in its form."""
    clicks.details(page, CONTRACT, ident)
    page.locator('[data-key="e"]').click()
    page.fill(f"#{field}", value)
    page.locator("form.record .submit .primary").click()
    page.wait_for_url("**/details/**")


def test_a_contract_by_clicks(window: Opens, company: Company, tmp_path: Path) -> None:
    """Made, edited, returned with a comment, approved, changed, stopped, approved, sealed, signed, found."""
    ident = company.ids["contract"]["draft_b"]
    sales, legal = window("sales_b"), window("legal")
    clicks.details(sales, CONTRACT, ident)
    clicks.make_paper(sales)
    in_word(sales, tmp_path)
    clicks.details(sales, CONTRACT, ident)
    clicks.step(sales, "submit")

    returned(legal)
    edited(sales, ident, "payment_days", "45")
    clicks.make_again(sales)
    clicks.step(sales, "submit")
    clicks.from_my_work(legal, TITLE)
    legal.locator('nav.tabs a[href$="tab=changes"]').click()
    expect(legal.locator(".redline-text ins").first).to_be_visible()
    approve_all(window)

    changed_after_approval(sales, ident)
    edited(sales, ident, "payment_days", "30")
    clicks.make_again(sales)
    clicks.step(sales, "submit")
    approve_all(window)
    sealed(window, ident)
    number = signed(window, ident, tmp_path)

    for who, words in (("sales_b", "終端客戶"), ("legal", "终端客户")):
        assert number in clicks.found(window(who), words)
    for who in ("cs", "sales_a"):
        assert number not in clicks.found(window(who), "終端客戶")
    assert any(number in title for title in clicks.suggested(sales, number))
    assert clicks.suggested(window("sales_a"), number) == []


def returned(legal: Page) -> None:
    """Legal looks at pages and changes, writes a numbered comment, asks for changes."""
    clicks.from_my_work(legal, TITLE)
    expect(legal.locator(".sheet-page").first).to_be_visible()
    legal.locator('nav.tabs a[href$="tab=changes"]').click()
    expect(legal.locator(".redline-text, .redline .empty").first).to_be_visible()
    legal.fill("#say-place", "第 9 條")
    legal.fill("#text", "付款期限請改為 45 日。")
    legal.locator("#comments button").click()
    expect(legal.locator("#comments .comments")).to_contain_text("1. ")
    clicks.answer(legal, "returned", "付款期限請改為 45 日。")


def in_word(page: Page, folder: Path) -> None:
    """Check the paper out, take the Word file, bring it back as the next version."""
    clicks.open_paper(page, "files")
    page.locator('form[action$="/check-out"] button').click()
    with page.expect_download() as taken:
        page.locator('a[href$="/working-file"]').click()
    file = folder / "edited.docx"
    taken.value.save_as(file)
    page.set_input_files("#file", file)
    page.locator('form[action$="/upload"] button').click()
    clicks.watched(page)


def changed_after_approval(sales: Page, ident: int) -> None:
    """An approved contract has no form; withdrawn to be changed, nobody can ask for the seal."""
    clicks.details(sales, CONTRACT, ident)
    assert sales.locator('[data-key="e"]').count() == 0
    clicks.step(sales, "text_altered", "客戶要求改期")
    assert sales.locator('a[href*="tab=signing"].btn').count() == 0
    clicks.open_paper(sales, "signing")
    assert sales.locator('form[action$="/seal-request"]').count() == 0


def sealed(window: Opens, ident: int) -> None:
    """The seal is asked for, approved by Management, used by its keeper, originals counted."""
    sales = window("sales_b")
    clicks.details(sales, CONTRACT, ident)
    sales.locator('.actions a[href*="tab=signing"]').first.click()
    sales.fill("#copies", "2")
    sales.locator('form[action$="/seal-request"] .primary').click()
    sales.wait_for_url("**/signing_event/details/**")
    seal = int(re.findall(r"id=(\d+)", sales.url)[0])
    boss = window("exec", 360)  # Management decides on the way, on a phone
    clicks.from_my_work(boss, f"{seal:06}")
    clicks.answer(boss, "approved")
    keeper = window("seal")
    clicks.details(keeper, "/documents/signing_event", seal)
    keeper.locator('.actions a[href*="/papers/seal/"]').click()
    for row, (holder, place) in enumerate((("法務", "檔案室 A 櫃"), ("客戶", "客戶自存"))):
        keeper.locator("[name=holder]").nth(row).fill(holder)
        keeper.locator("[name=count]").nth(row).fill("1")
        keeper.locator("[name=place]").nth(row).fill(place)
    keeper.locator("main form .primary").click()
    expect(keeper.locator("h1 .badge.green")).to_be_visible()


def signed(window: Opens, ident: int, folder: Path) -> str:
    """Legal registers photos of the signed pages; returns the paper's number."""
    legal = window("legal")
    clicks.details(legal, CONTRACT, ident)
    clicks.open_paper(legal)
    taken = list(photos(legal, folder))
    legal.locator('nav.tabs a[href$="tab=signing"]').click()
    originals = legal.locator("[aria-labelledby=originals] tbody tr")
    expect(originals).to_contain_text(["法務檔案室 A 櫃", "客戶客戶自存"])
    legal.fill("#signed_on", clock.today().isoformat())
    expect(legal.locator("#signer")).not_to_have_value("")  # whom the paper names
    legal.fill("#signer-1", "")
    legal.set_input_files("#file", taken)
    legal.locator('form[action$="/signed-copy"] .primary').click()
    expect(legal.locator("#signer-1-error")).to_have_text("請填寫簽署人：本公司。")
    for box, said in (("#signer-1", "林知遠"), ("#fewer_pages_because", "每張照片含兩面")):
        legal.fill(box, said)
        legal.set_input_files("#file", taken)
        legal.locator('form[action$="/signed-copy"] .primary').click()
    clicks.watched(legal)
    expect(legal.locator("#viewer")).to_have_text("簽署本")
    expect(legal.locator(".sheet-page")).to_have_count(len(taken))
    for one in legal.locator(".sheet-page").all():  # each stands upright, however it was held
        one.scroll_into_view_if_needed()
        sides = one.evaluate("e => e.decode().then(() => [e.naturalWidth, e.naturalHeight])")
        assert sides[0] < sides[1]
    return legal.locator(".crumbs [aria-current]").inner_text()


def photos(page: Page, folder: Path) -> Iterator[Path]:
    """The first pages of the paper as a telephone makes them: JPEG held upright and sideways, and PNG."""
    addresses = [one.get_attribute("src") or "" for one in page.locator(".sheet-page").all()[:3]]
    for at, address in enumerate(addresses):
        picture = Image.open(io.BytesIO(page.request.get(address).body())).convert("RGB")
        path, more = folder / f"IMG_{at}.{'png' if at == 2 else 'jpg'}", {}
        if at == 1:
            picture, more = picture.transpose(Image.Transpose.ROTATE_90), {"exif": Image.Exif()}
            more["exif"][ExifTags.Base.Orientation] = 6  # the camera says which side is up
        picture.save(path, **more)
        yield path
