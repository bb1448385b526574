"""Whom an agreement is issued to is found by a word of theirs; what is ticked stays ticked (R8.1.2)."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import select

from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from portal.seed import people

ISSUE = "/confidentiality/issue/"


@pytest.fixture
def hr(browser):
    """The HR officer, with twenty newcomers to choose from."""
    with access.acting_as(access.SYSTEM), transaction():
        people.newcomers()
    return browser("hr")


def ident(name: str) -> str:
    """The number of an employee."""
    with access.acting_as(access.SYSTEM):
        return str(session().scalars(select(Employee.id).where(Employee.name == name)).one())


def shown(answer) -> tuple[list[str], set[str], str]:
    """Who is listed, who of them is ticked, and how many are chosen as the page says."""
    page = html.fromstring(answer.get_data(as_text=True))
    boxes = page.xpath("//input[@name='employee']")
    ticked = {box.get("value") for box in boxes if box.get("checked") is not None}
    [said] = page.xpath("//*[@data-count]")
    return [box.get("value") for box in boxes], ticked, said.text


@pytest.mark.parametrize("sought", ["高子傑", "高子杰", "emily", "e{no}"])
def test_one_is_found_by_name_in_either_script_and_by_number(hr, sought):
    wanted = ident("Emily Lau" if sought == "emily" else "高子傑")
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Employee, int(wanted)).no
    listed, ticked, count = shown(hr.get(ISSUE, query_string={"q": sought.format(no=number[1:])}))
    assert (listed, ticked, count) == ([wanted], set(), "0")


def test_a_department_is_found_by_each_of_its_names_and_with_a_name(hr):
    with access.acting_as(access.SYSTEM):
        place = session().get_one(Employee, int(ident("高子傑"))).department
        names = (place.name_hant, place.name_hans, place.name_en)
    for name in names:
        listed, _ticked, _count = shown(hr.get(ISSUE, query_string={"q": name}))
        assert {ident("高子傑"), ident("Priya Nair")} <= set(listed)
    listed, _ticked, _count = shown(hr.get(ISSUE, query_string={"q": f"{names[0]} 高子傑"}))
    assert listed == [ident("高子傑")]


def test_what_is_ticked_stays_ticked_while_one_seeks_others(hr):
    first, second = ident("江怡萱"), ident("Jason Wong")
    sent = hr.send(ISSUE, ISSUE, find="1", q="jason", employee=[first])
    assert sent.status_code == 303
    listed, ticked, count = shown(hr.get(sent.location))
    assert (listed, ticked, count) == ([second, first], {first}, "1")
    sent = hr.send(ISSUE, ISSUE, find="1", q="zzz", employee=[first, second])
    listed, ticked, count = shown(hr.get(sent.location))
    assert (set(listed), ticked, count) == ({first, second}, {first, second}, "2")
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Job).where(Job.kind == "agreements.issue")).all() == []


def test_nobody_chosen_is_said_on_the_page_with_what_was_sought(hr):
    answer = hr.send(ISSUE, ISSUE, q="jason")
    assert answer.status_code == 422
    assert shown(answer)[0] == [ident("Jason Wong")]
    said = html.fromstring(answer.get_data(as_text=True)).xpath("//a[@href='#employees']")
    assert [one.text_content() for one in said] == ["請選擇 1 到 500 位員工。"]


def test_who_is_named_in_the_address_and_may_not_be_chosen_is_not_there(hr, browser):
    listed, ticked, count = shown(hr.get(ISSUE, query_string={"q": "zzz", "chosen": "0.x.99999."}))
    assert (listed, ticked, count) == ([], set(), "0")
    assert browser("sales_a").get(ISSUE).status_code == 403
