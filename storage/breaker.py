"""A circuit breaker: a store that keeps failing is left alone for a while, and callers told so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from storage.port import Unavailable


class Breaker:
    """Opens after `limit` failures in a row, then lets one call through every `rest` seconds."""

    def __init__(
        self,
        limit: int = 5,
        rest: float = 15.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._rest, self._monotonic = limit, rest, monotonic
        self._failures, self._resting_until = 0, 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Unavailable` at once while resting; the call let through is the test."""
        with self._lock:
            if self._failures < self._limit:
                return
            if self._monotonic() < self._resting_until:
                raise Unavailable("resting after repeated failures")
            self._resting_until = self._monotonic() + self._rest

    def note(self, answered: bool) -> None:
        """Count an outcome; one answer closes the breaker again."""
        with self._lock:
            self._failures = 0 if answered else self._failures + 1
            if self._failures >= self._limit:
                self._resting_until = self._monotonic() + self._rest
