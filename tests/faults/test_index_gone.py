"""The search index deleted or rotten: numbers and titles meanwhile, the worker repairs it (I5)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from portal.documents.archive.parts import parts
from portal.documents.search import index
from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened

pytestmark = [pytest.mark.faults, pytest.mark.office]
REPAIRED = "搜尋索引修復中"


@pytest.fixture
def office(base: Path, tmp_path: Path) -> Iterator[Office]:
    """A company whose index is its own to spoil."""
    home = copied(base, tmp_path / "company")
    shutil.rmtree(home / "var/index")
    shutil.copytree(base / "var/index", home / "var/index")
    with opened(home) as found:
        yield found


def search(office: Office, words: str, **chosen: str) -> str:
    reader = office.visitor("legal")
    answer = reader.get("/search", query_string={"q": words, **chosen})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_deleted_index_is_said_and_rebuilt_by_the_worker(office: Office) -> None:
    inside = "終端客戶"
    [number, *_others] = re.findall(r"DOC-\d{4}-\d{6}", search(office, inside, kind="D01"))
    parts().shelf.close()
    shutil.rmtree(office.home / "var/index")
    said = search(office, inside)
    assert REPAIRED in said
    assert number not in said
    assert number in search(office, number[4:], kind="D01")
    assert number not in search(office, number[4:], kind="D06")
    assert faults(office.home) != []
    remove_session()
    work()
    assert number in search(office, inside)
    assert faults(office.home) == []


def test_a_change_does_not_hide_that_the_index_lacks_the_rest(office: Office) -> None:
    """A paper that changes after the index was lost must not leave an index of one paper."""
    shutil.rmtree(office.home / "var/index")
    with access.acting_as(access.SYSTEM), transaction():
        document = session().get_one(index.Document, office.ids["document"]["signing"])
        index.later(document)
    remove_session()
    work()
    assert faults(office.home) == []
    assert len(parts().shelf.reader().fingerprints()) > 1


def test_rot_is_found_at_night_and_mended(office: Office) -> None:
    (segment,) = sorted((office.home / "var/index").glob("*/*.seg"))[:1]
    segment.chmod(0o600)
    body = bytearray(segment.read_bytes())
    body[len(body) // 2] ^= 0xFF
    segment.write_bytes(body)
    assert parts().shelf.check()
    assert any(line.startswith("search: ") for line in faults(office.home))
    remove_session()
    with clock.standing_at(clock.now() + timedelta(days=1, hours=1)):
        work()
    assert parts().shelf.check() == []
    assert faults(office.home) == []


def test_what_differs_from_the_database_is_repaired_at_night(office: Office) -> None:
    lost, kept = office.ids["document"]["signing"], 10**6
    with parts().shelf.writer() as writer:
        with access.acting_as(access.SYSTEM):
            entry = index.entry_of(session().get_one(index.Document, lost))
        writer.upsert(
            [type(entry)(**{f: getattr(entry, f) for f in entry.__slots__} | {"id": kept})]
        )
        writer.delete([lost])
    remove_session()
    assert len(faults(office.home)) == 2
    with clock.standing_at(clock.now() + timedelta(days=1, hours=1)):
        work()
        with access.acting_as(access.SYSTEM):
            (job,) = session().query(Job).filter_by(kind=index.COMPARE)
            assert job.result == {"repaired": 1, "removed": 1}
    assert faults(office.home) == []
