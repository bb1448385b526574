"""Processes tied to the one that started them: when it is gone, however it went, they end by themselves.

They get the reading end of a pipe as standard input, whose other end only the starter holds. The
system closes it even for a starter that was killed, and no process id can be mistaken for another.
Named as gunicorn's configuration (``--config python:portal.commands.tied``) this ties the web too.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STANDARD_INPUT = 0


@contextmanager
def line() -> Iterator[int]:
    """What the started processes get as standard input; it ends with the block or this process."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def hold() -> None:
    """From now on, take the end of standard input for the order to stop (SIGTERM)."""

    def listen() -> None:
        while os.read(STANDARD_INPUT, 1024):
            pass  # nobody says anything; only the end counts
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=listen, name="tied", daemon=True).start()


def when_ready(_server: object) -> None:
    """Gunicorn's master listens, before it makes its workers."""
    hold()
