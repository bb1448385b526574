"""File system steps of the folder store: durable writes, names that appear whole, plain errors."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.port import Denied, StoreError, StoreFull, Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the operating system says into the port's words."""
    try:
        yield
    except OSError as reason:
        kind: type[StoreError] = Unavailable
        if reason.errno in _FULL:
            kind = StoreFull
        elif reason.errno in _FORBIDDEN:
            kind = Denied
        raise kind(f"{reason.strerror}: {reason.filename or 'write'}") from reason


def write_all(handle: int, block: bytes) -> None:
    """Write every byte; one system call may take fewer."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def draft(folder: Path) -> Iterator[tuple[int, Path]]:
    """A new private file, open for writing; whatever happens, its name is gone afterwards."""
    path = folder / secrets.token_hex(8)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        yield handle, path
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other threads and processes out while the block runs."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class DurableFolders:
    """Makes folders whose own names survive a power cut; remembers which ones it synced."""

    def __init__(self, root: Path) -> None:
        self._root, self._known = root, {root}

    def make(self, folder: Path) -> None:
        """Make a folder below the root with its parents.

        A folder another process just made may not be durable yet, so the first use in this
        process syncs the parent even when the folder is there.
        """
        if folder in self._known and folder.is_dir():
            return
        if folder != self._root:
            self.make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(folder.parent)
            self._known.add(folder)
