"""Encryption around any store, before bytes leave this process (R8.1.3).

Each object has a random data key, wrapped by the key ring and kept in a table (`Wraps`), not in
the object: a locked object cannot be rewritten when keys rotate, a row can. Losing the table or
the ring loses the archive; removing one row destroys one object for good.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Protocol, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keyring import KeyRing, Wrap
from storage.port import MIME, AlreadyExists, Blocks, Corrupt, Denied, Listed, ObjectStore, Stat
from storage.rules import check_key, check_upload, span
from storage.stream import CHUNK, SEALED, seal, sealed_size, unseal
from storage.upload import CheckedUpload

__all__ = ["EncryptedStore", "KeyRing", "Wrap", "Wraps"]

_IN_MEMORY = 8 << 20


class Wraps(Protocol):
    """The table of wrapped data keys by slot; each call commits on its own before it returns."""

    def add(self, slot: str, kid: str, wrapped: bytes, size: int, sha256: str) -> None:
        """Keep a wrap durably."""

    def find(self, slot: str) -> Wrap | None:
        """The wrap of a slot, or None."""

    def remove(self, slot: str) -> None:
        """Forget a wrap; a slot nobody knows is no error."""


class EncryptedStore:
    """An `ObjectStore` whose `inner` store sees ciphertext only; sizes and hashes are the plain's.

    A slot is the object's key and 16 hex digits of the ciphertext's hash. Its wrap is written
    before the object: a crash leaves a spare row, never an object nobody can read.
    """

    def __init__(self, inner: ObjectStore, ring: KeyRing, wraps: Wraps) -> None:
        self.inner, self.ring, self.wraps = inner, ring, wraps

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
        """See `ObjectStore.put`; metadata and type are not encrypted."""
        check_key(key)
        check_upload(size, sha256)
        data_key, digest = AESGCM.generate_key(256), hashlib.sha256()
        upload = CheckedUpload(data, size, sha256)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            for chunk in seal(upload, size, data_key, key):
                digest.update(chunk)
                spool.write(chunk)
            spool.seek(0)
            slot = _slot(key, digest.hexdigest())
            wrap = self.ring.wrap(data_key, slot, size, sha256)
            self.wraps.add(slot, wrap.kid, wrap.wrapped, size, sha256)
            try:
                stat = self.inner.put(
                    key,
                    cast("BinaryIO", spool),
                    sealed_size(size),
                    digest.hexdigest(),
                    mime=mime,
                    meta=meta,
                    retain_until=retain_until,
                )
            except AlreadyExists:
                self.wraps.remove(slot)
                return self._same(key, sha256, retain_until)
        return replace(stat, size=size, sha256=sha256)

    def stat(self, key: str) -> Stat:
        """See `ObjectStore.stat`; `Denied` when the data key was destroyed."""
        stat = self.inner.stat(key)
        wrap = self._wrap(stat)
        return replace(stat, size=wrap.size, sha256=wrap.sha256)

    def open(self, key: str, offset: int = 0, length: int | None = None) -> Blocks:
        """See `ObjectStore.open`; every chunk is authentic before any of it is handed out."""
        span(0, offset, length)
        with ExitStack() as refused:
            sealed = self.inner.open(key, *_chunks(offset, length))
            refused.callback(sealed.close)
            wrap = self._wrap(sealed.stat)
            data_key = self.ring.unwrap(wrap, _slot(key, sealed.stat.sha256))
            if sealed.stat.size != sealed_size(wrap.size):
                raise Corrupt(f"{key}: size differs from the key's record")
            stat = replace(sealed.stat, size=wrap.size, sha256=wrap.sha256)
            blocks = _opened(sealed, stat, data_key, offset, span(wrap.size, offset, length))
            refused.pop_all()
        return Blocks(stat, blocks, sealed.close)

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """See `ObjectStore.list`; sizes are the ciphertexts'."""
        return self.inner.list(prefix)

    def retain(self, key: str, until: datetime) -> None:
        """See `ObjectStore.retain`."""
        self.inner.retain(key, until)

    def hold(self, key: str, on: bool) -> None:
        """See `ObjectStore.hold`."""
        self.inner.hold(key, on)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`; the object goes first, its key after it."""
        slot = _slot(key, self.inner.stat(key).sha256)
        self.inner.delete(key)
        self.wraps.remove(slot)

    def _wrap(self, stat: Stat) -> Wrap:
        wrap = self.wraps.find(_slot(stat.key, stat.sha256))
        if wrap is None:
            raise Denied(f"{stat.key}: its data key was destroyed")
        return wrap

    def _same(self, key: str, sha256: str, retain_until: datetime | None) -> Stat:
        """A repeated put: equal plaintexts never have equal ciphertexts, so compare here."""
        found = self.stat(key)
        if found.sha256 != sha256:
            raise AlreadyExists(key)
        have = found.retain_until
        if retain_until and (have is None or have < retain_until):
            self.inner.retain(key, retain_until)
            return self.stat(key)
        return found


def _chunks(offset: int, length: int | None) -> tuple[int, int | None]:
    """Offset and length of the ciphertext that holds a span of the plaintext."""
    first = offset // CHUNK
    if not length:
        return first * SEALED, length
    return first * SEALED, ((offset + length - 1) // CHUNK - first + 1) * SEALED


def _opened(
    sealed: Blocks, stat: Stat, data_key: bytes, offset: int, left: int
) -> Generator[bytes]:
    """`left` plain bytes from `offset` on; an empty object is one chunk, which must be authentic."""
    if not left and stat.size:
        return
    first = offset // CHUNK
    skip = offset - first * CHUNK
    for plain in unseal(sealed, first, stat.size, data_key, stat.key):
        wanted = plain[skip : skip + left]
        skip, left = 0, left - len(wanted)
        yield wanted
    if left:
        raise Corrupt(f"{stat.key}: ends {left} bytes early")


def _slot(key: str, sealed_sha256: str) -> str:
    return f"{key}#{sealed_sha256[:16]}"
