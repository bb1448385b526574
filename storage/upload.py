"""A reader that hashes and counts what passes, so a wrong upload never becomes an object."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from storage.port import Corrupt


class CheckedUpload:
    """Wraps the caller's stream; raises `Corrupt` before the last bytes are handed on."""

    def __init__(self, raw: BinaryIO, size: int, sha256: str) -> None:
        self._raw, self._size, self._want = raw, size, sha256
        self._seen, self._hash = 0, hashlib.sha256()
        if size == 0:
            self.finish()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, never more than were announced; nothing at the end."""
        rest = self._size - self._seen
        block = self._raw.read(rest if size < 0 else min(size, rest)) if rest else b""
        self._hash.update(block)
        self._seen += len(block)
        if block and self._seen == self._size:
            self.finish()
        return block

    def finish(self) -> None:
        """`Corrupt` unless the stream held the announced bytes and not one more."""
        if self._seen != self._size:
            raise Corrupt(f"upload ended after {self._seen} of {self._size} bytes")
        if self._raw.read(1):
            raise Corrupt(f"upload is longer than {self._size} bytes")
        if self._hash.hexdigest() != self._want:
            raise Corrupt("upload has another SHA-256 than announced")
