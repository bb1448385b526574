"""Web and worker are started again when they die, and stop at once when told to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

from portal.commands.serve import RESTS
from portal.kernel.config import Config

PROGRAM = """
import logging, sys
import pytest

from portal.commands.serve import keep_running
logging.basicConfig(level=logging.ERROR, stream=sys.stdout, format="%(message)s")
sys.exit(keep_running({commands!r}, steady={steady}))
"""
LIVES = [
    sys.executable,
    "-c",
    "import os, signal; print('pid', os.getpid(), flush=True); signal.pause()",
]


@contextmanager
def kept(commands: dict[str, list[str]], steady: float) -> Iterator[subprocess.Popen[str]]:
    """A process that keeps these running; what they and it say comes line by line."""
    program = PROGRAM.format(commands=commands, steady=steady)
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], word: str, count: int) -> list[str]:
    """What is said after `word`, the first `count` times; other lines are passed over."""
    assert process.stdout is not None
    lines = (re.search(rf"{word} ([\d.]+)", line) for line in process.stdout)
    return [said[1] for said in islice(filter(None, lines), count)]


def test_what_dies_at_once_rests_longer_each_time_and_hinders_nobody_from_stopping() -> None:
    commands = {"lives": LIVES, "dies": [sys.executable, "-c", "raise SystemExit(3)"]}
    with kept(commands, steady=600) as process:
        said = heard(process, "(?:pid|again in)", len(RESTS) + 1)
        [pid] = [int(one) for one in said if one.isdigit() and int(one) > max(RESTS)]
        assert [float(one) for one in said if int(float(one)) != pid] == list(RESTS)
        process.terminate()  # while it rests for ten seconds
        assert process.wait(5) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_lived_well_is_started_again_soon() -> None:
    commands = {"web": [sys.executable, "-c", "import threading; threading.Event().wait(0.2)"]}
    with kept(commands, steady=0.1) as process:
        assert heard(process, "again in", 3) == [str(RESTS[0])] * 3


def test_an_installation_that_is_tried_out_is_reached_where_it_listens(tmp_path: Path):
    assert Config(data=tmp_path, bind="127.0.0.1:8124").public_url == "http://127.0.0.1:8124"
    elsewhere = Config(data=tmp_path, bind="0.0.0.0:80", public_url="http://portal.test")
    assert elsewhere.public_url == "http://portal.test"
    with pytest.raises(ValueError, match="PORTAL_PUBLIC_URL must be https"):
        Config(data=tmp_path, profile="production", secret_key="k" * 40)
