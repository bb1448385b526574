"""PostgreSQL that is there and does not answer: people are told so in time, and nothing half done stays (I9)."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from portal.app import create_app
from portal.boot import boot
from portal.kernel import access, postgres
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.worker import Worker
from portal.seed import rules
from portal.web.routes import needs
from tests.company import config_on
from tests.faults import making
from tests.faults.cutting import Scissors
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.test_postgres_away import in_words, scans
from tests.faults.web import Office
from tests.servers.postgres import Postgres, new_cluster

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of one's own."""
    found = new_cluster()
    found.start()
    yield found
    found.stop()
    shutil.rmtree(found.home)


@pytest.fixture
def office(
    base: Path, tmp_path: Path, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The company in that PostgreSQL; its pages wait a second for a statement."""
    monkeypatch.setattr(postgres, "MARGIN", 1)
    home = copied(base, tmp_path / "company")
    config = config_on(home, server.create("portal")).model_copy(update={"statement_seconds": 1})
    engine = boot(config, pages=True)
    app = create_app(config, engine)
    app.config["WTF_CSRF_ENABLED"] = False
    making.without_office()
    remove_session()
    yield Office(home, config, app, engine)
    remove_session()
    engine.dispose()


def serving(server: Postgres) -> list[int]:
    """The processes at the other ends of the portal's connections."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = 'portal'"
        return [pid for (pid,) in admin.execute(asked)]


@contextmanager
def standing_still(pids: list[int]) -> Iterator[None]:
    """These processes go on once the block ends."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_server_that_stands_still_is_given_up_in_time(office: Office, server: Postgres) -> None:
    """As on a machine whose disk hangs: it answers for its processes, and they keep no limit."""
    reader = office.visitor("legal")
    assert reader.get("/").status_code == 200
    master = int((server.home / "data/postmaster.pid").read_text().split("\n")[0])
    with standing_still([master, *serving(server)]):
        began = time.monotonic()
        assert in_words(reader.get("/"))
        assert in_words(office.upload())
        assert time.monotonic() - began < 30
    assert reader.get("/").status_code == 200


def test_a_process_that_stands_still_in_the_middle_is_given_up_and_the_next_one_works(
    office: Office, server: Postgres
) -> None:
    with ExitStack() as until:
        scissors = Scissors(
            office.engine, lambda: until.enter_context(standing_still(serving(server)))
        )
        assert office.visitor("legal").get("/").status_code == 200
        with scissors.cutting(12):
            assert in_words(office.upload())
        assert scissors.at == "statement"
        assert scans(office) == []
        until.close()
        assert office.upload().status_code == 202
    work()
    assert scans(office) == ["stored"]
    assert faults(office.home) == []


def takes_long(_server: Postgres) -> None:
    """A statement over the limit."""
    session().execute(text("SELECT pg_sleep(30)"))


def stands_still(server: Postgres) -> None:
    """A transaction over the limit, which the server ends while nothing is asked of it."""
    ours = session().execute(text("SELECT pg_backend_pid()")).scalar_one()
    session().execute(text("SET idle_in_transaction_session_timeout = 1"))
    with psycopg.connect(server.url(), autocommit=True) as admin:
        there = "SELECT FROM pg_stat_activity WHERE pid = %s"
        while admin.execute(there, [ours]).fetchone() is not None:
            pass
    session().execute(text("SELECT 1"))


@pytest.mark.parametrize("slow", [takes_long, stands_still])
def test_what_takes_too_long_is_said_and_nothing_of_it_stays(
    office: Office, server: Postgres, slow: Callable[[Postgres], None]
) -> None:
    """The transaction is undone whole, its entry in the log with it."""

    def planted() -> str:
        with access.acting_as(access.SYSTEM), transaction():
            rules.approval_rules(confirmed=False)
            session().flush()
            slow(server)
        return "done"

    office.app.add_url_rule("/planted", "planted", needs("signed-in")(planted), methods=["POST"])
    reader, before = office.visitor("legal"), counted()
    assert in_words(reader.post("/planted"))
    assert counted() == before
    assert reader.get("/").status_code == 200
    assert faults(office.home) == []


def test_who_waits_too_long_for_somebody_else_is_told_and_may_send_again(
    office: Office, server: Postgres
) -> None:
    assert office.visitor("legal").get("/").status_code == 200
    with psycopg.connect(server.url("portal")) as other:
        other.execute("SELECT * FROM audit_head FOR UPDATE")
        assert in_words(office.upload())
        assert scans(office) == []
    assert office.upload().status_code == 202
    assert Worker().step()
    work()
    assert scans(office) == ["stored"]


def counted() -> tuple[int, int]:
    with access.acting_as(access.SYSTEM):
        rows = session().execute(text("SELECT count(*) FROM approval_rule")).scalar_one()
        found = rows, session().query(AuditEvent).filter_by(object_type="approval_rule").count()
    remove_session()
    return found


def test_background_work_may_take_as_long_as_it_takes(office: Office) -> None:
    """And a page's limits are those of the pages alone."""
    for pages, limit in ((True, "1s"), (False, "0")):
        engine = boot(office.config, pages=pages)
        assert session().execute(text("SHOW statement_timeout")).scalar_one() == limit
        remove_session()
        engine.dispose()
