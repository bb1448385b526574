"""Columns whose values the database must not know: AES-GCM with a key kept outside of it.

Where the same value must be found again, a fingerprint made with that key stands beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

_key: bytes | None = None


def use_key(key: bytes) -> None:
    """Set the installation's 32-byte field key, once, at start."""
    global _key
    _key = key


def _field_key() -> bytes:
    if _key is None:
        raise RuntimeError("the field key is set when the application starts")
    return _key


def _cipher() -> AESGCM:
    return AESGCM(_field_key())


def fingerprint(purpose: str, value: str) -> str:
    """By what a value is known again: 64 hex digits, which nobody can make or try without the key.

    Each purpose has a key of its own, derived from the field key, so that equal values of two
    purposes cannot be told to be equal.
    """
    own = hmac.new(_field_key(), f"fingerprints of {purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(own, value.encode(), hashlib.sha256).hexdigest()


class Sealed(TypeDecorator[str]):
    """Text, encrypted on its way in; equal values give different bytes, so it cannot be sought."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Nonce and ciphertext in base64."""
        if value is None or value == "":
            return None
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, value.encode(), None)).decode()

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """The text; raises `cryptography.exceptions.InvalidTag` when it was tampered with."""
        if value is None:
            return None
        raw = base64.b64decode(value)
        return _cipher().decrypt(raw[:12], raw[12:], None).decode()
