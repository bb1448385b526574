"""The acceptance seed, made once per run, for processes that die over copies of it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import built
from tests.faults.dying import Undertaker, copied


@pytest.fixture(scope="session")
def undertaker() -> Iterator[Undertaker]:
    """Runs processes that die."""
    one = Undertaker()
    yield one
    one.close()


@pytest.fixture(scope="session")
def base(run_folder: Path, office_program: str, undertaker: Undertaker) -> Path:
    """The seeded company that every test copies: papers in every state, nothing left to do."""
    assert office_program
    with (run_folder / "settled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        settled = run_folder / "settled"
        if not settled.exists():
            home = copied(built(run_folder), run_folder / "settling")
            undertaker.done("installation.settle", home)
            home.rename(settled)
    return settled
