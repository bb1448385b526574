"""A thread that keeps saying "still alive" from beside a long piece of work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.kernel.db import remove_session

log = logging.getLogger(__name__)


@contextmanager
def beating(beat: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `beat` every so many seconds, in a thread of its own, while the block runs.

    A beat that fails is logged and the next one tried; the block never hears of it.
    """
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(seconds):
            try:
                beat()
            except Exception:
                log.exception("a heartbeat failed; the next one follows")
            finally:
                remove_session()

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
