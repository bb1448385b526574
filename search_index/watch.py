"""Whether the files of an index in use are still as they were written: rot, cuts and losses are told at once.

An engine maps its files into memory: what is cut off below it would end the whole process, and
what is altered would be answered from. So before each search the files are looked at, and those
that are new or were touched are read whole and compared with the manifest.
"""

from __future__ import annotations

from pathlib import Path

from search_index import manifest
from search_index.errors import IndexBroken
from search_index.manifest import Manifest

Look = tuple[int, int, int]


class Watch:
    """Watches one folder of an index; `look` before every use."""

    def __init__(self, folder: Path, engine: str) -> None:
        self._folder, self._engine = folder, engine
        self._listed: Look | None = None
        self._seen: dict[str, Look] = {}

    def look(self) -> None:
        """Raise `IndexBroken` when a file of the manifest is not what it says."""
        while True:
            listed = _look(self._folder / manifest.NAME)
            known = None
            if listed is None or listed != self._listed:
                known = manifest.read(self._folder, self._engine)
            names = self._seen if known is None else known.files
            now = {name: _look(self._folder / name) for name in names}
            # Writers remove files before they write the manifest anew.
            lost = [name for name, found in now.items() if found is None]
            if lost and not (self._folder / manifest.WRITING).exists():
                if listed != _look(self._folder / manifest.NAME):
                    continue  # a writer came to its end between two looks
                raise IndexBroken(f"{lost[0]}: the file is gone")
            break
        there = {name: found for name, found in now.items() if found is not None}
        touched = [name for name, found in there.items() if self._seen.get(name) != found]
        if touched:
            self._compare(touched, known or manifest.read(self._folder, self._engine))
        self._listed, self._seen = listed, there

    def _compare(self, names: list[str], known: Manifest) -> None:
        """Read files whole; one that a writer removed meanwhile is no fault."""
        only = {name: known.files[name] for name in names if name in known.files}
        part = Manifest(known.engine, known.entries, known.whole, files=only)
        for fault in manifest.faults(self._folder, part):
            if (self._folder / fault.partition(":")[0]).exists():
                raise IndexBroken(fault)


def _look(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
