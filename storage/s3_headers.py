"""What the headers of an S3 object say of it, written and read."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from storage.port import MIME, Corrupt, Stat
from storage.rules import whole_second

Headers = dict[str, str | list[str] | tuple[str]]
_META = "x-amz-meta-"
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


def written(stat: Stat, whole: bool) -> Headers:
    """Metadata, percent-encoded since headers are ASCII; in one part also the server's check."""
    fields: Headers = {f"{_META}sha256": stat.sha256}
    fields |= {_META + name: quote(value) for name, value in stat.meta.items()}
    if whole:
        digest = base64.b64encode(bytes.fromhex(stat.sha256)).decode()
        fields["x-amz-checksum-sha256"] = digest
        fields["x-amz-sdk-checksum-algorithm"] = "SHA256"
    return fields


def described(key: str, headers: Mapping[str, str], size: int | None = None) -> Stat:
    """The object an answer is about; `size` where the answer's length is not the object's."""
    fields = {name.lower(): value for name, value in headers.items()}
    until = fields.get("x-amz-object-lock-retain-until-date")
    meta = {
        name.removeprefix(_META): unquote(value)
        for name, value in fields.items()
        if name.startswith(_META) and name != f"{_META}sha256"
    }
    return Stat(
        key=key,
        size=int(fields.get("content-length", 0)) if size is None else size,
        sha256=fields.get(f"{_META}sha256", ""),
        mime=fields.get("content-type", MIME),
        meta=meta,
        retain_until=whole_second(datetime.fromisoformat(until)) if until else None,
        legal_hold=fields.get("x-amz-object-lock-legal-hold") == "ON",
        version_id=fields.get("x-amz-version-id"),
    )


def delivered(key: str, headers: Mapping[str, str], offset: int) -> Stat:
    """The object whose bytes follow these headers, from `offset` on.

    Raises `Corrupt` when they begin elsewhere or nobody recorded what the object should be.
    """
    first, size = 0, None
    if part := _RANGE.fullmatch(headers.get("Content-Range", "")):
        first, size = int(part[1]), int(part[2])
    stat = described(key, headers, size)
    if first != offset or not stat.sha256:
        raise Corrupt(f"{key}: not the bytes that were asked for")
    return stat
