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
    ident = agreement(ConfidentialityAgreement(
        kind="client", customer=client, owner=owner, department=owner.department,
        start_on=date(2026, 12, 1),
    ))  # fmt: skip
    sales, edit = browser("sales_a"), f"/confidentiality/confidentiality_agreement/edit/?id={ident}"
    assert offered(sales.get(edit).text, "kind") == {"client", "mutual"}
    sent = {
        "version": "1", "customer": str(client.id), "start_on": "2026-12-01",
        "locale": "zh_Hant", "direction": "both", "survival_months": "24", "end_on": "",
    }  # fmt: skip
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
        FORM, FORM, kind="employee", employee=str(person.id), customer="", start_on="2026-12-01",
        locale="zh_Hans", direction="both", survival_months="24",
    )  # fmt: skip
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with access.acting_as(access.SYSTEM):
        query = select(ConfidentialityAgreement).order_by(ConfidentialityAgreement.id.desc())
        made = session().scalars(query.limit(1)).one()
        assert (made.employee_id, made.customer_id, made.direction) == (
            person.id, None, "we_disclose",
        )  # fmt: skip
