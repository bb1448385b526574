"""SIGKILL at every change of the disk: absent or whole, and the call can be repeated."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.folder import FolderStore
from storage.port import NotFound, Stat, read_whole
from tests.storage.killed_put import DATA, KEY, UNTIL
from tests.storage.stored import put

pytestmark = pytest.mark.faults

REPOSITORY = Path(__file__).parents[2]
MOST = 60


def deaths(tmp_path: Path, act: str, prepared: bool) -> Iterator[tuple[FolderStore, str]]:
    """A store per change of the disk after which `act` was killed, with that change's name."""
    for nth in range(1, MOST):
        store = FolderStore(tmp_path / f"{act}-{nth}")
        if prepared:
            put(store, KEY, DATA)
        child = subprocess.run(
            [sys.executable, "-m", "tests.storage.killed_put", str(store.root), act, str(nth)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if child.returncode == 0:
            return
        assert child.returncode == -signal.SIGKILL, child.stderr
        yield store, child.stdout.strip()
    raise AssertionError(f"{act} is never done")


def found(store: FolderStore) -> Stat | None:
    """The object, if there is one."""
    try:
        return store.stat(KEY)
    except NotFound:
        return None


def test_a_put_killed_anywhere_leaves_nothing_or_everything(tmp_path: Path) -> None:
    seen = set()
    for store, change in deaths(tmp_path, "put", prepared=False):
        stat = found(store)
        seen.add((change, stat is not None))
        assert [found.key for found in store.list()] == ([KEY] if stat else [])
        if stat:
            assert (read_whole(store, KEY), stat.retain_until) == (DATA, UNTIL)
        put(store, KEY, DATA, retain_until=UNTIL)
        assert store.stat(KEY).retain_until == UNTIL
        assert read_whole(store, KEY) == DATA
        assert store.sweep(timedelta(0)) <= 2
        assert list((store.root / "tmp").iterdir()) == []
        assert not (store.root / "lost").exists()  # no bytes ever had a name without a record
    assert {change for change, _ in seen} == {
        "open",
        "write",
        "fsync",
        "link",
        "replace",
        "unlink",
        "mkdir",
    }
    assert ("link", False) in seen
    assert ("fsync", True) in seen  # the name is there, its folder not yet synced


def test_a_put_killed_before_its_name_may_be_followed_by_other_bytes(tmp_path: Path) -> None:
    for store, _ in deaths(tmp_path, "put", prepared=False):
        if found(store) is None:
            put(store, KEY, b"other")
            assert read_whole(store, KEY) == b"other"


def test_a_hold_killed_anywhere_is_on_or_off_and_harms_no_byte(tmp_path: Path) -> None:
    """R10.6"""
    for store, _ in deaths(tmp_path, "hold", prepared=True):
        assert store.stat(KEY).legal_hold in {True, False}
        assert read_whole(store, KEY) == DATA
        store.hold(KEY, True)
        assert store.stat(KEY).legal_hold


def test_a_deletion_killed_anywhere_leaves_the_whole_object_or_none(tmp_path: Path) -> None:
    """R10.6"""
    for store, _ in deaths(tmp_path, "delete", prepared=True):
        if found(store):
            assert read_whole(store, KEY) == DATA
            store.delete(KEY)
        assert list(store.list()) == []
        put(store, KEY, b"again")
