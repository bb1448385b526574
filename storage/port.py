"""What the portal knows of a store: seven errors, one description of an object, eight calls."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, ClassVar, Protocol

MIME = "application/octet-stream"


class StoreError(Exception):
    """Base of everything a store raises; `retry` says whether a job may try the same call again."""

    retry: ClassVar[bool] = False


class NotFound(StoreError):
    """No object has this key."""


class AlreadyExists(StoreError):
    """The key is taken by other bytes: a bug or an attack; never overwritten."""


class Locked(StoreError):
    """Retention or a legal hold forbids the act (R10.6); `until` when, where a day was told."""

    def __init__(self, words: str = "", until: datetime | None = None) -> None:
        super().__init__(words)
        self.until = until


class Corrupt(StoreError):
    """The bytes do not match the size or the SHA-256 recorded or announced for them."""


class Denied(StoreError):
    """Credentials, policy, set-up or a missing key: an operator must act."""


class StoreFull(StoreError):
    """There is no room for these bytes; reading still works."""


class Unavailable(StoreError):
    """The store does not answer, or not sensibly; the outcome of a write is unknown."""

    retry: ClassVar[bool] = True


@dataclass(frozen=True)
class Stat:
    """One stored object: size in bytes, SHA-256 in hex, retention in aware UTC."""

    key: str
    size: int
    sha256: str
    mime: str = MIME
    meta: Mapping[str, str] = field(default_factory=dict)
    retain_until: datetime | None = None
    legal_hold: bool = False
    version_id: str | None = None


class Blocks(Iterator[bytes]):
    """An object being read: `stat` describes it, and its bytes come block by block.

    It may hold a connection from the beginning on. Its end, an error, `close` and being dropped
    give that back, also before the first block; a generator that never started would keep it.
    """

    def __init__(
        self, stat: Stat, blocks: Generator[bytes], release: Callable[[], None] | None = None
    ) -> None:
        self.stat, self._blocks, self._release = stat, blocks, release

    def __next__(self) -> bytes:
        """The next block; `Corrupt` when the bytes are not those described."""
        try:
            return next(self._blocks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Read no further; repeatable, and possible from another thread."""
        self._blocks.close()
        release, self._release = self._release, None
        if release is not None:
            release()

    def __del__(self) -> None:
        """A reader nobody wants any more lets go by itself."""
        self.close()


@dataclass(frozen=True)
class Listed:
    """One object as a listing shows it: the bytes it takes in the store, and since when (UTC).

    Since when is told by the store's own clock: what was put again unchanged keeps its time.
    """

    key: str
    size: int
    since: datetime


class ObjectStore(Protocol):
    """A write-once store; any call may raise a `StoreError`, a bad argument is a `ValueError`."""

    def put(
        self,
        key: str,
        data: BinaryIO,
        size: int,
        sha256: str,
        *,
        mime: str = MIME,
        meta: Mapping[str, str] | None = None,
        retain_until: datetime | None = None,
    ) -> Stat:
        """Store exactly `size` bytes with this SHA-256 under a key nobody has used.

        Returning means whole and durable. The same bytes again are a success (a retry), and a
        longer retention then holds; other bytes are `AlreadyExists`, a wrong upload is `Corrupt`.
        """

    def stat(self, key: str) -> Stat:
        """Describe an object without reading it; raises `NotFound`."""

    def open(self, key: str, offset: int = 0, length: int | None = None) -> Blocks:
        """The bytes from `offset`, at most `length` of them; past the end there are none.

        `NotFound` comes at the call, and so does `Unavailable` unless the store fails later on;
        `Corrupt` of a whole object at the latest after its last block: what must not leave
        unverified is read with `read_whole`.
        """

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """The objects whose keys begin with `prefix`, in no promised order."""

    def retain(self, key: str, until: datetime) -> None:
        """Forbid deletion before `until`; retention only grows, else `Locked` (R10.6).

        A moment that is over is no error: it protects nothing.
        """

    def hold(self, key: str, on: bool) -> None:
        """Set or lift the legal hold, which forbids deletion without a date (R10.6)."""

    def delete(self, key: str) -> None:
        """Destroy an object for good; `Locked` while anything protects it. Repeatable.

        Where a store keeps versions, every one of the key goes, also what somebody hid around the
        port, whose `stat` is `NotFound`: afterwards nobody reads any of it.
        """


def read_whole(store: ObjectStore, key: str) -> bytes:
    """All bytes of an object, verified against its record before the first one is handed out."""
    whole = io.BytesIO()  # half the memory of joined blocks, whose filling costs most of a read
    for block in store.open(key):
        whole.write(block)
    return whole.getvalue()
