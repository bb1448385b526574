"""The command `portal` as people start it: processes of one installation, watched from outside."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event

from tests.faults.dying import REPOSITORY

PATIENCE = 90
Start = Callable[..., subprocess.Popen[bytes]]


@contextmanager
def starting(home: Path) -> Iterator[Start]:
    """Starts the command on the installation in `home`; what still runs at the end is killed."""
    with ExitStack() as ends:
        output = ends.enter_context((home / "out").open("ab"))

        def start(*words: str, **settings: str) -> subprocess.Popen[bytes]:
            environment = {
                **os.environ,
                "PORTAL_DATA": str(home / "var"),
                "PYTHONPATH": str(REPOSITORY),
                "PORTAL_DATABASE_URL": f"sqlite:///{home / 'portal.db'}",
                **settings,
            }
            process = subprocess.Popen(
                [sys.executable, "-m", "portal", *words],
                env=environment,
                cwd=home,
                stdout=output,
                stderr=output,
            )
            ends.callback(process.wait)
            ends.callback(process.kill)
            return process

        yield start


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        Event().wait(0.05)


def children(process: subprocess.Popen[bytes], word: str) -> set[int]:
    """The processes this one started whose command holds a word."""
    found = set()
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        with suppress(OSError):
            if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                found.add(int(pid))
    return found


def alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def answers(port: int) -> bool:
    """Whether somebody serves pages, database included."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/status/ready")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()
