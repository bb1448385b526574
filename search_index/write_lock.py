"""One writer at a time, across threads and processes; a dead writer's lock is let go."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search_index.errors import IndexBusy, own_errors

_PAUSE = 0.05


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock file at `path`; raises `IndexBusy` after `wait` seconds, naming the holder."""
    with own_errors("locking the index"):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, time.monotonic() + wait)
        with suppress(OSError):  # on a full disk whoever waits is not told for whom
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
                raise IndexBusy(f"the index is being written by process {holder}") from None
            time.sleep(_PAUSE)  # a file lock cannot be waited for with a limit
