"""PostgreSQL going away: pages say so, the worker goes on afterwards, nothing promised is lost (I1, I9)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.app import SCREENS
from portal.documents.models import DocumentVersion
from portal.documents.pages.paper import TABS
from portal.kernel import access, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session
from portal.kernel.worker import Worker
from portal.web.routes import needs
from tests.company import config_on
from tests.faults import making
from tests.faults.cutting import Scissors, connections
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened
from tests.servers.postgres import Postgres, new_cluster

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]
SOON = 5


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of one's own, which keeps what it said it had kept."""
    found = new_cluster(synchronous_commit="on")
    found.start()
    yield found
    found.stop()
    shutil.rmtree(found.home)


@pytest.fixture
def office(base: Path, tmp_path: Path, server: Postgres) -> Iterator[Office]:
    """The company in that PostgreSQL."""
    home = copied(base, tmp_path / "company")
    config = config_on(home, server.create("portal"))
    with opened(home, config) as found:
        making.without_office()
        yield found


def in_words(answer: TestResponse) -> bool:
    """A 503 as a page that says in Chinese what is the matter, and when to come back."""
    said = answer.get_data(as_text=True).partition("<main")[2]
    later = int(answer.headers.get("Retry-After", 0))
    return (answer.status_code, later > 0, "資料庫" in said) == (503, True, True)


def pages_of(office: Office) -> list[str]:
    """Pages of each kind that a lawyer opens."""
    ids = office.ids
    lists = [f"/{one.chapter}/{one.record.__tablename__}/" for one in SCREENS]
    own = [
        f"/sales/contract/{door}/?id={ids['contract']['signing']}"
        for door in ("details", "history")
    ]
    paper = [f"/papers/{ids['document']['signing']}?tab={tab}" for tab in TABS]
    return ["/", "/search?q=DOC", "/profile", *lists, *own, *paper]


def scans(office: Office) -> list[str]:
    """The state of each signed copy of the paper that is out for signature."""
    with access.acting_as(access.SYSTEM):
        found = (
            session()
            .scalars(
                select(DocumentVersion.state).where(
                    DocumentVersion.document_id == office.ids["document"]["signing"],
                    DocumentVersion.kind == "signed_scan",
                )
            )
            .all()
        )
    remove_session()
    return list(found)


def test_without_its_database_the_portal_says_so_and_goes_on_afterwards(
    office: Office, server: Postgres
) -> None:
    reader, worker = office.visitor("legal"), Worker()
    pages = ("/", "/search?q=DOC", f"/papers/{office.ids['document']['signing']}")
    assert [reader.get(page).status_code for page in pages] == [200] * 3
    server.stop()
    began = time.monotonic()
    assert all(in_words(reader.get(page)) for page in pages)
    assert time.monotonic() - began < SOON
    assert reader.get("/status/ready").status_code == 503
    assert office.app.test_client().get("/status").status_code == 200
    assert in_words(office.upload())
    assert list((office.home / "var/incoming").iterdir()) == []
    assert worker.step() is False

    server.start()
    assert [reader.get(page).status_code for page in pages] == [200] * 3
    assert office.upload().status_code == 202
    assert worker.step()
    work()
    assert scans(office) == ["stored"]
    assert faults(office.home) == []


def test_a_database_that_may_only_be_read_is_read_and_says_why_nothing_is_saved(
    office: Office, server: Postgres
) -> None:
    """As a standby does, or one whose disk was put aside."""
    reader, later = office.visitor("legal"), clock.now() + timedelta(minutes=5)
    only_read(office, server, "on")
    with clock.standing_at(later):  # so late that the session would be noted as seen
        assert [reader.get(page).status_code for page in ("/", "/search?q=DOC")] == [200] * 2
        refused = office.upload()
    assert (refused.status_code, "檢查磁碟" in refused.text) == (503, True)
    assert Worker().step() is False
    only_read(office, server, "off")
    assert office.upload().status_code == 202
    work()
    assert scans(office) == ["stored"]
    assert faults(office.home) == []


def only_read(office: Office, server: Postgres, how: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE portal SET default_transaction_read_only TO {how}")  # type: ignore[arg-type]
    remove_session()
    office.engine.dispose()


def test_a_server_that_ends_in_the_middle_is_said_in_words(
    office: Office, server: Postgres
) -> None:
    """The page that says so needs no database either."""
    reader, scissors = office.visitor("legal"), Scissors(office.engine, server.stop)
    for nth, act in ((4, lambda: reader.get("/")), (9, office.upload)):
        with scissors.cutting(nth):
            answer = act()
        assert in_words(answer), answer.get_data(as_text=True)[:300]
        server.start()
    assert office.upload().status_code == 202
    with scissors.cutting(12):
        Worker().step()
    assert scissors.at
    server.start()
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        work()
    assert scans(office) == ["stored"]
    assert faults(office.home) == []


def a_minute_each() -> Iterator[datetime]:
    """Moments so far from each other that each request notes when its session was seen."""
    begun = clock.now()
    return (begun + timedelta(minutes=2 * nth) for nth in count(1))


def broken(reader: FlaskClient, scissors: Scissors, pages: list[str]) -> Iterator[str]:
    """Pages that say anything but 503 in words when cut off at one of their words, every third."""
    minutes = a_minute_each()
    for turn, page in enumerate(pages):
        with scissors.cutting(0):
            if reader.get(page).status_code == 404:
                continue
        for nth in range(1 + turn % 3, scissors.said + 1, 3):
            with scissors.cutting(nth), clock.standing_at(next(minutes)):
                answer = reader.get(page)
            if not in_words(answer) and answer.status_code != 200:
                yield f"{page} {nth}: {answer.status_code}"


def test_no_page_breaks_by_a_connection_that_is_cut(office: Office, server: Postgres) -> None:
    """And a page that did would be noticed."""

    def planted() -> str:
        try:
            return str(session().scalar(select(1)))
        except OperationalError as reason:
            raise ValueError from reason

    office.app.add_url_rule("/planted", "planted", needs("signed-in")(planted))
    scissors = Scissors(office.engine, connections(server, office.engine))
    reader, pages = office.visitor("legal"), pages_of(office)
    assert len(pages) > 20
    assert list(broken(reader, scissors, pages)) == []
    found = [
        line for turn in range(3) for line in broken(reader, scissors, [""] * turn + ["/planted"])
    ]
    assert any(line.startswith("/planted") and line.endswith("500") for line in found)


def test_a_signed_copy_survives_a_cut_at_every_word(office: Office, server: Postgres) -> None:
    """What was answered with 202 is stored, once; what was answered with 503 may be sent again."""
    scissors = Scissors(office.engine, connections(server, office.engine))
    cut, minutes = set(), a_minute_each()
    for nth in count(1):
        with scissors.cutting(nth), clock.standing_at(next(minutes)):
            answer = office.upload()
        if not scissors.at:
            break
        promised = answer.status_code == 202  # cut while noting that the session was seen
        assert promised or in_words(answer), answer.text[:300]
        assert scans(office) in ([["storing"]] if promised else ([], ["storing"]))
        cut.add((scissors.at, *scans(office)))
    assert answer.status_code == 202
    assert {at for at, *_scan in cut} == {"statement", "commit", "committed"}
    assert ("committed", "storing") in cut  # kept, and the person was told otherwise: sent again

    worker = Worker()
    for nth in count(1):
        later = clock.now() + nth * (jobs.LEASE + timedelta(seconds=9))
        with clock.standing_at(later), scissors.cutting(nth):
            worker.step()
        if scans(office) == ["stored"]:
            break
    assert nth > 20, "it was hardly cut"
    work()
    paper = office.ids["document"]["signing"]
    with access.acting_as(access.SYSTEM):
        log = session().query(AuditEvent).filter_by(object_type="document", object_id=paper)
        assert log.filter_by(action="signed_copy_stored").count() == 1
    remove_session()
    assert faults(office.home) == []
