"""Real workers, killed or frozen while LibreOffice converts: another takes over, the late one ends nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal.documents.archive.uploads import KEEP_UNKNOWN
from tests.faults.dying import Undertaker, copied
from tests.faults.running import PATIENCE, Start, answers, children, starting, until
from tests.faults.web import opened
from tests.servers.object_server import free_ports

pytestmark = [pytest.mark.faults, pytest.mark.office]


@pytest.fixture
def home(undertaker: Undertaker, base: Path, tmp_path: Path) -> Path:
    """A company in which somebody just asked for a paper."""
    found = copied(base, tmp_path / "company")
    undertaker.done("making.ask_in_time", found)
    return found


@pytest.fixture
def run(home: Path) -> Iterator[Start]:
    """Starts the command `portal` there."""
    with starting(home) as start:
        yield start


@pytest.fixture
def worker(run: Start) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts the product's worker."""
    return lambda: run("worker")


def asked(home: Path, query: str) -> Any:
    """One value from the database, whatever the workers do meanwhile."""
    with closing(sqlite3.connect(home / "portal.db", timeout=30)) as connection:
        return connection.execute(query).fetchone()[0]


def converting(process: subprocess.Popen[bytes]) -> bool:
    """Whether a child of this worker is LibreOffice at work."""
    return bool(children(process, "--convert-to"))


def state(home: Path) -> str:
    return str(asked(home, "SELECT state FROM job WHERE kind = 'paper.version' ORDER BY id DESC"))


def lease_ends(home: Path) -> None:
    """The half minute passes in which the worker may still be alive."""
    with closing(sqlite3.connect(home / "portal.db", timeout=30)) as connection, connection:
        connection.execute("UPDATE job SET lease_until = '2000-01-01' WHERE state = 'running'")


def test_another_worker_takes_over_and_leftovers_are_swept(
    home: Path, worker: Any, undertaker: Undertaker
) -> None:
    first = worker()
    until(lambda: converting(first), "the first worker converts")
    first.kill()
    first.wait()
    assert state(home) == "running"
    lease_ends(home)
    with opened(home) as office:
        reader = office.visitor("sales_a")
        job = asked(home, "SELECT max(id) FROM job WHERE kind = 'paper.version'")
        assert "系統即將自動接手續辦" in reader.get(f"/jobs/{job}").text
        second = worker()
        until(lambda: converting(second), "the second worker converts")
        assert "現已重新接手" in reader.get(f"/jobs/{job}").text
    until(lambda: state(home) == "done", "the second worker is done")
    check(home, undertaker)
    left = list((home / "var/office").glob("run-*"))
    assert left, "the killed worker left its run behind"
    long_ago = time.time() - KEEP_UNKNOWN.total_seconds() - 60
    for folder in left:
        os.utime(folder, (long_ago, long_ago))
    undertaker.done("installation.sweep", home)
    assert not list((home / "var/office").glob("run-*"))


def test_a_frozen_worker_that_wakes_up_late_finishes_nothing(
    home: Path, worker: Any, undertaker: Undertaker
) -> None:
    zombie = worker()
    until(lambda: converting(zombie), "the first worker converts")
    zombie.send_signal(signal.SIGSTOP)
    lease_ends(home)
    worker()
    until(lambda: state(home) == "done", "the second worker is done")
    zombie.send_signal(signal.SIGCONT)
    until(lambda: not converting(zombie), "the late worker came to its end")
    zombie.terminate()
    assert zombie.wait(PATIENCE) == 0
    check(home, undertaker)


def test_up_starts_again_whatever_is_killed(home: Path, run: Any, undertaker: Undertaker) -> None:
    """I11: ready again without anybody's hand."""
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    up = run("up", PORTAL_BIND=address, PORTAL_PUBLIC_URL=f"http://{address}")
    until(lambda: answers(port), "the pages answer")
    until(lambda: state(home) == "done", "the worker works")
    for word in ("worker", "gunicorn"):
        (first,) = children(up, word)
        os.kill(first, signal.SIGKILL)
        until(lambda w=word, f=first: children(up, w) - {f}, f"another {word}")  # type: ignore[misc]
    undertaker.done("making.ask_in_time", home)
    until(lambda: state(home) == "done", "the new worker works")
    until(lambda: answers(port), "the pages answer again")
    up.terminate()
    assert up.wait(PATIENCE) == 0
    undertaker.done("installation.sound", home)


def check(home: Path, undertaker: Undertaker) -> None:
    """The paper was made once, by the second run."""
    assert (
        asked(home, "SELECT attempts FROM job WHERE kind = 'paper.version' ORDER BY id DESC") == 2
    )
    latest = "SELECT max(document_id) FROM document_version"
    files = (
        f"SELECT group_concat(kind || state) FROM document_version WHERE document_id = ({latest})"
    )
    assert asked(home, files) == "docxstored,pdfstored"
    log = "SELECT count(*) FROM audit_event WHERE action = 'version_stored' AND object_id = "
    assert asked(home, f"{log} ({latest})") == 1
    undertaker.done("installation.sound", home)
