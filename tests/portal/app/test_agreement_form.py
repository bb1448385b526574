"""The form of an agreement asks each person only what theirs can be (matrix (c), R8.1.2)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Customer
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.models import Employee

FORM = "/confidentiality/confidentiality_agreement/new/"


def offered(page: str, name: str) -> set[str]:
    """The values of a select."""
    (inside,) = re.findall(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    return set(re.findall(r'value="(\w+)"', inside))


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("sales_a", {"client", "mutual"}),
        ("hr", {"employee"}),
        ("legal", {"employee", "client", "mutual"}),
    ],
)
def test_only_kinds_one_may_make_are_offered(browser, who, kinds):
    page = browser(who).get(FORM).get_data(as_text=True)
    assert offered(page, "kind") == kinds
    assert 'data-when="kind=client mutual"' in page


def test_a_kind_of_others_is_refused_whatever_is_sent(browser):
    hr = browser("hr")
    answer = hr.send(FORM, FORM, kind="mutual", customer="1", start_on="2026-12-01")
    assert answer.status_code in (403, 422)
    with access.acting_as(access.SYSTEM):
        query = select(ConfidentialityAgreement).where(ConfidentialityAgreement.kind == "mutual")
        assert session().scalars(query).all() == []


def agreement(made: ConfidentialityAgreement) -> int:
    """An agreement as somebody of the company made it; returns its id."""
    with access.acting_as(access.SYSTEM), transaction():
        session().add(made)
    return made.id


def test_an_agreement_is_not_turned_into_one_of_another_chapter(browser):
    with access.acting_as(access.SYSTEM), transaction():
        owner = session().scalars(select(Employee).where(Employee.name == "林雅婷")).one()
        client = Customer(name="雲端科技", owner=owner, department=owner.department)
        session().add(client)
    ident = agreement(
        ConfidentialityAgreement(
            kind="client",
            customer=client,
            owner=owner,
            department=owner.department,
            start_on=date(2026, 12, 1),
        )
    )
    sales, edit = browser("sales_a"), f"/confidentiality/confidentiality_agreement/edit/?id={ident}"
    assert offered(sales.get(edit).text, "kind") == {"client", "mutual"}
    sent = {
        "version": "1",
        "customer": str(client.id),
        "start_on": "2026-12-01",
        "locale": "zh_Hant",
        "direction": "both",
        "survival_months": "24",
        "end_on": "",
    }
    hers = sent | {"kind": "employee", "employee": str(owner.id), "customer": ""}
    answer = sales.send(edit, edit, **hers)
    assert answer.status_code == 422
    assert "不是可選的項目" in answer.text
    assert sales.send(edit, edit, kind="mutual", employee="", **sent).status_code == 302
    with access.acting_as(access.SYSTEM):
        now = session().get_one(ConfidentialityAgreement, ident)
        assert (now.kind, now.employee_id, now.customer_id) == ("mutual", None, client.id)


def test_the_party_of_the_other_kind_is_not_kept(browser):
    with access.acting_as(access.SYSTEM):
        person = session().scalars(select(Employee).where(Employee.name == "罗景行")).one()
    hr = browser("hr")
    answer = hr.send(
        FORM,
        FORM,
        kind="employee",
        employee=str(person.id),
        customer="",
        start_on="2026-12-01",
        locale="zh_Hans",
        direction="both",
        survival_months="24",
    )
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with access.acting_as(access.SYSTEM):
        query = select(ConfidentialityAgreement).order_by(ConfidentialityAgreement.id.desc())
        made = session().scalars(query.limit(1)).one()
        assert (made.employee_id, made.customer_id, made.direction) == (
            person.id,
            None,
            "we_disclose",
        )


def hired(name: str = "周新人") -> int:
    """Somebody who works here and has no account."""
    with access.acting_as(access.SYSTEM), transaction():
        pattern = session().scalars(select(Employee).order_by(Employee.id)).first()
        person = Employee(
            name=name,
            department_id=pattern.department_id,
            position_id=pattern.position_id,
            locale="zh_Hant",
            hired_on=date(2026, 1, 1),
            jurisdiction="taiwan",
        )
        session().add(person)
    return person.id


def drafted(employee: int) -> ConfidentialityAgreement:
    """A draft of Human Resources with this employee."""
    with access.acting_as(access.SYSTEM):
        owner = session().scalars(select(Employee).order_by(Employee.id)).first()
        person = session().get_one(Employee, employee)
        made = ConfidentialityAgreement(
            kind="employee",
            employee=person,
            owner=owner,
            department=owner.department,
            start_on=date(2026, 12, 1),
        )
    agreement(made)
    return made


LIVE = "/confidentiality/confidentiality_agreement/cautions/"


def test_a_second_agreement_with_the_same_person_is_asked_about(browser):
    person = hired()
    first, hr = drafted(person), browser("hr")
    said = f"周新人已有保密協議：{first.no}（草稿）。"
    typed = {"kind": "employee", "employee": str(person), "start_on": "2026-12-02"}
    for sent, there in ((typed, True), (typed | {"employee": str(hired("吳另人"))}, False)):
        live = hr.send(LIVE, FORM, **sent)
        assert (live.status_code, said in live.text) == (200, there), live.text
    typed |= {"locale": "zh_Hant", "survival_months": "24"}
    refused = hr.send(FORM, FORM, **typed)
    assert refused.status_code == 422
    assert said in refused.text
    mark = re.search(r'name="despite" value="(\w+)"', refused.text)
    token = re.search(r'name="form_token"[^>]*value="([^"]+)"', refused.text)
    saved = hr.send(FORM, FORM, despite=mark[1], form_token=token[1], **typed)
    assert saved.status_code == 302, saved.text
    edit = f"/confidentiality/confidentiality_agreement/edit/?id={first.id}"
    same = hr.send(edit, edit, version="1", **typed)  # nothing it looks at was changed
    assert same.status_code == 302, same.text


def test_an_agreement_one_may_not_see_is_not_told(browser):
    """Sales makes client agreements and knows nothing of those with employees (matrix (c))."""
    person = hired()
    drafted(person)
    for name, there in (("hr", True), ("legal", True), ("sales_a", False)):
        live = browser(name).send(LIVE, FORM, kind="employee", employee=str(person))
        assert ("已有保密協議" in live.text) is there, name


def test_whose_agreement_is_on_its_way_is_said_where_many_are_issued(browser):
    waiting, free = hired(), hired("吳另人")
    first = drafted(waiting)
    page = browser("hr").get("/confidentiality/issue/").get_data(as_text=True)
    assert f'name="employee" value="{free}"' in page
    assert f'name="employee" value="{waiting}"' not in page
    assert "未列出（協議已在辦理中）：1 人" in page
    assert first.no in page


def test_the_page_of_an_agreement_tells_only_what_its_kind_has(browser):
    with access.acting_as(access.SYSTEM), transaction():
        person = session().scalars(select(Employee).where(Employee.name == "林雅婷")).one()
        made = ConfidentialityAgreement(
            kind="employee",
            direction="we_disclose",
            employee=person,
            owner=person,
            start_on=date(2026, 12, 1),
        )
    page = browser("hr").get(
        f"/confidentiality/confidentiality_agreement/details/?id={agreement(made)}"
    )
    captions = set(re.findall(r"<dt[^>]*>\s*(.*?)\s*</dt>", page.get_data(as_text=True), re.DOTALL))
    assert {"員工", "揭露方向"} <= captions or {"Employee", "Direction"} <= captions
    assert not {"客戶", "用途", "Client", "Purpose"} & captions
