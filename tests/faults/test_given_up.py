"""Signed copies that cannot be stored after all: said, nothing half done, and the next one is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.commands import doctor
from portal.documents.archive import uploads
from portal.documents.models import Document, DocumentVersion
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from portal.kernel.errors import Unmet
from portal.kernel.jobs import Job
from portal.seed import walk
from tests.faults.dying import copied
from tests.faults.installation import accounts, faults, work
from tests.faults.web import Office, opened

pytestmark = [pytest.mark.faults, pytest.mark.office]


@pytest.fixture
def office(base: Path, tmp_path: Path) -> Iterator[Office]:
    """A company to which a signed copy comes back."""
    with opened(copied(base, tmp_path / "company")) as found:
        yield found


def stand(office: Office) -> tuple[str, list[str], str]:
    """How the paper, its signed copies and the job that stores them stand."""
    paper = office.ids["document"]["signing"]
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        scans = select(DocumentVersion.state).where(
            DocumentVersion.document_id == paper, DocumentVersion.kind == "signed_scan"
        )
        job = select(Job.state).where(Job.kind == "paper.sign").order_by(Job.id.desc())
        state = session().get_one(Document, paper).state
        found = state, list(session().scalars(scans)), session().scalars(job).first() or ""
    remove_session()
    return found


def waiting(office: Office) -> list[Path]:
    return list((office.home / "var/incoming").iterdir())


def try_till_given_up() -> None:
    at = clock.now()
    for _attempt in range(jobs.MOST_ATTEMPTS):
        at += timedelta(hours=2)
        with clock.standing_at(at):
            work()


def test_a_copy_whose_bytes_are_gone_is_failed_and_the_next_one_taken(office: Office) -> None:
    place = office.upload("the-token-of-the-first").headers["Location"]
    for file in waiting(office):
        file.unlink()
    try_till_given_up()
    assert stand(office) == ("out_for_signature", ["failed"], "dead")
    assert [fault.split(":")[0] for fault in faults(office.home)] == ["job"]
    card = office.visitor("legal").get(place).get_data(as_text=True)
    assert "/again" in card
    remove_session()
    assert office.upload("the-token-of-the-next").status_code == 202
    work()
    assert stand(office) == ("signed", ["stored"], "done")
    assert faults(office.home) == []


def test_work_that_was_given_up_begins_anew_by_a_button(office: Office) -> None:
    place = office.upload().headers["Location"].partition("?")[0]
    (file,) = waiting(office)
    file.rename(office.home / "aside")
    try_till_given_up()
    (office.home / "aside").rename(file)
    assert office.visitor("sales_a").post(f"{place}/again").status_code == 404
    assert office.visitor("legal").post(f"{place}/again").status_code == 303
    assert office.visitor("legal").post(f"{place}/again").status_code == 409
    work()
    assert stand(office) == ("signed", ["stored"], "done")


def test_a_paper_is_not_withdrawn_while_its_signed_copy_is_being_stored(office: Office) -> None:
    """Whoever delivered it was told that it is kept."""
    office.upload()
    with walk.person(accounts("legal"), "legal"):
        contract = session().get_one(Contract, office.ids["contract"]["signing"])
        with pytest.raises(Unmet, match="簽署本正在儲存中"):
            CONTRACT.advance(contract, "text_altered", "客戶改期", automatic=True)
    remove_session()
    work()
    assert stand(office) == ("signed", ["stored"], "done")
    assert faults(office.home) == []


def test_work_that_nobody_takes_is_told(office: Office) -> None:
    """No worker runs, or it has hung."""
    office.upload()
    remove_session()
    at = clock.now() + doctor.STUCK_AFTER + timedelta(minutes=1)
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        assert faults(office.home) == []
    remove_session()
    for _state in ("ready", "taken by a worker that died"):
        with clock.standing_at(at):
            told = [line for line in faults(office.home) if line.startswith("jobs: ")]
        assert len(told) == 1
        assert "does a worker run?" in told[0]
        remove_session()
        jobs.claim("hung")
    with clock.standing_at(at):
        work()
        assert faults(office.home) == []


def test_an_upload_that_waits_is_never_swept(office: Office) -> None:
    office.upload()
    long_after = clock.now() + timedelta(days=3)
    with clock.standing_at(long_after), access.acting_as(access.SYSTEM):
        uploads.sweep(Job())
    remove_session()
    assert len(waiting(office)) == 1
    work()
    assert stand(office)[0] == "signed"
    assert waiting(office) == []
