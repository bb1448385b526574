"""A contract made by form as Sales: each fee model, a wrong sum refused, the paper in a chosen language (R3.3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.kernel import clock
from portal.seed import terms
from tests.browser import clicks
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.office]
CONTRACT = "/sales/contract"
#: What Sales knows of the paper beside the record, for the mainland's text.
ASKED = terms.details("冷冻新品", "上海") | {
    "legal": {"seat": "上海", "institution": "上海国际经济贸易仲裁委员会"},
}


@cache
def term() -> tuple[str, str]:
    """First and last day of the contract, the same however long the story takes."""
    start = clock.today() + timedelta(days=30)
    return start.isoformat(), (start + timedelta(days=300)).isoformat()


def boxes(values: Mapping[str, Any], at: str = "", mark: str = ".") -> Iterator[tuple[str, str]]:
    """Nested values as the names and texts of a form's boxes; tables by their rows."""
    for key, value in values.items():
        name = f"{at}{mark}{key}" if at else key
        if isinstance(value, Mapping):
            yield from boxes(value, name)
        elif isinstance(value, list):
            for row, one in enumerate(value):
                yield from boxes(one, f"{name}-{row}", "-")
        else:
            yield name, str(value)


def fees(page: Page, model: str, values: Mapping[str, Any]) -> None:
    """Choose the fee model in the contract's form, fill its page, save."""
    if page.locator("form.record").count() == 0:
        page.locator('[data-key="e"]').click()
    page.select_option("#fee_model", model)
    clicks.sent(page)
    page.locator('.actions a[href$="/fees"]').click()
    for name in (n for n, v in values.items() if v is True):
        page.check(f"[name={name}]")
    clicks.fill(page, dict(boxes({n: v for n, v in values.items() if not isinstance(v, bool)})))
    page.locator("#fees .primary").click()


def begun(page: Page) -> None:
    """The contract's form, filled in from the client's page."""
    page.goto("/customers/customer/?q=雲端科技")
    page.locator("#list .row-link").click()
    page.locator(f'main .actions a[href*="{CONTRACT}/new/"]').click()
    clicks.fill(
        page,
        {
            "title": "冷鏈新品鋪貨外包",
            "scope": "冷凍新品於北部通路之鋪貨與陳列",
            "locale": "zh_Hans",
            "start_on": term()[0],
            "end_on": term()[1],
        },
    )


def test_a_contract_knows_its_fee_model(window: Opens) -> None:
    """Per head, commission with tiers and cap, milestones: asked for, checked and summed."""
    page = window("sales_a")
    begun(page)
    total = page.locator("#fees-title + .muted")
    fees(
        page,
        "per_head",
        {"lines": [{"name": "電話行銷專員", "kind": "per_head", "qty": "36", "price": "42,000"}]},
    )
    expect(total).to_have_text("人力計酬 · TWD 1,512,000.00")
    tiers = [{"low": "0", "high": "3,000,000", "rate": "6"}, {"low": "2,000,000", "rate": "9"}]
    fees(page, "commission", {"tiers": tiers, "cap_on": True, "cap_amount": "800,000"})
    expect(page.locator(".summary")).to_contain_text("第 2 級")
    page.fill("[name=tiers-1-low]", "3,000,000")
    page.locator("#fees .primary").click()
    expect(page.locator(".card footer")).to_contain_text("800,000")
    expect(total).to_have_text("佣金")  # what is earned by results has no total yet
    page.locator('[data-key="e"]').click()
    page.select_option("#fee_model", "milestone")
    clicks.sent(page)
    expect(total).to_have_text("里程碑")
    expect(page.locator(".needed")).to_contain_text("尚未填寫里程碑。")
    milestones(page)
    expect(total).to_have_text("里程碑 · TWD 600,000.00")
    paper(page)


def milestones(page: Page) -> None:
    """A stated sum that the milestones do not make is refused in words, and nothing is lost."""
    page.locator('.actions a[href$="/fees"]').click()
    rows = [
        {
            "name": "第一批 20 店",
            "criteria": "陳列照片經確認",
            "due": term()[0],
            "amount": "180,000",
        },
        {
            "name": "第二批 60 店",
            "criteria": "陳列照片經確認",
            "due": term()[1],
            "amount": "420,000",
        },
    ]
    typed = dict(boxes({"milestones": rows, "milestone_total": "500,000", "tax_rate": "5"}))
    clicks.fill(page, typed)
    with page.expect_response(lambda r: r.request.method == "POST") as answer:
        page.locator("#fees .primary").click()
    assert answer.value.status == 422
    expect(page.locator(".summary")).to_contain_text("里程碑合計為 600,000，與所填總額不符。")
    for name, value in typed.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)
    page.fill("#milestone_total", "600,000")
    page.locator("#fees .primary").click()


def paper(page: Page) -> None:
    """What the template asks is typed once, also where it is refused at first; then there are pages."""
    page.locator('main .actions a[href*="/papers/make/"]').click()
    expect(page.locator("h1")).to_have_text("销售外包服务合同")
    page.locator("button[name=act][value=generate]").click()
    expect(page.locator(".summary")).to_contain_text("請填寫產品。")
    page.locator("#standard > summary").click()
    clicks.fill(page, dict(boxes(ASKED)))
    page.locator("button[name=act][value=generate]").click()
    clicks.watched(page)
    long = page.locator(".timeline > li", has=page.locator(".unfold")).first
    expect(long.locator(".changes li:visible")).to_have_count(6)  # the others are folded away
    long.locator("summary").click()
    assert long.locator(".changes li:visible").count() > 6
    clicks.open_paper(page)
    expect(page.locator("h1")).to_contain_text("销售外包服务合同")
    assert page.evaluate("document.querySelector('.sheet-page').decode().then(() => true)")
