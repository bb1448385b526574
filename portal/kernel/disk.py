"""Files written so that a power cut leaves them whole or not there at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file for its owner alone, in place of any before; it is durable when this returns.

    Raises `OSError`: then nothing of it stands under this name. Whoever is killed on the way leaves
    a draft with a leading dot beside it.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
        sync(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def sync(folder: Path) -> None:
    """Make the names in a folder durable: those that came, and those that went."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
