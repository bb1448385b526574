"""What somebody who left had in hand goes to their manager: nothing stays with nobody ((c), R2.1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Invalid
from portal.organization.employment import close_leavers
from portal.organization.models import Employee
from tests.portal.app.test_accounts import account, employee_of, leaving


@pytest.fixture
def work(app):
    """A client of sales_a with its contact, a contract that is approved, one that is void."""
    ident = employee_of("sales_a").id
    with access.acting_as(access.SYSTEM), transaction():
        owner = session().get_one(Employee, ident)
        client = Customer(name="台灣雲端科技股份有限公司", owner=owner)
        session().add(client)
        session().flush()
        session().add(Contact(customer=client, name="李小華"))
        end = clock.today() + timedelta(days=365)
        more = {"customer": client, "owner": owner, "start_on": clock.today(), "end_on": end}
        kept = [Contract(title=one, **more) for one in ("進行中", "作廢")]
        session().add_all(kept)
        agreement = ConfidentialityAgreement(
            kind="mutual", customer=client, owner=owner, start_on=clock.today()
        )
        session().add(agreement)
        session().flush()
        table = Contract.__table__
        for row, state in zip(kept, ("approved", "void"), strict=True):
            told = update(table).where(table.c.id == row.id).values(status=state)
            session().connection().execute(told)
    remove_session()
    return app


def owners(model):
    """Whose the rows of a kind are, by name, the oldest first."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        rows = session().scalars(select(model).order_by(model.id))
        return [session().get_one(Employee, row.owner_id).name for row in rows]


def gone(browser, name):
    today = clock.today().isoformat()
    assert leaving(browser, name, "give_notice", day=today).status_code == 302
    with access.acting_as(access.SYSTEM):
        close_leavers(None)


def test_clients_and_open_work_go_to_the_one_they_answered_to(work, browser):
    """The client with its contact, the contract in whatever state it is; what ended stays as it was."""
    gone(browser, "sales_a")
    for model in (Customer, Contact):
        assert owners(model) == ["陳志明"], model
    assert owners(ConfidentialityAgreement)[-1] == "陳志明"
    assert owners(Contract) == ["陳志明", "林雅婷"]
    with access.acting_as(access.SYSTEM):
        told = select(AuditEvent.action).where(AuditEvent.object_type == "contract")
        assert "handed_on" in set(session().scalars(told))


def test_who_left_before_is_passed_over(work, browser):
    gone(browser, "sales_a_mgr")
    gone(browser, "sales_a")
    assert owners(Customer) == ["張家豪"]


def test_the_new_owner_finds_it_and_the_approval_still_holds(work, browser):
    """Who keeps a contract is not what was approved: the paper names the parties, not the owner."""
    gone(browser, "sales_a")
    page = browser("sales_a_mgr").get("/sales/contract/").text
    assert "進行中" in page
    with access.acting_as(access.SYSTEM):
        states = session().scalars(select(Contract.state).order_by(Contract.id))
        assert list(states) == ["approved", "void"]


def test_it_is_done_once(work, browser):
    gone(browser, "sales_a")
    with access.acting_as(access.SYSTEM):
        before = session().scalar(select(Contract.row_version).where(Contract.title == "進行中"))
        close_leavers(None)
        after = session().scalar(select(Contract.row_version).where(Contract.title == "進行中"))
    assert before == after


def test_one_row_that_is_wrong_keeps_the_others_from_nobody(work, browser):
    """A row of earlier days that no check would take now is told, after all the others went."""
    today = clock.today().isoformat()
    assert leaving(browser, "sales_a", "give_notice", day=today).status_code == 302
    table = Contract.__table__
    with access.acting_as(access.SYSTEM), transaction():
        early = update(table).where(table.c.title == "進行中").values(end_on=date(2000, 1, 1))
        session().connection().execute(early)
    with access.acting_as(access.SYSTEM), pytest.raises(Invalid):
        close_leavers(None)
    assert account("sales_a").state == "disabled"
    assert owners(Customer) == ["陳志明"]
    assert owners(ConfidentialityAgreement)[-1] == "陳志明"
    assert owners(Contract) == ["林雅婷", "林雅婷"]
