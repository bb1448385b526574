"""Whoosh's files in a folder, remembered while open: it leaves some open when it meets rot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from whoosh.filedb.filestore import FileStorage


class Files(FileStorage):  # type: ignore[misc]
    """The folder of an index; `let_go` closes what Whoosh forgot."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: WeakSet[Any] = WeakSet()

    def open_file(self, name: str, **how: Any) -> Any:
        """A file to read."""
        return self._remembered(super().open_file(name, **how))

    def create_file(self, name: str, **how: Any) -> Any:
        """A file to write."""
        return self._remembered(super().create_file(name, **how))

    def let_go(self) -> None:
        """Close every file that is still open; whoever uses one must open the index again."""
        for file in list(self._opened):
            with suppress(Exception):
                file.close()
        self._opened = WeakSet()

    def _remembered(self, file: Any) -> Any:
        self._opened.add(file)
        return file
