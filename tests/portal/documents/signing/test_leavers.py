"""What somebody who leaves had of papers has a keeper from that day on ((c), R8.1.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.documents.models import Document, Original, SigningEvent
from portal.documents.papers import checkout
from portal.documents.sharing import custody, grants, reading
from portal.documents.signing import seal_requests
from portal.engines import my_work
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Unmet, Unseen
from portal.organization import handing_on
from portal.organization.employment import close_leavers
from portal.organization.hand_overs import HandOver
from portal.organization.models import Employee
from portal.organization.workflows import EMPLOYEE, HAND_OVER
from portal.seed import walk


def employee(company, name):
    return company.accounts[name].employee_id


@pytest.fixture
def paper(company):
    """The paper of a contract in draft."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        return session().get_one(Contract, contract.id).document_id


def kept_by(company, paper, name, *, secret=False):
    with walk.person(company.accounts, "legal_head"):
        document = reading.document_seen(paper)
        custody.name_custodian(document, employee(company, name), "A 櫃")
        if secret:
            custody.classify(document, "secret", "未公開")


def leaves(company, *names):
    with access.acting_as(access.SYSTEM):
        for name in names:
            with transaction():
                person = session().get_one(Employee, employee(company, name))
                EMPLOYEE.advance(person, "give_notice", automatic=True, day=clock.today())
        close_leavers(None)


def document(paper):
    with access.acting_as(access.SYSTEM):
        return session().get_one(Document, paper)


def works(company, name):
    """The hand-overs on somebody's *my work*, with their things."""
    with walk.person(company.accounts, name):
        rows = (one.record for one in my_work.waiting(50))
        found = [one for one in rows if isinstance(one, HandOver)]
        return {(one.what, one.state): [(i.sort, i.number) for i in one.items] for one in found}


def take(company, name):
    with walk.person(company.accounts, name):
        for one in session().scalars(select(HandOver).where(HandOver.state == "given")):
            HAND_OVER.advance(one, "take")


def sees(company, name, paper):
    with walk.person(company.accounts, name):
        try:
            return bool(reading.document_seen(paper))
        except Unseen:
            return False


def test_a_new_custodian_is_told_until_they_have_it(company, paper):
    """Also on an ordinary day; whom it went to next is told instead."""
    kept_by(company, paper, "hr")
    number = document(paper).no
    assert works(company, "hr") == {("custody", "given"): [("custody", number)]}
    kept_by(company, paper, "hr_head")
    assert works(company, "hr") == {}
    take(company, "hr_head")
    assert works(company, "hr_head") == {}


def test_a_paper_whose_custodian_left_goes_to_the_next_above_who_may_keep_it(company, paper):
    kept_by(company, paper, "hr")
    take(company, "hr")
    leaves(company, "hr")
    assert document(paper).custodian_id == employee(company, "hr_head")
    sorts = works(company, "hr_head")[("work", "given")]
    assert ("custody", document(paper).no) in sorts


def test_a_secret_paper_goes_to_nobody_who_may_not_read_it(company, paper):
    """Legal is asked; nobody gains it meanwhile, and Human Resources learn nothing (R8.1.3)."""
    kept_by(company, paper, "hr", secret=True)
    take(company, "hr")
    leaves(company, "hr")
    assert document(paper).custodian_id == employee(company, "hr")
    assert not any(sees(company, name, paper) for name in ("hr_head", "legal_head", "exec"))
    number = document(paper).no
    assert ("custody", number) not in works(company, "hr_head")[("work", "given")]
    assert works(company, "legal_head") == {("secret", "open"): [("custody", number)]}
    with walk.person(company.accounts, "hr_head"):
        assert session().scalar(select(HandOver.id).where(HandOver.what == "secret")) is None
    leaves(company)  # once more changes nothing
    with pytest.raises(Unmet), walk.person(company.accounts, "legal_head"):
        found = session().scalars(select(HandOver).where(HandOver.state == "open")).one()
        HAND_OVER.advance(found, "settle", "已處理")
    with walk.person(company.accounts, "legal_head"):
        custody.name_custodian_of(number, employee(company, "ops_head"), "原保管人離職")
    assert works(company, "legal_head") == {}
    assert works(company, "ops_head") == {("secret", "given"): [("custody", number)]}
    assert sees(company, "ops_head", paper)


def test_a_secret_paper_goes_to_who_stands_above_and_on_its_list(company, paper):
    kept_by(company, paper, "hr", secret=True)
    with walk.person(company.accounts, "hr"):
        grants.grant(reading.document_seen(paper), employee(company, "hr_head"), "view", "查", 3)
    leaves(company, "hr")
    assert document(paper).custodian_id == employee(company, "hr_head")


def test_an_original_is_with_the_leaver_until_somebody_has_it_in_hand(company, signing):
    name = company.accounts["seal"].name
    with access.acting_as(access.SYSTEM), transaction():
        first = session().scalars(select(Original).order_by(Original.id)).first()
        first.holder = name
        paper, ident = first.document_id, first.id
    number = document(paper).no
    leaves(company, "seal")
    sorts = works(company, "hr_head")[("work", "given")]
    assert ("original", f"{number} / 1") in sorts
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Original, ident).holder == name
    take(company, "hr_head")
    with access.acting_as(access.SYSTEM):
        found = session().get_one(Original, ident)
        assert (found.holder, found.since) == (company.accounts["hr_head"].name, clock.today())


def test_what_went_to_somebody_who_leaves_as_well_goes_on(company, signing):
    with access.acting_as(access.SYSTEM), transaction():
        first = session().scalars(select(Original).order_by(Original.id)).first()
        first.holder = company.accounts["seal"].name
    leaves(company, "seal")
    leaves(company, "hr_head")
    sorts = works(company, "exec")[("work", "given")]
    assert [sort for sort, _number in sorts if sort == "original"] == ["original"]


def test_a_seal_that_was_asked_for_goes_on_and_its_form_with_it(company):
    """Who asked stays who asked: they are named on the form, and decide nothing about it."""
    contract = company.approved()
    with walk.person(company.accounts, "sales_a"):
        asked = seal_requests.Asked(purpose="用印")
        ident = seal_requests.request_seal(session().get_one(Contract, contract.id), asked).id
    walk.work()
    leaves(company, "sales_a")
    with access.acting_as(access.SYSTEM):
        seal = session().get_one(SigningEvent, ident)
        heir = employee(company, "sales_a_mgr")
        assert (seal.requested_by_id, seal.owner_id) == (employee(company, "sales_a"), heir)
        assert seal.form.owner_id == heir
        form = seal.form_id
    assert sees(company, "sales_a_mgr", form)
    with walk.person(company.accounts, "sales_a_mgr"):
        own = select(SigningEvent.id).where(SigningEvent.owner_id == heir)
        assert session().scalar(own) == ident


def test_a_paper_somebody_had_checked_out_is_free_again(company, paper):
    with walk.person(company.accounts, "sales_a"):
        checkout.check_out(reading.document_seen(paper))
    leaves(company, "sales_a")
    assert document(paper).checked_out_by_id is None
    sorts = works(company, "sales_a_mgr")[("work", "given")]
    assert ("checkout", document(paper).no) in sorts


def test_it_is_told_beforehand_who_gets_what(company, paper):
    """To Human Resources and the one above; of a secret paper to Legal alone."""
    kept_by(company, paper, "hr")
    with walk.person(company.accounts, "hr_head"):
        person = session().get_one(Employee, employee(company, "hr"))
        told = {(one.number, one.heir) for one in handing_on.ahead(person, secret=False)}
        EMPLOYEE.advance(
            person, "give_notice", automatic=True, day=clock.today() + timedelta(days=9)
        )
    number = document(paper).no
    assert (number, company.accounts["hr_head"].name) in told
    page = f"/organization/employee/details/?id={employee(company, 'hr')}"
    assert number in company.browser("hr_head").get(page).text
    assert number not in company.browser("sales_a").get(page).text
    with walk.person(company.accounts, "legal_head"):
        custody.classify(reading.document_seen(paper), "secret", "未公開")
    assert number not in company.browser("hr_head").get(page).text
    assert number in company.browser("legal_head").get(page).text


def test_nobody_takes_over_what_went_to_somebody_else(company, paper):
    kept_by(company, paper, "hr")
    with access.acting_as(access.SYSTEM):
        ident = session().scalars(select(HandOver)).one().id
    with pytest.raises(Forbidden), walk.person(company.accounts, "legal_head"):
        HAND_OVER.advance(session().get_one(HandOver, ident), "take")
    shown = company.browser("hr").get(f"/organization/hand_over/details/?id={ident}")
    assert (shown.status_code, document(paper).no in shown.text) == (200, True)
