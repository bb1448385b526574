"""Every declared screen opens every one of its pages, for people of very different rights (R1.4)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from portal.app import SCREENS
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.kernel.db import session
from portal.kernel.setting import Setting
from portal.organization.models import Employee
from portal.seed import walk

PEOPLE = ("sales_a", "legal_head", "admin", "exec", "mkt", "hr_head", "auditor")


@pytest.fixture
def busy(whole):
    """A company with something in most lists."""
    company = whole
    client = company.client("sales_a", "Cloud", registration_no="24536806")
    company.contact("sales_a", client, "Ann", phone="0912345678")
    browser, new = company.as_person("sales_a"), "/sales/contract/new/"
    typed = {
        "title": "Deal",
        "customer": str(client),
        "start_on": "2026-12-01",
        "end_on": "2026-12-31",
    }
    assert browser.post(new, browser.fields(new) | typed).status_code == 302
    with walk.person(company.accounts, "hr"):
        employee = session().get_one(Employee, company.accounts["mkt"].employee_id)
        session().add(
            ConfidentialityAgreement(
                kind="employee", employee=employee, locale="zh_Hans", start_on=date(2026, 12, 1)
            )
        )
    with walk.person(company.accounts, "admin"):
        session().add(
            Setting(key="labour.forum.hongkong", value={"en": "the court"}, source="board")
        )
    return company


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_of_every_screen_opens_or_is_refused_in_words(busy, who):
    browser, opened = busy.as_person(who), 0
    for screen in SCREENS:
        base = f"/{screen.chapter}/{screen.record.__tablename__}/"
        answer = browser.get(base)
        assert answer.status_code in (200, 404), base
        if answer.status_code == 404:
            assert browser.get(f"{base}new/").status_code == 404
            continue
        opened += 1
        assert browser.get(f"{base}new/").status_code in (200, 302, 403)
        assert browser.get(f"{base}export/").status_code in (200, 403)
        for column in re.findall(r"\?sort=(-?\w+)", answer.text):
            assert browser.get(f"{base}?sort={column}").status_code == 200
        for ident in re.findall(r'class="row-link" href="[^"]*id=(\d+)"', answer.text)[:2]:
            shown = {302} if screen.opens else {200}
            for page, known in (("details", shown), ("history", {200}), ("edit", {200, 403, 409})):
                assert browser.get(f"{base}{page}/?id={ident}").status_code in known
    assert opened > 2
