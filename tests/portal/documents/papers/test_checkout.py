"""The lock of whoever works on a paper in Word, and what the log says of it."""

from __future__ import annotations

from sqlalchemy import select

from portal.documents.papers import checkout, generation
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session
from portal.seed import walk
from tests.portal.documents.conftest import Company


def test_the_log_says_of_the_lock_only_what_changed(company: Company) -> None:
    """Giving back what nobody holds, or taking what one holds already, is no act."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    for act in (
        checkout.release,
        checkout.check_out,
        checkout.check_out,
        checkout.release,
        checkout.release,
    ):
        with walk.person(company.accounts, "sales_a"):
            act(session().get_one(type(contract), contract.id).document)
    with access.acting_as(access.SYSTEM):
        query = select(AuditEvent.action).order_by(AuditEvent.seq)
        said = [one for one in session().scalars(query) if one.startswith("checked_")]
    assert said == ["checked_out", "checked_in"]


def test_nobody_works_on_a_paper_whose_next_version_is_being_made(company: Company) -> None:
    """It would be edited from what is just replaced, or from nothing."""
    contract = company.contract()
    with walk.person(company.accounts, "sales_a"):
        generation.generate(session().get_one(type(contract), contract.id))
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(type(contract), contract.id).document_id
    browser, door = company.browser("sales_a"), f"/papers/{paper}/check-out"
    assert door not in browser.get(f"/papers/{paper}?tab=files").text
    assert browser.post(door).status_code == 409
    walk.work()
    assert door in browser.get(f"/papers/{paper}?tab=files").text
    assert browser.post(door).status_code == 302
