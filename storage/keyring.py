"""The keys that wrap data keys: one current, older ones kept until nothing needs them."""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.port import Corrupt, Denied

_KID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_NONCE = 12


@dataclass(frozen=True)
class Wrap:
    """A wrapped data key with what the ciphertext hides: size in bytes and SHA-256 of the plain."""

    kid: str
    wrapped: bytes
    size: int
    sha256: str


class KeyRing:
    """32-byte keys by name; `current` wraps, the others only unwrap.

    A wrap is bound to its slot, size and hash: a row moved or altered in the table is `Corrupt`.
    """

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        for kid, key in keys.items():
            if not _KID.fullmatch(kid) or len(key) != 32:
                raise ValueError(f"key {kid!r}: a short ASCII name and 32 bytes are needed")
        if current not in keys:
            raise ValueError(f"current key {current!r} is not in the ring")
        self._keys, self.current = dict(keys), current

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read `{"current": kid, "keys": {kid: base64}}`; the file must be closed to others."""
        path = Path(path)
        if path.stat().st_mode & 0o027:
            raise ValueError(f"{path}: others may read or the group may write the store's keys")
        try:
            fields = json.loads(path.read_text("utf-8"))
            keys = {k: base64.b64decode(v, validate=True) for k, v in fields["keys"].items()}
            return cls(keys, fields["current"])
        except (KeyError, TypeError, AttributeError, ValueError) as reason:
            raise ValueError(f"{path}: not a key ring: {reason}") from reason

    def __repr__(self) -> str:
        """Names only."""
        return f"KeyRing({sorted(self._keys)}, current={self.current!r})"

    @property
    def kids(self) -> frozenset[str]:
        """The names of its keys."""
        return frozenset(self._keys)

    @property
    def keys(self) -> dict[str, bytes]:
        """The keys themselves by name, for whoever must know them again."""
        return dict(self._keys)

    def wrap(self, data_key: bytes, slot: str, size: int, sha256: str) -> Wrap:
        """Wrap a data key under the current key."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = AESGCM(self._keys[self.current])
        box = nonce + cipher.encrypt(nonce, data_key, _bound(slot, size, sha256))
        return Wrap(self.current, box, size, sha256)

    def unwrap(self, wrap: Wrap, slot: str) -> bytes:
        """The data key; `Denied` without its key in the ring, `Corrupt` for an altered wrap."""
        if wrap.kid not in self._keys:
            raise Denied(f"key {wrap.kid!r} is not in the ring")
        nonce, box = wrap.wrapped[:_NONCE], wrap.wrapped[_NONCE:]
        try:
            cipher = AESGCM(self._keys[wrap.kid])
            return cipher.decrypt(nonce, box, _bound(slot, wrap.size, wrap.sha256))
        except (InvalidTag, ValueError):
            raise Corrupt(f"{slot}: altered key wrap") from None

    def rewrap(self, wrap: Wrap, slot: str) -> Wrap:
        """The same data key under the current key: rotation reads and rewrites no object.

        A wrap that is current already comes back as it is.
        """
        if wrap.kid == self.current:
            return wrap
        return self.wrap(self.unwrap(wrap, slot), slot, wrap.size, wrap.sha256)


def _bound(slot: str, size: int, sha256: str) -> bytes:
    return f"{slot}\n{size}\n{sha256}".encode()
