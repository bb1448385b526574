"""Where the index stands: one folder in use, rebuilt beside and swapped, checked for rot.

Under the root (mode 0700): `current`, one line naming the folder in use; folders named
``<engine>-<schema>-<stamp>``; `writer.lock`. A file `writing` in a folder says that a writer is at
work or was killed there. The index is derived data: any fault is mended by `rebuild`.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from search_index import manifest
from search_index.errors import IndexBroken, SearchIndexError, own_errors
from search_index.manifest import Manifest
from search_index.port import SCHEMA, Entry, Index, Scope
from search_index.watch import Watch
from search_index.write_lock import locked

KEEP_FORMER = 24 * 3600
"""Seconds the folder used before stays after a swap, for readers that still have it open."""

WAIT = 5.0
_REPORT_EVERY = 100
_BUILDING = ".building"
_NAME = re.compile(r"[a-z]{1,20}-\d{1,6}-\d{1,20}")

Progress = Callable[[int], None]


class Shelf:
    """The index of one installation. `make` opens an engine in a folder (its class will do).

    `clock` gives seconds since the epoch. Readers never wait for writers or rebuilds.
    """

    def __init__(
        self, root: Path, make: Callable[[Path], Index], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._root = root
        self._make = make
        self._engine = str(getattr(make, "engine", "index"))
        self._clock = clock
        self._guard = Lock()
        self._open: tuple[tuple[int, int], Index, Watch] | None = None
        with suppress(SearchIndexError):  # said to whoever searches or writes
            self._prepare()

    def reader(self) -> Index:
        """The index in use, reopened when a rebuild has swapped it; `IndexBroken` if there is none
        or its files are not as they were written.

        For searching only, at once: ask again for the next search. What writes goes through `writer`.
        """
        with self._guard:
            state = self._state()
            if self._open is None or self._open[0] != state:
                self._let_go()
                folder = self._current()
                watch = Watch(folder, self._engine)
                watch.look()
                self._open = (state, self._opened(folder), watch)
                return self._open[1]
            try:
                self._open[2].look()
            except IndexBroken:
                self._let_go()
                raise
            return self._open[1]

    @contextmanager
    def writer(self, wait: float = WAIT) -> Iterator[Index]:
        """The index in use, for writing by one at a time; `IndexBusy` after `wait` seconds.

        Where there is none yet an empty one is begun; `check` reports it until a rebuild.
        """
        with self._locked(wait):
            if not (self._root / "current").exists():
                self._build((), None, whole=False)
            folder = self._current()
            known = manifest.read(folder, self._engine)
            with own_errors("preparing to write"):
                (folder / manifest.WRITING).touch()
            index = self._opened(folder)
            try:
                index.tidy()
                yield index
            finally:
                self._settle(folder, index, known)

    def whole(self) -> bool:
        """Whether the index in use was made by a rebuild; one begun empty lacks what was before it.

        Raises `IndexBroken` when its manifest cannot be read.
        """
        if not (self._root / "current").exists():
            return False
        return manifest.read(self._current(), self._engine).whole

    def rebuild(self, entries: Iterable[Entry], progress: Progress | None = None) -> int:
        """Make the index anew from `entries` beside the one in use, verify it, swap; how many.

        `progress` is called with the number written so far. Searching goes on in the former index
        until the swap. If anything fails the former index stays.
        """
        with self._locked(WAIT):
            return self._build(entries, progress, whole=True)

    def check(self) -> list[str]:
        """Every fault of the index in use, in words for an administrator; none when it is sound."""
        with self._locked(WAIT):
            try:
                folder = self._current()
                known = manifest.read(folder, self._engine)
                if (folder / manifest.WRITING).exists():
                    known = self._recovered(folder, known)
                found = [] if known.whole else ["the index was begun empty and never rebuilt"]
                found += manifest.faults(folder, known)
                return found or self._miscounts(folder, known.entries)
            except SearchIndexError as error:
                return [str(error)]

    def close(self) -> None:
        """Let go of files; a later call opens them again."""
        with self._guard:
            self._let_go()

    @contextmanager
    def _locked(self, wait: float) -> Iterator[None]:
        self._prepare()
        with locked(self._root / "writer.lock", wait):
            yield

    def _prepare(self) -> None:
        """The folder, for its owner only."""
        with own_errors("making the index folder"):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._root.stat().st_mode & 0o777 != 0o700:
                self._root.chmod(0o700)

    def _state(self) -> tuple[int, int]:
        """Changes whenever `current` does."""
        try:
            found = (self._root / "current").stat()
        except OSError as error:
            raise IndexBroken("there is no index; it must be built") from error
        return found.st_ino, found.st_mtime_ns

    def _current(self) -> Path:
        """The folder in use."""
        with own_errors("finding the index in use"):
            name = (self._root / "current").read_text(encoding="ascii").strip()
        if not _NAME.fullmatch(name) or not (self._root / name).is_dir():
            raise IndexBroken("the folder of the index in use is missing")
        return self._root / name

    def _opened(self, folder: Path) -> Index:
        with own_errors("opening the index"):
            return self._make(folder)

    def _let_go(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _settle(self, folder: Path, index: Index, known: Manifest) -> None:
        """After writing, list the files as they are; if that fails the next writer does it."""
        try:
            with suppress(SearchIndexError, OSError):
                count = index.count()
                manifest.write(folder, self._engine, count, whole=known.whole, known=known)
                (folder / manifest.WRITING).unlink(missing_ok=True)
        finally:
            index.close()

    def _recovered(self, folder: Path, known: Manifest) -> Manifest:
        """Clean up after a killed writer: its half-written files go, its committed ones count."""
        index = self._opened(folder)
        try:
            index.tidy()
        finally:
            self._settle(folder, index, known)
        return manifest.read(folder, self._engine)

    def _build(self, entries: Iterable[Entry], progress: Progress | None, *, whole: bool) -> int:
        self._clear_out()
        name = f"{self._engine}-{SCHEMA}-{time.time_ns()}"
        building = self._root / f"{name}{_BUILDING}"
        try:
            count = self._filled(building, entries, progress)
            if faults := self._miscounts(building, count):
                raise IndexBroken(f"the rebuilt index is not as it should be: {faults[0]}")
            with own_errors("listing the rebuilt index"):
                manifest.write(building, self._engine, count, whole=whole, known=None)
                building.rename(self._root / name)
                self._swap(name)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        return count

    def _filled(self, folder: Path, entries: Iterable[Entry], progress: Progress | None) -> int:
        ids: set[int] = set()

        def counted() -> Iterator[Entry]:
            """The entries, counting ids and telling progress as they go by."""
            for entry in entries:
                yield entry
                ids.add(entry.id)
                if progress and len(ids) % _REPORT_EVERY == 0:
                    progress(len(ids))

        index = self._opened(folder)
        try:
            index.upsert(counted())
        finally:
            index.close()
        if progress:
            progress(len(ids))
        return len(ids)

    def _miscounts(self, folder: Path, entries: int) -> list[str]:
        """What is wrong unless the index in `folder` opens and every way of counting agrees."""
        index = self._opened(folder)
        try:
            ways = {
                "counted": index.count(),
                "listed": len(index.fingerprints()),
                "found": index.search("", Scope(None), size=0).total,
            }
        finally:
            index.close()
        return [f"{n} papers {way}, not {entries}" for way, n in ways.items() if n != entries]

    def _swap(self, name: str) -> None:
        with suppress(SearchIndexError):
            os.utime(self._current(), (self._clock(), self._clock()))
        manifest.replace(self._root / "current", f"{name}\n".encode())

    def _clear_out(self) -> None:
        """Remove builds that were killed and folders that have been out of use for a day."""
        with suppress(OSError, UnicodeDecodeError):
            used = (self._root / "current").read_text(encoding="ascii").strip()
            for folder in self._root.iterdir():
                former = _NAME.fullmatch(folder.name) and folder.name != used
                old = self._clock() - folder.stat().st_mtime > KEEP_FORMER
                if former and old:
                    shutil.rmtree(folder, ignore_errors=True)
        for killed in self._root.glob(f"*{_BUILDING}"):
            shutil.rmtree(killed, ignore_errors=True)
