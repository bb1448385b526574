"""The folder store against its disk: full, forbidden, rotten, and used by others."""

from __future__ import annotations

import errno
import json
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.folder import FolderStore
from storage.port import (
    AlreadyExists,
    Corrupt,
    Denied,
    Locked,
    NotFound,
    StoreError,
    StoreFull,
    Unavailable,
    read_whole,
)
from tests.storage.stored import fresh_key, put

DATA = os.urandom(300_000)


def files(store: FolderStore, part: str) -> list[str]:
    """Names of the files below one part of the store."""
    return [p.name for p in (store.root / part).rglob("*") if p.is_file()]


def stored_path(store: FolderStore, key: str) -> Path:
    """Where the bytes lie, made writable as for somebody who goes around the store."""
    path = store.root / "objects" / key
    path.chmod(0o600)
    return path


def test_only_the_owner_may_look_inside_and_objects_are_read_only(folder: FolderStore) -> None:
    put(folder, fresh_key(), DATA)
    for path in [folder.root, *folder.root.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, path
        assert path.parent.name == "locks" or path.is_dir() or mode == 0o400, path


def test_a_flipped_bit_is_corrupt_and_never_handed_out_whole(folder: FolderStore) -> None:
    key = fresh_key()
    put(folder, key, DATA)
    path = stored_path(folder, key)
    path.write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    with pytest.raises(Corrupt):
        read_whole(folder, key)


@pytest.mark.parametrize("size", [0, 1, len(DATA) - 1])
def test_a_truncated_object_is_corrupt_at_once_and_no_put_covers_it_up(
    folder: FolderStore, size: int
) -> None:
    key = fresh_key()
    put(folder, key, DATA)
    os.truncate(stored_path(folder, key), size)
    for call in (folder.stat, folder.open, lambda k: put(folder, k, DATA)):
        with pytest.raises(Corrupt):
            call(key)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"size": "x"}', "null"])
def test_an_unreadable_record_is_corrupt(folder: FolderStore, text: str) -> None:
    key = fresh_key()
    put(folder, key, DATA)
    record = stored_path(folder, key).with_name(f"{Path(key).name}.meta")
    record.unlink()
    record.write_text(text)
    with pytest.raises(Corrupt):
        folder.stat(key)


def test_bytes_whose_record_is_lost_count_as_absent_but_are_kept_aside(folder: FolderStore) -> None:
    key = fresh_key()
    put(folder, key, DATA)
    stored_path(folder, key).with_name(f"{Path(key).name}.meta").unlink()
    with pytest.raises(NotFound):
        folder.stat(key)
    assert list(folder.list()) == []
    put(folder, key, b"again")
    assert read_whole(folder, key) == b"again"
    [lost] = (folder.root / "lost").iterdir()
    assert lost.read_bytes() == DATA


def test_a_key_cannot_be_both_an_object_and_a_folder_of_objects(folder: FolderStore) -> None:
    put(folder, "a/b", b"x")
    for key in ("a", "a/b/c", "a/b/c/d"):
        with pytest.raises(AlreadyExists):
            put(folder, key, b"y")
        with pytest.raises(NotFound):
            folder.stat(key)
    assert [found.key for found in folder.list()] == ["a/b"]


def test_two_stores_on_one_folder_are_one_store(folder: FolderStore) -> None:
    key, other = fresh_key(), FolderStore(folder.root)
    put(folder, key, DATA)
    other.hold(key, True)
    with pytest.raises(Locked):
        folder.delete(key)
    with pytest.raises(AlreadyExists):
        put(other, key, b"other")


def test_retention_ends_when_the_clock_says_so(tmp_path: Path) -> None:
    """R10.6"""
    times = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = FolderStore(tmp_path, now=lambda: times[-1])
    put(store, "signed/x", DATA, retain_until=times[0] + timedelta(days=3652))
    times.append(times[0] + timedelta(days=3651))
    with pytest.raises(Locked):
        store.delete("signed/x")
    times.append(times[0] + timedelta(days=3653))
    store.delete("signed/x")
    assert list(store.list()) == []


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file of this process may grow over `size` bytes meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_store_full_and_leaves_nothing(folder: FolderStore) -> None:
    key = fresh_key()
    put(folder, "there/before", DATA)
    with file_size_limit(100_000):
        with pytest.raises(StoreFull) as refused:
            put(folder, key, DATA)
        assert read_whole(folder, "there/before") == DATA
    assert not refused.value.retry
    assert files(folder, "tmp") == []
    assert [found.key for found in folder.list()] == ["there/before"]
    put(folder, key, DATA)


CALLS = ("write", "fsync", "link", "replace", "mkdir")


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, StoreFull), (errno.EACCES, Denied), (errno.EIO, Unavailable)],
)
@pytest.mark.parametrize("call", CALLS)
def test_a_disk_that_fails_at_any_call_is_named_and_leaves_no_object(
    folder: FolderStore,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[StoreError],
) -> None:
    failures = 0
    for nth in range(1, 30):
        key = fresh_key(f"case-{nth}")
        with monkeypatch.context() as disk:
            disk.setattr(os, call, failing_at(nth, getattr(os, call), number))
            try:
                put(folder, key, DATA)
            except kind:
                failures += 1
            else:
                break
        assert files(folder, "tmp") == []
        put(folder, key, DATA)
        assert read_whole(folder, key) == DATA
    assert failures == {"write": 2, "fsync": 5, "link": 1, "replace": 1, "mkdir": 2}[call]


def failing_at(nth: int, real: Callable[..., object], number: int) -> Callable[..., object]:
    """The real call until the n-th, which fails."""
    seen = 0

    def call(*args: object, **options: object) -> object:
        nonlocal seen
        seen += 1
        if seen == nth:
            raise OSError(number, os.strerror(number))
        return real(*args, **options)

    return call


def test_an_interrupted_upload_is_swept_after_its_time_and_nothing_else(
    folder: FolderStore,
) -> None:
    put(folder, "signed/x", DATA)
    left = folder.root / "tmp" / "left-behind"
    left.write_bytes(b"half")
    assert folder.sweep() == 0
    assert folder.sweep(timedelta(0)) == 1
    assert not left.exists()
    assert read_whole(folder, "signed/x") == DATA


def test_the_record_is_readable_without_this_program(folder: FolderStore) -> None:
    key = fresh_key()
    put(folder, key, DATA, mime="application/pdf", meta={"title": "合約"})
    record = json.loads((folder.root / "objects" / f"{key}.meta").read_text("utf-8"))
    assert record["size"] == len(DATA)
    assert record["mime"] == "application/pdf"
    assert record["meta"] == {"title": "合約"}
