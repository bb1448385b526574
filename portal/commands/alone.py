"""One portal per data folder and address: a second start says what is in its way and does nothing."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InTheWay(Exception):
    """What keeps the portal from starting here, in words."""


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the data folder while the block runs; raises `InTheWay` when another portal holds it.

    The lock ends with the process, however it ends.
    """
    handle = os.open(data / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.read(handle, 20).decode("ascii", "replace").strip() or "?"
            raise InTheWay(
                f"The portal runs on {data} already (process {who}); nothing was started."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def require_free(bind: str) -> None:
    """Raise `InTheWay` when somebody listens at this address already, or nobody may."""
    host, _colon, port = bind.rpartition(":")
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host.strip("[]"), int(port)))
        except OSError as reason:
            said = (reason.strerror or str(reason)).lower()
            raise InTheWay(
                f"The portal cannot answer at {bind} ({said}); nothing was started."
            ) from None
