"""Standard text passes without a reviewer and stays what passed (R8.1.2, R3.3.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.documents.archive import uploads
from portal.documents.signing import signed_copies
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.seed import walk
from tests.faults.ready import ready_pdf


def fresh(record):
    return session().get_one(type(record), record.id)


def step(company, agreement, name, reason="", who="hr"):
    with walk.person(company.accounts, who):
        AGREEMENT.advance(fresh(agreement), name, reason)


@pytest.fixture
def agreement(company):
    """A draft whose paper is made."""
    row = company.agreement()
    walk.generate(company.accounts, "hr", row)
    return row


def past_the_portal(agreement, months):
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(
            text("UPDATE confidentiality_agreement SET survival_months = :months WHERE id = :id"),
            {"months": months, "id": agreement.id},
        )


def test_what_legal_returned_passes_as_standard_text_and_is_issued(company, agreement):
    step(company, agreement, "submit")
    walk.answer(company.accounts, "legal", agreement, "returned", "請用標準條款")
    step(company, agreement, "standard")
    step(company, agreement, "issue")
    walk.sign(company.accounts, "hr", agreement, "t" * 20)
    with access.acting_as(access.SYSTEM):
        assert fresh(agreement).state == "in_force"


def test_what_was_approved_and_reopened_passes_as_standard_text_and_is_issued(company, agreement):
    step(company, agreement, "submit")
    walk.answer(company.accounts, "legal", agreement, "approved")
    step(company, agreement, "reopen", "改用標準條款")
    step(company, agreement, "standard")
    step(company, agreement, "issue")
    with access.acting_as(access.SYSTEM):
        assert fresh(agreement).state == "issued"


def test_standard_text_that_is_no_longer_what_passed_is_not_issued(company, agreement):
    step(company, agreement, "standard")
    past_the_portal(agreement, 120)
    with pytest.raises(Unmet):
        step(company, agreement, "issue")


def test_nor_is_its_signed_copy_taken(company, agreement):
    step(company, agreement, "standard")
    step(company, agreement, "issue")
    past_the_portal(agreement, 120)
    received = uploads.keep(ready_pdf())
    with pytest.raises(Unmet), walk.person(company.accounts, "hr"):
        record = fresh(agreement)
        signed_copies.register(record, received, "t" * 20, walk.read_on(record))


def test_what_passed_before_counts_for_nothing_once_it_is_reopened(company, agreement):
    """Else a paper that was standard once, and stands there again unread, would go out."""
    step(company, agreement, "standard")
    step(company, agreement, "reopen", "改期")
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(
            text("UPDATE confidentiality_agreement SET status = 'approved' WHERE id = :id"),
            {"id": agreement.id},
        )
    with pytest.raises(Unmet):
        step(company, agreement, "issue")
