"""What administrators keep, by clicks: each power is confirmed by a second person, business stays unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser import clicks
from tests.browser.company import Company
from tests.browser.conftest import Opens, Windows

pytestmark = pytest.mark.browser
ORGANIZATION = "/organization"
LOGIN, NAME = "sales_new", "柯秉謙"
GIVEN, CHOSEN = "given-by-the-admin-2026", "chosen-by-myself-2026"


def made(page: Page, kind: str, values: dict[str, str], **picks: str) -> None:
    """A new record by its form."""
    page.goto(f"{ORGANIZATION}/{kind}/new/")
    clicks.fill(page, values)
    for field, typed in picks.items():
        clicks.pick(page, field, typed)
    clicks.sent(page)


def confirmed(boss: Page, title: str) -> None:
    """Management finds it in their work and confirms."""
    clicks.from_my_work(boss, title)
    clicks.step(boss, "confirm")


def test_somebody_new_gets_a_place_a_login_and_a_role(window: Opens, windows: Windows) -> None:
    """Department, position, account, password, role: the role holds once Management confirmed it."""
    admin = window("admin")
    names = {"name_hant": "銷售三組", "name_hans": "销售三组", "name_en": "Sales team C"}
    made(admin, "department", {"code": "SAL-C", **names})
    admin.locator("#department_change-department .btn").click()
    clicks.pick(admin, "parent", "銷售部")
    clicks.sent(admin)
    confirmed(window("exec"), "銷售三組")
    made(admin, "position", {"code": "P801", "title": "業務專員"}, department="銷售三組")
    made(
        admin,
        "employee",
        {"name": NAME, "hired_on": "2026-01-05"},
        department="銷售三組",
        position="P801",
    )
    made(admin, "user_account", {"username": LOGIN, "name": NAME}, employee=NAME)
    admin.locator('main .actions a[href$="/password"]').click()
    admin.fill("#password", GIVEN)
    admin.locator("main form .primary").click()
    expect(admin.locator("#flashes .success")).to_be_visible()
    admin.locator("#role_grant-user .btn").click()
    clicks.fill(admin, {"role": "sales", "scope": "own", "reason": "新進業務"})
    clicks.sent(admin)
    expect(admin.locator("main > .next")).to_contain_text("經管理層確認後，角色才生效。")
    expect(admin.locator('[name=step][value="confirm"]')).to_have_count(0)

    fresh = signed_in(windows)
    expect(fresh.locator(".sidebar nav")).not_to_contain_text("合約")
    confirmed(window("exec"), NAME)
    fresh.goto("/sales/contract/new/")
    expect(fresh.locator("form.record")).to_be_visible()
    fresh.context.close()


def signed_in(windows: Windows) -> Page:
    """The newcomer signs in, and before anything else chooses a password of their own."""
    page = windows.open()
    page.goto("/sign-in")
    clicks.fill(page, {"name": LOGIN, "password": GIVEN})
    page.locator("main button.primary").click()
    page.goto(f"{ORGANIZATION}/employee/")
    expect(page.locator("#flashes")).to_contain_text("請先改為自己的密碼")
    clicks.fill(page, {"current": GIVEN, "fresh": CHOSEN, "again": CHOSEN})
    page.locator('form[action$="/password"] .btn').click()
    page.goto("/")
    expect(page.locator("h1")).to_contain_text(NAME)
    return page


def test_what_approvals_depend_on_needs_a_second_person(window: Opens) -> None:
    """A setting with its source and a rule with its condition: proposed, confirmed, in force."""
    admin, boss = window("admin"), window("exec")
    admin.goto(f"{ORGANIZATION}/setting/")
    row = admin.locator("#in-force tr", has_text="payment.standard_days")
    row.locator(".btn").click()
    expect(admin.locator("[name=value]")).to_have_value("45")
    clicks.fill(admin, {"value": "60", "source": "2026 年第 1 次主管會議"})
    clicks.sent(admin)
    expect(admin.locator('[name=step][value="confirm"]')).to_have_count(0)
    admin.goto(f"{ORGANIZATION}/setting/")
    expect(row).to_contain_text("45")
    confirmed(boss, "標準付款天數")
    admin.goto(f"{ORGANIZATION}/setting/")
    expect(row).to_contain_text("60")
    expect(row).to_contain_text("2026 年第 1 次主管會議")

    admin.goto(f"{ORGANIZATION}/approval_rule/new/")
    clicks.fill(admin, {"subject_type": "contract", "step_no": "9"})
    admin.locator("[data-add-line]").click()
    clicks.fill(
        admin,
        {"condition-0-field": "payment_days", "condition-0-op": "gt", "condition-0-value": "180"},
    )
    clicks.fill(admin, {"approver_kind": "role", "role": "finance_head"})
    clicks.sent(admin)
    expect(admin.locator("main .facts").first).to_contain_text("付款天數高於180")
    rule = admin.locator("h1").inner_text().split("\n")[0].strip()
    confirmed(boss, rule)
    expect(boss.locator("h1 .badge")).to_have_text("生效中")


def test_a_pick_list_grows(window: Opens) -> None:
    """What is entered is offered in the forms from then on."""
    admin, sales = window("admin"), window("sales_a")
    names = {"name_hant": "寵物用品", "name_hans": "宠物用品", "name_en": "Pet supplies"}
    made(admin, "lookup", {"category": "industry", "code": "pets", "sort": "90", **names})
    sales.goto("/customers/customer/new/")
    expect(sales.locator("datalist option[value=寵物用品]")).to_have_count(1)


def test_a_template_lives(window: Opens, tmp_path: Path) -> None:
    """The administrator brings the next version, Legal approves it, then it takes the other's place."""
    admin, legal = window("admin"), window("legal")
    admin.goto("/documents/document_template/?q=D07&locale=en")
    admin.locator("#list .row-link").first.click()
    before = admin.url
    with admin.expect_download() as taken:
        admin.locator('main .actions a[href$="/word"]').click()
    admin.locator('main .actions a[href*="/upload"]').click()
    admin.set_input_files("#word", reworded(Path(taken.value.path()), tmp_path / "D07-en.docx"))
    admin.locator("main form .primary").click()
    expect(admin.locator("#flashes .success")).to_be_visible()
    now = admin.url
    expect(admin.locator('[name=step][value="approve"]')).to_have_count(0)
    legal.goto(now)
    clicks.step(legal, "approve")
    admin.goto(now)
    clicks.step(admin, "activate")
    expect(admin.locator("h1 .badge")).to_have_text("使用中")
    admin.goto(before)
    expect(admin.locator("h1 .badge")).to_have_text("已停用")


def reworded(source: Path, path: Path) -> Path:
    """The Word file with one sentence more."""
    paper = Document(str(source))
    paper.paragraphs[-1].insert_paragraph_before("This text was read again in 2026.")
    paper.save(str(path))
    return path


def test_administrators_see_no_business(window: Opens, company: Company) -> None:
    """No menu leads there, no search, no address typed by hand."""
    admin = window("admin")
    admin.goto("/")
    for word in ("合約", "客戶", "保密協議", "文件", "用印申請", "搜尋文件"):
        expect(admin.locator(".sidebar nav a").filter(has_text=word)).to_have_count(0)
    ids = company.ids
    hidden = [
        "/sales/contract/",
        "/customers/customer/",
        "/documents/document/",
        "/search?q=終端客戶",
        f"/sales/contract/details/?id={ids['contract']['signed']}",
        f"/sales/contract/{ids['contract']['signed']}/fees",
        f"/customers/customer/details/?id={ids['customer']['a']}",
        f"/customers/contact/details/?id={ids['contact']['a']}",
        f"/papers/{ids['document']['signed']}",
        f"/confidentiality/confidentiality_agreement/details/?id={ids['confidentiality_agreement']['client']}",
    ]
    assert {path: admin.request.get(path).status for path in hidden} == dict.fromkeys(hidden, 404)
    admin.keyboard.press("Control+k")
    admin.locator("#finder input").fill("雲端")
    admin.locator("#found .hint, #found .empty").first.wait_for()
    assert admin.locator("#found a[href*=contract], #found a[href*=customer]").count() == 0
