"""Objects no row names are told, and swept only when they are old and no work can come back to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.commands.storing import leftovers
from portal.documents.archive import objects, orphans
from portal.documents.archive.parts import parts
from portal.documents.models import DocumentVersion
from portal.documents.papers import generation
from portal.kernel import access, clock, jobs
from portal.kernel.config import Config
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job
from portal.seed import records, walk
from storage.port import NotFound
from tests.installations import Copy
from tests.stories.conftest import begin

WORD = b"the Word file of work that was killed"


@pytest.fixture
def config(installed: Copy) -> Config:
    """A folder of this test alone, with each database."""
    return installed("begun", begin)


def killed(portal) -> tuple[int, str]:
    """Work that died after its object was stored and before its row said so: job and key."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    contract = records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")
    with walk.person(portal.accounts, "sales_a"):
        job = generation.generate(session().get_one(type(contract), contract.id))
        job_id, version_id = job.id, job.payload["version_id"]
    with access.acting_as(access.SYSTEM):
        version = session().get_one(DocumentVersion, version_id)
        return job_id, objects.put(version, WORD, "client", "docx").key


def give_up(job_id: int) -> None:
    with access.acting_as(access.SYSTEM), transaction():
        jobs.cancel(session().get_one(Job, job_id))


def swept(days: int) -> orphans.Swept:
    with clock.standing_at(clock.now() + timedelta(days=days)), access.acting_as(access.SYSTEM):
        return orphans.sweep(orphans.orphans())


def test_what_killed_work_stored_is_never_swept_while_the_work_may_come_back(portal):
    job_id, key = killed(portal)
    with access.acting_as(access.SYSTEM):
        assert [one.key for one in orphans.orphans()] == [key]
    assert swept(days=400) == orphans.Swept(waiting=1)
    give_up(job_id)
    assert swept(days=7) == orphans.Swept()
    size = next(parts().plain.list(key)).size
    assert swept(days=9) == orphans.Swept(removed=1, size=size)
    with pytest.raises(NotFound):
        parts().plain.stat(key)


def test_an_object_a_row_came_to_name_meanwhile_stays(portal):
    job_id, key = killed(portal)
    give_up(job_id)
    with access.acting_as(access.SYSTEM):
        found = orphans.orphans()
        with transaction():
            version = session().get_one(Job, job_id).payload["version_id"]
            session().get_one(DocumentVersion, version).object_key = key
        with clock.standing_at(clock.now() + timedelta(days=9)):
            assert orphans.sweep(found) == orphans.Swept(waiting=1)
        assert parts().plain.stat(key).size
        assert orphans.orphans() == []


def test_a_locked_one_stays(portal):
    job_id, key = killed(portal)
    give_up(job_id)
    parts().plain.hold(key, True)
    assert swept(days=9) == orphans.Swept(locked=1)


def test_the_command_tells_them_and_sweeps_on_request(portal):
    job_id, key = killed(portal)
    give_up(job_id)
    told: list[str] = []
    assert not leftovers(True, told.append)
    assert told[0].startswith("objects without a row: 1, ")
    assert key in told[1]
    with clock.standing_at(clock.now() + timedelta(days=9)):
        assert leftovers(False, told.append)
        assert parts().plain.stat(key).size
        assert not leftovers(True, told.append)
    assert told[-1].startswith("swept 1 objects")
    with pytest.raises(NotFound):
        parts().plain.stat(key)
