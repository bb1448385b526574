"""AES-256-GCM over 64 KiB chunks: order, end and owner of every chunk are authenticated.

The construction is STREAM: the nonce is the chunk's number and a last-chunk flag, so chunks can
be neither swapped, dropped nor appended. Nonces repeat between objects, so every object has a
random key of its own. The associated data is the object's key.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.port import Corrupt
from storage.upload import CheckedUpload

CHUNK = 64 * 1024
SEALED = CHUNK + 16


def seal(upload: CheckedUpload, size: int, data_key: bytes, key: str) -> Iterator[bytes]:
    """The ciphertext of `size` bytes chunk by chunk; an empty object is one empty chunk."""
    cipher = AESGCM(data_key)
    last = last_chunk(size)
    for number in range(last + 1):
        plain = _exactly(upload, min(CHUNK, size - number * CHUNK))
        yield cipher.encrypt(_nonce(number, number == last), plain, key.encode())


def unseal(
    sealed: Iterable[bytes], first: int, size: int, data_key: bytes, key: str
) -> Iterator[bytes]:
    """Plain chunks from number `first` on; `size` is that of the whole plaintext.

    Raises `Corrupt` before handing out anything of a chunk that is not authentic.
    """
    cipher = AESGCM(data_key)
    last, number, rest = last_chunk(size), first, bytearray()
    for block in sealed:
        rest += block
        while len(rest) >= (want := SEALED if number < last else size - last * CHUNK + 16):
            chunk = bytes(rest[:want])
            del rest[:want]
            try:
                yield cipher.decrypt(_nonce(number, number == last), chunk, key.encode())
            except InvalidTag:
                raise Corrupt(f"{key}: chunk {number} is not authentic") from None
            number += 1
            if number > last:
                break
    if rest:
        raise Corrupt(f"{key}: bytes that belong to no chunk")


def last_chunk(size: int) -> int:
    """The number of the last chunk of `size` plain bytes."""
    return max(0, (size - 1) // CHUNK)


def sealed_size(size: int) -> int:
    """How many bytes the ciphertext of `size` plain bytes has."""
    return size + 16 * (last_chunk(size) + 1)


def _nonce(number: int, last: bool) -> bytes:
    return bytes(7) + struct.pack(">I?", number, last)


def _exactly(upload: CheckedUpload, size: int) -> bytes:
    """`size` bytes though a stream may hand out fewer at a time; `Corrupt` when it ends early."""
    block = upload.read(size)
    while len(block) < size and (more := upload.read(size - len(block))):
        block += more
    if len(block) < size:
        upload.finish()
    return block
