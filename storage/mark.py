"""Whether a folder is still the store it was: one mark inside it, and the same beside it.

A file system that is not mounted leaves an empty folder behind. Without a mark its objects would
seem to be missing one by one, and new ones would be put where the mount hides them afterwards.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from storage.disk import draft, sync_folder, write_all
from storage.port import Unavailable


class Mark:
    """The mark of the store below `root`; the one beside it is called ``<name>.mark``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._inside, self._beside = root / "mark", root.with_name(f"{root.name}.mark")
        self._right: tuple[int, int, int] | None = None  # the file that was found to be right

    def settle(self) -> bool:
        """At the start of a process: mark a store that begins here; whether the store is there.

        A store that came without the mark beside it, from a backup perhaps, is taken as it is.
        """
        if not self._beside.exists():
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            _keep(self._inside, secrets.token_hex(16))
            _keep(self._beside, self._inside.read_text("ascii"))
        return self._wrong() == ""

    def require(self) -> None:
        """Raise `Unavailable` in words unless the store is there."""
        if wrong := self._wrong():
            raise Unavailable(wrong)

    def _wrong(self) -> str:
        try:
            found = os.stat(self._inside)
            if (look := (found.st_dev, found.st_ino, found.st_mtime_ns)) == self._right:
                return ""  # nothing is read at each put
            text = self._inside.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return f"the store is not there: {self._root} has no mark; is it mounted?"
        if self._beside.exists() and text != self._beside.read_bytes():
            return (
                f"another store lies in {self._root}; if it is the right one, remove {self._beside}"
            )
        self._right = look
        return ""


def _keep(path: Path, text: str) -> None:
    """Write a file once, whole and durable; of two who write it at once the first wins."""
    with draft(path.parent) as (handle, new):
        write_all(handle, text.encode("ascii"))
        os.fsync(handle)
        try:
            os.link(new, path)
        except FileExistsError:
            return
    sync_folder(path.parent)
