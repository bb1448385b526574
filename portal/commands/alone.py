"""One portal per data folder and address: a second start says what is in its way and does nothing."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds between two looks at an address that is about to be let go.
LOOK = 0.2


class InTheWay(Exception):
    """What keeps the portal from starting here, in words."""


@contextmanager
def alone(data: Path) -> Iterator[bool]:
    """Hold the data folder while the block runs; raises `InTheWay` when another portal holds it.

    The lock ends with the process, however it ends. Gives whether the one before was killed, so
    that processes it started may still be ending.
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
        killed = bool(os.read(handle, 1))
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        try:
            yield killed
        finally:
            os.ftruncate(handle, 0)  # ended in order, perhaps with an error
    finally:
        os.close(handle)


def require_free(bind: str, patience: float = 0) -> None:
    """Raise `InTheWay` when somebody listens at this address already, or nobody may.

    An address in use is looked at again for `patience` seconds.
    """
    host, _colon, port = bind.rpartition(":")
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + patience
    while True:
        with socket.socket(kind) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((host.strip("[]"), int(port)))
            except OSError as reason:
                if reason.errno != errno.EADDRINUSE or time.monotonic() >= until:
                    said = (reason.strerror or str(reason)).lower()
                    raise InTheWay(
                        f"The portal cannot answer at {bind} ({said}); nothing was started."
                    ) from None
            else:
                return
        time.sleep(LOOK)  # a port that is in use cannot be waited for
