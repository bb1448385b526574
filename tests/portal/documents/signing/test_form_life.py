"""Form D37 stands where its request stands, whichever of the two was there first (matrix (b), R3.3.2)."""

from __future__ import annotations

import pytest

from portal.chapters.sales.workflows import CONTRACT
from portal.documents.models import SigningEvent
from portal.documents.signing import originals, seal_requests
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.seed import walk

TWO = [originals.Counted("法務", "檔案室", 1), originals.Counted("客戶", "客戶自存", 1)]


@pytest.fixture
def contract(company):
    return company.approved()


@pytest.fixture
def asked(company, contract):
    """A request for the seal; its form is not made yet."""
    with walk.person(company.accounts, "sales_a"):
        fresh = session().get_one(type(contract), contract.id)
        return seal_requests.request_seal(fresh, seal_requests.Asked(purpose="簽約")).id


def answer(company, ident, said):
    with walk.person(company.accounts, "exec"):
        seal = session().get_one(SigningEvent, ident)
        rounds.decide(
            seal, "approve", said, "" if said == "approved" else "不急", seal.content_sha256
        )


def use(company, ident):
    with walk.person(company.accounts, "seal"):
        seal_requests.seal(session().get_one(SigningEvent, ident), 2, 0, clock.today(), TWO)


def alter(company, contract):
    with walk.person(company.accounts, "sales_a"):
        CONTRACT.advance(session().get_one(type(contract), contract.id), "text_altered", "改期")


def form(ident):
    """The form's state, its versions that are stored, and which of its files are frozen."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        found = session().get_one(SigningEvent, ident).form
        stored = {v.version_no for v in found.versions if v.state == "stored"}
        frozen = {(v.version_no, v.kind) for v in found.versions if v.frozen_at is not None}
        return found.state, stored, frozen


FIRST = {(1, "docx"), (1, "pdf")}


def test_a_form_goes_with_its_request_until_it_is_kept(company, asked):
    assert form(asked) == ("draft", set(), set())
    walk.work()
    assert form(asked) == ("in_review", {1}, FIRST)
    answer(company, asked, "approved")
    assert form(asked) == ("approved", {1}, FIRST)
    use(company, asked)
    assert form(asked)[0] == "draft"  # how the seal was used is being entered
    walk.work()
    assert form(asked)[:2] == ("archived", {1, 2})


def test_a_form_that_is_made_late_catches_up(company, asked):
    answer(company, asked, "approved")
    assert form(asked) == ("draft", set(), set())
    walk.work()
    assert form(asked) == ("approved", {1}, FIRST)


def test_a_form_that_was_never_made_before_the_seal_was_used_is_kept_all_the_same(company, asked):
    answer(company, asked, "approved")
    use(company, asked)
    walk.work()
    state, stored, _frozen = form(asked)
    assert (state, 2 in stored) == ("archived", True)


@pytest.mark.parametrize("made", [True, False])
def test_the_form_of_a_request_that_was_refused_is_void(company, asked, made):
    if made:
        walk.work()
    answer(company, asked, "rejected")
    walk.work()
    assert form(asked)[:2] == ("void", {1} if made else set())


def test_the_form_of_a_paper_that_changes_is_void_with_its_request(company, asked, contract):
    walk.work()
    answer(company, asked, "approved")
    alter(company, contract)
    assert form(asked)[0] == "void"


@pytest.mark.parametrize("made", [True, False])
def test_the_form_of_a_seal_that_was_used_is_kept_whatever_becomes_of_the_paper(
    company, asked, contract, made
):
    walk.work()
    answer(company, asked, "approved")
    use(company, asked)
    if made:
        walk.work()
    alter(company, contract)
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, asked).state == "void"
    assert form(asked)[:2] == ("archived", {1, 2})
