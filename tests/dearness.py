"""What costs much on purpose or once per start of a server costs these processes little."""

from __future__ import annotations

from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache

from portal.organization import passwords


class _Remembered(BytecodeCache):
    """The code of page templates, whatever application of this process compiled them first."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled from the same text under the same name."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


_CODE: dict[str, _Remembered] = {}


class _Remembering(Environment):
    """The environment of an application; those with the same settings share their code."""

    def __init__(self, app: Flask, **options: Any) -> None:
        code = _CODE.setdefault(repr(sorted(options.items(), key=str)), _Remembered())
        super().__init__(app, bytecode_cache=code, **options)


def cheapened() -> None:
    """Page templates are compiled once, and a password's hash is no work; how much work it is in the
    product has a test of its own.
    """
    Flask.jinja_environment = _Remembering
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._decoy = passwords._hasher.hash("nobody has this password")
