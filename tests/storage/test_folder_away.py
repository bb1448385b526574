"""The folder of a store that is not mounted: said as one thing, nothing put in its place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.folder import FolderStore
from storage.port import NotFound, Unavailable, read_whole
from storage.probe import probe
from tests.storage.stored import fresh_key, put

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def unmount(store: FolderStore) -> Path:
    """An empty folder where the store was; returns where the store is now."""
    aside = store.root.with_name("not-mounted")
    store.root.rename(aside)
    store.root.mkdir()
    return aside


def mount(store: FolderStore, aside: Path) -> None:
    store.root.rmdir()
    aside.rename(store.root)


def test_without_its_mount_no_object_is_missing_and_none_is_taken(folder: FolderStore) -> None:
    kept, new = fresh_key(), fresh_key()
    put(folder, kept, b"kept")
    aside = unmount(folder)
    for started in (folder, FolderStore(folder.root)):
        for act in (
            lambda s: s.stat(kept),
            lambda s: read_whole(s, kept),
            lambda s: put(s, new, b"new"),
            lambda s: list(s.list()),
            lambda s: s.retain(kept, NOW),
            lambda s: s.hold(kept, True),
            lambda s: s.delete(kept),
            lambda s: s.sweep(),
        ):
            with pytest.raises(Unavailable):
                act(started)
    with pytest.raises(Unavailable, match="is it mounted"):
        folder.stat(kept)
    assert list(folder.root.iterdir()) == []
    mount(folder, aside)
    assert read_whole(folder, kept) == b"kept"
    put(folder, new, b"new")
    with pytest.raises(NotFound):
        folder.stat(fresh_key())


def test_folders_from_before_the_mount_are_not_taken_for_the_store(folder: FolderStore) -> None:
    aside = unmount(folder)
    for name in ("objects", "tmp", "locks"):
        (folder.root / name).mkdir()
    with pytest.raises(Unavailable, match="is it mounted"):
        put(folder, fresh_key(), b"new")
    assert list((folder.root / "objects").iterdir()) == []
    assert aside.exists()


def test_the_probe_says_it_as_one_thing(folder: FolderStore) -> None:
    unmount(folder)
    report = probe(folder)
    assert not report.ok
    assert [check.name for check in report.checks] == ["answers"]
    assert "is it mounted" in report.checks[0].detail


def test_another_store_in_its_place_is_named(folder: FolderStore, tmp_path: Path) -> None:
    key = fresh_key()
    put(folder, key, b"kept")
    other = FolderStore(tmp_path / "other")
    folder.root.rename(tmp_path / "aside")
    other.root.rename(folder.root)
    with pytest.raises(Unavailable, match="another store"):
        FolderStore(folder.root).stat(key)
    folder.root.with_name("store.mark").unlink()  # the operator says that it is the right one
    with pytest.raises(NotFound):
        FolderStore(folder.root).stat(key)


def test_a_store_from_a_backup_is_taken_as_it_is(folder: FolderStore, tmp_path: Path) -> None:
    key = fresh_key()
    put(folder, key, b"kept")
    folder.root.rename(tmp_path / "restored")
    restored = FolderStore(tmp_path / "restored")
    assert read_whole(restored, key) == b"kept"
    unmount(restored)
    with pytest.raises(Unavailable):
        restored.stat(key)
