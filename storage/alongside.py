"""SHA-256 of what passes by, worked out on another core while the next block is fetched."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType


class Digest:
    """The digest of blocks in their order.

    Hashing 20 MiB takes about as long as a fast server needs to send them, so both are done at the
    same time. The first block is counted in at once: small objects come in one and need no thread.
    """

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._begun = False
        self._pool: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def __enter__(self) -> Digest:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _reason: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def update(self, block: bytes) -> None:
        """Count the next block in; a later one is still being counted when this returns."""
        self._wait()
        if not self._begun:
            self._sum.update(block)
            self._begun = True
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="digest")
        self._last = self._pool.submit(self._sum.update, block)

    def hexdigest(self) -> str:
        """The digest of all blocks; 64 hex digits."""
        self._wait()
        return self._sum.hexdigest()

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()
            self._last = None
