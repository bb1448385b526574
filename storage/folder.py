"""A store in a folder of one machine: no service, durable, write-once by a hard link.

`objects/<key>` holds the bytes and `objects/<key>.meta` the record, which is written first; an
object exists when both do. `tmp` holds uploads, `locks` 256 lock files, `lost` bytes that were
found without a record, `mark` what tells the store from an empty folder. Retention and holds are
rules of this code only: root can delete.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from storage import record
from storage.disk import DurableFolders, disk_errors, draft, locked, sync_folder, write_all
from storage.mark import Mark
from storage.port import MIME, AlreadyExists, Blocks, Corrupt, Listed, NotFound, Stat
from storage.rules import (
    check_free,
    check_grow,
    check_key,
    check_meta,
    check_prefix,
    check_upload,
    span,
    utc_now,
    whole_second,
)
from storage.upload import CheckedUpload

_WRITE = 1 << 20
_READ = 1 << 18


class FolderStore:
    """An `ObjectStore` below `root`, which must be one file system; `now` tells the time in UTC.

    While the file system is not mounted everything is `Unavailable`, and works again once it is.
    """

    def __init__(self, root: str | Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self.root, self._now = Path(root), now
        self._objects = self.root / "objects"
        self._drafts = self.root / "tmp"
        self._mark = Mark(self.root)
        with disk_errors():
            if self._mark.settle():
                for folder in (self._objects, self._drafts, self.root / "locks"):
                    folder.mkdir(exist_ok=True, mode=0o700)
        self._folders = DurableFolders(self._objects)

    def put(
        self,
        key: str,
        data: BinaryIO,
        size: int,
        sha256: str,
        *,
        mime: str = MIME,
        meta: Mapping[str, str] | None = None,
        retain_until: datetime | None = None,
    ) -> Stat:
        """See `ObjectStore.put`: no name without whole, synced bytes and a synced record."""
        path = self._path(key)
        check_upload(size, sha256)
        until = whole_second(retain_until) if retain_until else None
        stat = Stat(key, size, sha256, mime, check_meta(meta), until)
        with disk_errors():
            self._mark.require()
        if found := self._found(key):
            return self._same(found, stat)
        with disk_errors(), draft(self._drafts) as (handle, whole):
            upload = CheckedUpload(data, size, sha256)
            while block := upload.read(_WRITE):
                write_all(handle, block)
            upload.finish()
            os.fsync(handle)
            with self._lock(key):
                if found := self._found(key):
                    return self._same(found, stat, in_lock=True)
                self._publish(stat, whole, path)
        return stat

    def stat(self, key: str) -> Stat:
        """See `ObjectStore.stat`; a file of another size than recorded is `Corrupt`."""
        path = self._path(key)
        with disk_errors():
            try:
                size = path.stat().st_size
                text = _record_path(path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                self._mark.require()
                raise NotFound(key) from None
        stat = record.from_json(key, text)
        if size != stat.size:
            raise Corrupt(f"{key}: {size} bytes on disk, {stat.size} recorded")
        return stat

    def open(self, key: str, offset: int = 0, length: int | None = None) -> Blocks:
        """See `ObjectStore.open`; a whole read is hashed on the way."""
        stat = self.stat(key)
        return Blocks(stat, self._blocks(stat, offset, span(stat.size, offset, length)))

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """See `ObjectStore.list`; bytes without a record are not listed."""
        start = self._objects / check_prefix(prefix).rpartition("/")[0]
        with disk_errors():
            self._mark.require()
        for folder, folders, names in os.walk(start):
            folders.sort()
            whole = set(names)
            for name in sorted(n for n in names if f"{n}.meta" in whole):
                path = Path(folder) / name
                key = path.relative_to(self._objects).as_posix()
                if key.startswith(prefix) and (found := _listed(key, path)):
                    yield found

    def retain(self, key: str, until: datetime) -> None:
        """See `ObjectStore.retain`: a rule of the application, not of the disk."""
        with disk_errors(), self._lock(key):
            self._retain(self.stat(key), whole_second(until))

    def hold(self, key: str, on: bool) -> None:
        """See `ObjectStore.hold`: a rule of the application, not of the disk."""
        with disk_errors(), self._lock(key):
            self._write_record(replace(self.stat(key), legal_hold=on))
            sync_folder(self._path(key).parent)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`; the bytes go first, a record alone counts as nothing."""
        path = self._path(key)
        with disk_errors(), self._lock(key):
            check_free(self.stat(key), self._now())
            os.unlink(path)
            os.unlink(_record_path(path))
            sync_folder(path.parent)

    def sweep(self, older: timedelta = timedelta(days=1)) -> int:
        """Remove uploads a killed process left behind; returns how many."""
        limit, swept = (self._now() - older).timestamp(), 0
        with disk_errors():
            for path in self._drafts.iterdir():
                if path.stat().st_mtime <= limit:
                    path.unlink(missing_ok=True)
                    swept += 1
        return swept

    def _path(self, key: str) -> Path:
        return self._objects / check_key(key)

    def _lock(self, key: str) -> AbstractContextManager[None]:
        stripe = hashlib.sha256(check_key(key).encode()).hexdigest()[:2]
        return locked(self.root / "locks" / stripe)

    def _found(self, key: str) -> Stat | None:
        try:
            return self.stat(key)
        except NotFound:
            return None

    def _same(self, found: Stat, asked: Stat, *, in_lock: bool = False) -> Stat:
        """A repeated put: the object that is there, or `AlreadyExists` for other bytes."""
        if found.sha256 != asked.sha256:
            raise AlreadyExists(found.key)
        with disk_errors():
            # The first put may have died after naming the object and before syncing the name.
            sync_folder(self._path(found.key).parent)
        until = asked.retain_until
        if until is None or (found.retain_until and found.retain_until >= until):
            return found
        if in_lock:
            return self._retain(found, until)
        self.retain(found.key, until)
        return replace(found, retain_until=until)

    def _retain(self, stat: Stat, until: datetime) -> Stat:
        longer = replace(check_grow(stat, until), retain_until=until)
        self._write_record(longer)
        sync_folder(self._path(stat.key).parent)
        return longer

    def _publish(self, stat: Stat, whole: Path, path: Path) -> None:
        """Give durable bytes their name; the record comes before it, one sync covers both."""
        try:
            self._folders.make(path.parent)
        except (FileExistsError, NotADirectoryError):
            raise AlreadyExists(f"{stat.key}: a part of its path is an object") from None
        if path.is_dir():
            raise AlreadyExists(f"{stat.key}: objects lie below it")
        if path.is_file():
            # Its record was lost in a power cut, so nobody was promised it; still, keep the bytes.
            lost = self.root / "lost"
            lost.mkdir(mode=0o700, exist_ok=True)
            os.replace(path, lost / whole.name)
        self._write_record(stat)
        os.link(whole, path)
        sync_folder(path.parent)

    def _write_record(self, stat: Stat) -> None:
        with draft(self._drafts) as (handle, path):
            write_all(handle, record.to_json(stat))
            os.fsync(handle)
            os.replace(path, _record_path(self._path(stat.key)))

    def _blocks(self, stat: Stat, offset: int, left: int) -> Generator[bytes]:
        whole = hashlib.sha256() if left == stat.size else None
        with disk_errors(), open(self._path(stat.key), "rb", buffering=0) as file:
            file.seek(offset)
            while left > 0 and (block := file.read(min(left, _READ))):
                left -= len(block)
                if whole:
                    whole.update(block)
                yield block
        if left or (whole and whole.hexdigest() != stat.sha256):
            raise Corrupt(f"{stat.key}: bytes differ from the record")


def _listed(key: str, path: Path) -> Listed | None:
    with disk_errors():
        try:
            found = path.stat()
        except FileNotFoundError:
            return None  # deleted meanwhile
    return Listed(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _record_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.meta")
