"""The folder of the store is not mounted: said once, what was promised waits, nothing goes elsewhere (I3, I9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.documents.models import Document
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened

pytestmark = [pytest.mark.faults, pytest.mark.office]


@pytest.fixture
def away(base: Path, tmp_path: Path) -> Iterator[Office]:
    """A company that was started before its store was mounted."""
    home = copied(base, tmp_path / "company")
    (home / "var/store").rename(home / "not-mounted")
    (home / "var/store").mkdir()
    with opened(home) as office:
        yield office


def states(office: Office) -> tuple[str, str]:
    """The paper's state, and that of the job which stores its signed copy."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        document = session().get_one(Document, office.ids["document"]["signing"])
        latest = select(Job.state).where(Job.kind == "paper.sign").order_by(Job.id.desc())
        found = document.state, session().scalars(latest).first() or ""
    remove_session()
    return found


def test_a_store_that_is_not_mounted_is_one_fault_and_loses_nothing(away: Office) -> None:
    page = f"/papers/{away.ids['document']['signed']}/signed_scan/1/1.webp"
    reader = away.visitor("legal")
    answer = reader.get(page)
    assert answer.status_code == 503
    assert "文件儲存區沒有回應" in answer.text
    assert reader.get("/").status_code == 200
    [said] = faults(away.home)
    assert said.startswith("store: ")
    assert "is it mounted?" in said
    remove_session()

    assert away.upload().status_code == 202
    work()
    assert states(away) == ("out_for_signature", "ready")
    assert list((away.home / "var/store").iterdir()) == []

    (away.home / "var/store").rmdir()
    (away.home / "not-mounted").rename(away.home / "var/store")
    with clock.standing_at(clock.now() + 2 * jobs.WAIT + timedelta(seconds=1)):
        work()
    assert states(away) == ("signed", "done")
    assert reader.get(page).status_code == 200
    assert faults(away.home, whole=True) == []
