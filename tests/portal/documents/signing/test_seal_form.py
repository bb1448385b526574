"""The form of a seal that was used is made whatever happens: nobody stops it, and it is tried again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from doc_templates.pdf import ConversionFailed, Converter
from portal.documents.archive import parts
from portal.documents.models import SigningEvent
from portal.documents.signing import originals, seal_requests
from portal.engines.approval import rounds
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from portal.seed import walk
from tests.faults.installation import work
from tests.portal.documents.conftest import Company

TWO = [originals.Counted("法務", "檔案室", 1), originals.Counted("客戶", "客戶自存", 1)]


class NoPdf(Converter):
    """An office suite that does not come to an end in time."""

    def convert(self, docs: Sequence[bytes]) -> list[bytes]:
        """Nothing comes of any of them."""
        raise ConversionFailed(range(len(docs)), {})


@pytest.fixture
def used(company: Company) -> tuple[int, int]:
    """A seal request whose use the keeper has just recorded, and the job that makes its last form."""
    contract = company.approved()
    with walk.person(company.accounts, "sales_a"):
        record = session().get_one(type(contract), contract.id)
        ident = seal_requests.request_seal(record, seal_requests.Asked(purpose="簽約")).id
    walk.work()
    with walk.person(company.accounts, "exec"):
        seal = session().get_one(SigningEvent, ident)
        rounds.decide(seal, "approve", "approved", "", seal.content_sha256)
    with walk.person(company.accounts, "seal"):
        seal_requests.seal(session().get_one(SigningEvent, ident), 2, 0, clock.today(), TWO)
    with access.acting_as(access.SYSTEM):
        making = select(Job.id).where(Job.kind == "paper.version", Job.state == "ready")
        job = session().scalars(making).one()
    remove_session()
    return ident, job


def form_of(ident: int) -> str:
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        form = session().get_one(SigningEvent, ident).form
        return form.state if form is not None else ""


def test_whoever_used_the_seal_cannot_stop_its_form(
    company: Company, used: tuple[int, int]
) -> None:
    ident, job = used
    keeper = company.browser("seal")
    card = keeper.get(f"/jobs/{job}")
    assert card.status_code == 200
    assert "/cancel" not in card.text
    assert keeper.post(f"/jobs/{job}/cancel").status_code == 409
    remove_session()
    walk.work()
    assert form_of(ident) == "archived"


def test_a_form_that_gave_no_pdf_is_made_again_by_itself_and_at_last_by_a_button(
    company: Company, used: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ident, job = used
    whole, at = parts.parts(), clock.now()
    broken = NoPdf(whole.converter.work_dir)
    monkeypatch.setattr(parts, "_parts", dataclasses.replace(whole, converter=broken))
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        with clock.standing_at(at := at + timedelta(hours=2)):
            work()
        row = session().get_one(Job, job, populate_existing=True)
        assert (row.attempts, row.state == "dead") == (attempt, attempt == jobs.MOST_ATTEMPTS)
    assert form_of(ident) == "draft"
    monkeypatch.setattr(parts, "_parts", whole)
    remove_session()
    assert company.browser("seal").post(f"/jobs/{job}/again").status_code == 303
    remove_session()
    walk.work()
    assert form_of(ident) == "archived"
