"""The fee form marks the box that is wrong, and says what a monthly row counts (R3.3.1)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.chapters.customers.models import Customer
from portal.chapters.sales import fees
from portal.chapters.sales.models import Contract
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import remove_session, session, transaction
from portal.organization.models import Employee
from tests.portal.app.typed import forms_in, page_of


def contract(model: str) -> str:
    """A contract of sales_a for 2026; returns the address of its fees."""
    with access.acting_as(access.SYSTEM), transaction():
        owner = session().scalars(select(Employee).where(Employee.name == "林雅婷")).one()
        client = Customer(name="雲端科技", owner=owner, department=owner.department)
        made = Contract(
            title="外包",
            customer=client,
            fee_model=model,
            currency="TWD",
            locale="zh_Hant",
            start_on=date(2026, 1, 1),
            end_on=date(2026, 12, 31),
            owner=owner,
            department=owner.department,
        )
        session().add(made)
    ident = made.id
    remove_session()
    return f"/sales/contract/{ident}/fees"


def form_of(one, address: str):
    """The fee form as the page shows it."""
    found = forms_in(address, page_of(one.get(address)))
    return next(form for form in found if "tax_rate" in form.values)


def line(at: int, **more: str) -> dict[str, str]:
    """A row of the fee table as typed."""
    row = {"name": "月費", "kind": "fixed", "unit": "月", "qty": "12", "price": "48000"} | more
    return {f"lines-{at}-{column}": said for column, said in row.items()}


TIER = {"tiers-0-low": "0", "tiers-0-high": "100", "tiers-0-rate": "5"}


@pytest.mark.parametrize(
    ("model", "typed", "box"),
    [
        ("fixed", line(0, qty="十二"), "lines-0-qty"),
        ("fixed", {**line(0), **line(1, price="NaN")}, "lines-1-price"),
        ("fixed", line(0, name=""), "lines-0-name"),
        ("fixed", line(0, note="字" * 301), "lines-0-note"),
        ("fixed", {**line(0), "tax_rate": "101"}, "tax_rate"),
        ("commission", TIER | {"tiers-1-low": "90", "tiers-1-rate": "6"}, "tiers-1-low"),
        ("commission", TIER | {"tiers-0-rate": "101"}, "tiers-0-rate"),
        ("commission", TIER | {"tiers-0-high": "-1"}, "tiers-0-high"),
        ("commission", TIER | {"cap_on": "on"}, "cap_amount"),
        (
            "milestone",
            {
                "milestones-0-name": "開幕",
                "milestones-0-due": "2027-01-01",
                "milestones-0-amount": "1",
            },
            "milestones-0-due",
        ),
        ("milestone", {"milestone_total": "many"}, "milestone_total"),
    ],
)
def test_the_box_that_is_wrong_is_marked_and_the_summary_leads_there(browser, model, typed, box):
    address = contract(model)
    one = browser("sales_a")
    answer = one.client.post(address, data=form_of(one, address).typed(**typed))
    assert answer.status_code == 422
    tree = page_of(answer)
    assert set(tree.xpath("//*[@aria-invalid='true']/@id")) == {box}
    links = tree.xpath("//*[@role='alert']//a/@href")
    assert links == [f"#{box}"]
    beside = tree.get_element_by_id(f"{box}-error").text_content().strip()
    assert beside == tree.xpath("//*[@role='alert']//a")[0].text_content().strip()


TIERS = {
    "tiers-0-low": "0",
    "tiers-0-high": "100",
    "tiers-0-rate": "101",
    "tiers-1-low": "90",
    "tiers-1-high": "",
    "tiers-1-rate": "x",
    "tiers-2-low": "300",
    "tiers-2-high": "y",
    "tiers-2-rate": "5",
    "tiers-3-low": "z",
    "tiers-3-high": "500",
    "tiers-3-rate": "5",
    "tiers-4-low": "600",
    "tiers-4-high": "550",
    "tiers-4-rate": "5",
    "tiers-5-low": "500",
    "cap_on": "on",
}
MILESTONES = {
    "milestones-0-name": "",
    "milestones-0-due": "2026-02-01",
    "milestones-0-amount": "x",
    "milestones-1-name": "開幕",
    "milestones-1-due": "2027-01-01",
    "milestones-1-amount": "-2",
    "milestone_total": "5",
}


@pytest.mark.parametrize(
    ("model", "typed", "boxes"),
    [
        (
            "commission",
            TIERS,
            "tiers-0-rate tiers-1-low tiers-1-high tiers-1-rate tiers-2-high tiers-3-low"
            " tiers-4-low tiers-4-high tiers-5-low cap_amount",
        ),
        (
            "milestone",
            MILESTONES,
            "milestones-0-name milestones-0-amount milestones-1-due milestones-1-amount",
        ),
    ],
)
def test_all_that_is_wrong_is_told_in_one_pass(browser, model, typed, boxes):
    """A gap between tiers does not wait until the rates are right; sums wait for their numbers."""
    address = contract(model)
    one = browser("sales_a")
    answer = one.client.post(address, data=form_of(one, address).typed(**typed))
    assert answer.status_code == 422
    marked = page_of(answer).xpath("//*[@aria-invalid='true']/@id")
    assert sorted(marked) == sorted(boxes.split())


def standing_out(answer) -> tuple[str, str]:
    """The button that stands out on a contract's page, and the sentence that says what comes next."""
    tree = page_of(answer)
    buttons = tree.xpath("//main//*[@class='actions']/a[contains(@class, 'primary')]")
    said = tree.xpath("//main/div[normalize-space(@class)='next']/span")
    return buttons[0].text_content().strip(), said[0].text_content().strip()


def test_a_new_contract_says_that_its_fees_come_first_and_then_its_paper(browser):
    """The first generated contract is minutes away: each page names the one thing to do next."""
    address = contract("fixed")
    one, page = browser("sales_a"), f"/sales/contract/details/?id={address.split('/')[-2]}"
    button, said = standing_out(one.get(page))
    assert button == "填寫服務報酬"
    assert said.startswith("請承辦人先填寫服務報酬")
    one.client.post(address, data=form_of(one, address).typed(tax_rate="5"))  # no row: no fees yet
    assert standing_out(one.get(page))[0] == "填寫服務報酬"
    saved = one.client.post(address, data=form_of(one, address).typed(**line(0)))
    answer = one.get(saved.location)
    assert "已儲存：服務報酬：外包" in answer.text
    button, said = standing_out(answer)
    assert button == "產生文件"
    assert said.startswith("服務報酬已填妥")
    masked = page_of(browser("cs").get(page)).text_content()
    assert "由承辦人填寫條件、產生文件並送審" in masked
    assert "已填妥" not in masked


def test_a_monthly_row_with_too_few_months_is_told_and_saved_as_typed(browser):
    address = contract("fixed")
    one = browser("sales_a")
    assert "本合約期間為 12 個月" in one.get(address).text
    saved = one.client.post(address, data=form_of(one, address).typed(**line(0, qty="1")))
    assert saved.status_code == 303
    told = "計酬項目第 1 列按月計，總額只計入 1 個月，而合約期間為 12 個月。"
    assert told in one.get(saved.location).text
    assert told in one.get(address).text
    again = form_of(one, address)
    assert one.client.post(address, data=again.typed(**line(0, qty="12"))).status_code == 303
    one.get(saved.location)  # with the message of the first saving
    assert "只計入" not in one.get(saved.location).text
    assert "只計入" not in one.get(address).text


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), 12),
        (date(2026, 1, 15), date(2026, 2, 13), 0),
        (date(2026, 1, 15), date(2026, 2, 14), 1),
        (date(2026, 1, 31), date(2026, 3, 30), 2),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (None, date(2026, 1, 1), 0),
        (date(2026, 5, 1), date(2026, 1, 1), 0),
        (date(2026, 1, 1), date(2027, 1, 1), 12),
    ],
)
def test_the_months_of_a_term(start, end, months):
    assert fees.months_of(start, end) == months


@pytest.mark.parametrize(
    ("unit", "qty", "told"),
    [
        ("月", "1", 1),
        ("人月", "3", 1),
        ("month", "11.5", 1),
        ("Months", "12", 0),
        ("月", "24", 0),
        ("式", "1", 0),
        ("月", "", 0),
        ("月", "x", 0),
    ],
)
def test_only_rows_by_the_month_that_count_fewer_are_told(unit, qty, told):
    terms = {"lines": [{"name": "a", "unit": unit, "qty": qty, "price": "1"}]}
    found = fees.cautions("fixed", terms, date(2026, 1, 1), date(2026, 12, 31))
    assert len(list(found)) == told
    assert not list(fees.cautions("commission", terms, date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.parametrize("rate", ["100.5", "101", "150", "5000"])
def test_a_rate_above_a_hundred_is_told_to_be_one(browser, rate):
    address = contract("commission")
    one = browser("sales_a")
    answer = one.client.post(
        address, data=form_of(one, address).typed(**TIER | {"tiers-0-rate": rate})
    )
    said = page_of(answer).get_element_by_id("tiers-0-rate-error").text_content()
    assert "最高 100" in said


@pytest.mark.parametrize(
    ("model", "typed", "sums"),
    [
        ("fixed", line(0), {"48,000", "576,000"}),
        (
            "commission",
            {**TIER, "tiers-0-high": "3000000", "cap_on": "on", "cap_amount": "900000"},
            {"3,000,000", "900,000"},
        ),
    ],
)
def test_every_sum_on_the_page_of_a_contract_is_written_one_way(browser, model, typed, sums):
    """In the facts, the fee card and what was changed: with its currency and two places."""
    address = contract(model)
    one = browser("sales_a")
    answer = one.client.post(address, data=form_of(one, address).typed(**typed))
    assert answer.status_code == 303
    said = page_of(one.get(answer.location)).xpath("//main")[0].text_content()
    written = re.findall(r"(\S+)\s(\d[\d,]*,\d{3})(\.\d\d)?", said)
    assert {digits for _before, digits, _places in written} == sums
    for before, _digits, places in written:
        assert (before[-3:], places) == ("TWD", ".00")


def test_a_sum_of_the_past_keeps_the_currency_it_was_written_in(browser):
    """The log is what a lawyer reads years later: TWD 576,000 never was USD 576,000 (R10.1)."""
    with access.acting_as(access.SYSTEM), transaction():
        library.install_built_in(into_use=True)  # names what stands in a fee table
    address, one = contract("fixed"), browser("sales_a")
    one.client.post(address, data=form_of(one, address).typed(**line(0)))
    ident = int(address.split("/")[-2])
    edit = f"/sales/contract/edit/?id={ident}"
    form = next(f for f in forms_in(edit, page_of(one.get(edit))) if "currency" in f.values)
    assert one.client.post(edit, data=form.typed(currency="USD")).status_code == 302
    one.client.post(address, data=form_of(one, address).typed(**line(0, price="1600")))
    history = f"/sales/contract/history/?id={ident}"
    told = changes_told(one, history)
    assert ("USD 576,000.00", "USD 19,200.00") in told
    assert ("USD 48,000.00", "USD 1,600.00") in told
    assert {("—", "TWD 576,000.00"), ("—", "TWD 48,000.00")} <= told
    assert {("—", "TWD 576,000.00"), ("—", "TWD 48,000.00")} <= changes_told(
        one, f"{history}&before={changed_to_dollars(ident)}"
    )


def test_a_tick_nobody_set_is_no_change(browser):
    """A first fee table is told by what it holds; a tick that is set or taken back is told (R10.1)."""
    address, one = contract("commission"), browser("sales_a")
    ident, capped = address.split("/")[-2], {"cap_on": "on", "cap_amount": "900000"}
    for typed in (TIER, capped, {}):
        form = form_of(one, address)
        form.values.pop("cap_on", None)
        assert one.client.post(address, data=form.typed(**typed)).status_code == 303
        told = changes_told(one, f"/sales/contract/history/?id={ident}")
        ticks = {pair for pair in told if {"是", "否"} & set(pair)}
        assert ticks == (
            {("否", "是")}
            if typed is capped
            else {("否", "是"), ("是", "否")}
            if not typed
            else set()
        )


def changes_told(one, address: str) -> set[tuple[str, str]]:
    """Old and new of every change a history tells."""
    page = page_of(one.get(address))
    for hidden in page.xpath("//*[@class='sr-only']"):
        hidden.drop_tree()
    rows = page.xpath("//ul[@class='changes']/li[del]")
    return {(said(row, "del"), said(row, "ins")) for row in rows}


def said(row, part: str) -> str:
    return " ".join(row.find(part).text_content().split())


def changed_to_dollars(ident: int) -> int:
    """The number in the log of the act that chose another currency."""
    with access.acting_as(access.SYSTEM):
        query = (
            select(AuditPayload.seq)
            .join(AuditEvent, AuditEvent.seq == AuditPayload.seq)
            .where(AuditEvent.object_type == "contract", AuditEvent.object_id == ident)
            .where(AuditPayload.body.contains('"currency"'), AuditEvent.action == "edit")
        )
        return session().scalars(query).one()
