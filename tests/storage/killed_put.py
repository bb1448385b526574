"""A child process that kills itself at the n-th change of the disk (run by test_folder_kill)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from storage.folder import FolderStore
from tests.storage.stored import put

CHANGES = ("open", "write", "fsync", "link", "replace", "unlink", "mkdir")
DATA = bytes(range(256)) * 6000  # more than one write of a mebibyte
KEY = "signed/2026/ab/paper"
UNTIL = datetime(2036, 1, 1, tzinfo=UTC)


def main(root: str, act: str, nth: int) -> None:
    """Do one act on the store below `root`, dying before its n-th change takes effect."""
    store = FolderStore(root)
    acts: dict[str, Callable[[], object]] = {
        "put": lambda: put(store, KEY, DATA, retain_until=UNTIL),
        "hold": lambda: store.hold(KEY, True),
        "delete": lambda: store.delete(KEY),
    }
    seen = 0

    def deadly(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **options: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == nth:
                if name == "write":
                    real(args[0], args[1][: len(args[1]) // 2])
                print(name, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        return call

    for name in CHANGES:
        setattr(os, name, deadly(name))
    acts[act]()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
