"""kill -9 of `portal up` itself: what it started ends too, and the next start works at once (I11)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.running import PATIENCE, Start, alive, answers, children, starting, until
from tests.servers.object_server import free_ports

pytestmark = pytest.mark.faults


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Start]:
    """Starts the command on an empty installation."""
    with starting(tmp_path) as start:
        yield start


def test_what_a_killed_portal_started_ends_and_another_takes_its_place(
    run: Start, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    settings = {"PORTAL_BIND": address, "PORTAL_PUBLIC_URL": f"http://{address}"}
    first = run("up", **settings)
    until(lambda: answers(port), "the pages answer")
    left = children(first, "worker") | children(first, "gunicorn")
    assert len(left) == 2
    try:
        first.kill()
        first.wait()
        second = run("up", **settings)
        until(lambda: not any(map(alive, left)), "nothing is left of the first portal")
        until(lambda: answers(port), "the second portal answers")
    finally:
        for pid in filter(alive, left):
            os.kill(pid, signal.SIGKILL)
    assert len(children(second, "worker") | children(second, "gunicorn")) == 2
    second.terminate()
    assert second.wait(PATIENCE) == 0
    assert (tmp_path / "var/up.lock").read_text() == ""
    assert "was killed" in (tmp_path / "out").read_text()
