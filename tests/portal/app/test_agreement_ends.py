"""How agreements end: what was disclosed stays secret after the disclosure period (matrix (b))."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal.chapters.confidentiality import choosing, services
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from tests.portal.app.test_agreement_direction import LIST, client, made, now
from tests.portal.app.test_agreement_form import FORM, agreement

__all__ = ["client"]

#: A disclosure period that ends with November 2027, and 36 months of secrecy after it.
DURING, AFTER = datetime(2027, 11, 30, 4, tzinfo=UTC), datetime(2027, 12, 1, 4, tzinfo=UTC)
LAST, OVER = datetime(2030, 11, 30, 4, tzinfo=UTC), datetime(2030, 12, 1, 4, tzinfo=UTC)


def turned(ident: int, moment: datetime) -> str:
    """Its state after the work of that day."""
    with clock.standing_at(moment), access.acting_as(access.SYSTEM):
        services.turn(Job())
    return now(ident).state


@pytest.fixture
def in_force(client: int) -> int:
    return made(client, survival_months=36, _state="in_force")


def test_it_ends_once_the_secrecy_that_survives_it_is_over(in_force):
    states = [turned(in_force, moment) for moment in (DURING, AFTER, LAST, OVER)]
    assert states == ["in_force", "in_force", "in_force", "expired"]


def test_after_the_disclosure_period_its_page_says_until_when_all_stays_secret(browser, in_force):
    legal, address = browser("legal"), f"{LIST}/details/?id={in_force}"
    with clock.standing_at(DURING):
        assert "保密至 2030-11-30" not in browser("legal").get(address).text
    with clock.standing_at(AFTER):
        legal = browser("legal")
        page = legal.get(address).text
        assert "保密至 2030-11-30" in page
        assert 'value="terminate"' in page


def test_then_a_new_one_is_not_called_a_second(browser, client, in_force):
    said = f"已有保密協議：{now(in_force).no}"
    with clock.standing_at(DURING):
        assert said in browser("sales_a").get(f"{FORM}?customer_id={client}").text
    with clock.standing_at(AFTER):
        assert said not in browser("sales_a").get(f"{FORM}?customer_id={client}").text


def test_whom_nothing_more_is_disclosed_to_is_not_cleared_and_can_be_issued_another(app):
    with access.acting_as(access.SYSTEM):
        person = session().scalars(select(Employee).where(Employee.name == "罗景行")).one()
        row = ConfidentialityAgreement(
            kind="employee",
            employee=person,
            owner=person,
            department=person.department,
            start_on=date(2026, 1, 1),
            end_on=date(2027, 11, 30),
            _state="in_force",
        )
    agreement(row)
    found = []
    for moment in (DURING, AFTER):
        with clock.standing_at(moment), access.acting_as(access.SYSTEM):
            wanting = person.id in {one.id for one in choosing.among("", ()).people}
            found.append((services.cleared(person.id), wanting))
    assert found == [(True, False), (False, True)]
