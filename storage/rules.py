"""Rules every store obeys alike: names, metadata, spans, and what protects an object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from storage.port import Locked, Stat

# 200: a folder store appends ".meta", and file names end at 255.
_SEGMENT = r"[a-z0-9][a-z0-9._-]{0,199}(?<!\.meta)"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
_PREFIX = re.compile(r"([a-z0-9][a-z0-9._-]*/)*([a-z0-9][a-z0-9._-]*)?")
_META_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
KEY_LIMIT = 255
META_LIMIT = 1024


def check_key(key: str) -> str:
    """The key itself; `ValueError` unless it is lower-case ASCII: segments of 200, 255 in all."""
    if len(key) > KEY_LIMIT or not _KEY.fullmatch(key):
        raise ValueError(f"bad object key: {key!r}")
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself; `ValueError` unless some key can begin with it."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"bad key prefix: {prefix!r}")
    return prefix


def check_upload(size: int, sha256: str) -> None:
    """`ValueError` unless the announced size and SHA-256 are possible."""
    if size < 0 or not _SHA256.fullmatch(sha256):
        raise ValueError(f"bad size or SHA-256: {size}, {sha256!r}")


def check_meta(meta: Mapping[str, str] | None) -> dict[str, str]:
    """A copy; `ValueError` over 1,024 characters (percent-encoding triples them, S3 stops at 2 KB)
    or when a name could not be an HTTP header.
    """
    copy = dict(meta or {})
    for name in copy:
        if not _META_NAME.fullmatch(name) or name == "sha256":
            raise ValueError(f"bad metadata name: {name!r}")
    if sum(len(n) + len(v) for n, v in copy.items()) > META_LIMIT:
        raise ValueError("metadata is too long")
    return copy


def whole_second(until: datetime) -> datetime:
    """The moment in UTC, rounded up to the second, which is all that S3 keeps."""
    if until.tzinfo is None:
        raise ValueError("retention needs an aware datetime")
    utc = until.astimezone(UTC)
    return utc if not utc.microsecond else utc.replace(microsecond=0) + timedelta(seconds=1)


def check_grow(stat: Stat, until: datetime) -> Stat:
    """The stat; `Locked` when `until` is earlier than the retention it has (R10.6)."""
    if stat.retain_until and until < stat.retain_until:
        raise Locked(f"{stat.key}: retention may only grow")
    return stat


def check_free(stat: Stat, now: datetime) -> Stat:
    """The stat; `Locked` while a hold or a running retention protects the object (R10.6)."""
    if stat.legal_hold:
        raise Locked(f"{stat.key}: legal hold")
    if stat.retain_until and stat.retain_until > now:
        raise Locked(f"{stat.key}: kept until {stat.retain_until.isoformat()}", stat.retain_until)
    return stat


def span(size: int, offset: int, length: int | None) -> int:
    """How many bytes a read returns; `ValueError` for a negative offset or length."""
    if offset < 0 or (length is not None and length < 0):
        raise ValueError("offset and length must not be negative")
    rest = max(0, size - offset)
    return rest if length is None else min(length, rest)


def utc_now() -> datetime:
    """The clock a store uses unless it is given another."""
    return datetime.now(UTC)
