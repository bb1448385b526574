"""The JSON record beside each object of a folder store."""

from __future__ import annotations

import json
from datetime import datetime

from storage.port import Corrupt, Stat


def to_json(stat: Stat) -> bytes:
    """The record's bytes; the key is the file's name and not repeated."""
    until = stat.retain_until
    fields = {
        "size": stat.size,
        "sha256": stat.sha256,
        "mime": stat.mime,
        "meta": dict(stat.meta),
        "hold": stat.legal_hold,
        "until": until.isoformat() if until else None,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def from_json(key: str, text: bytes) -> Stat:
    """The object a record describes; raises `Corrupt` when it is not a record."""
    try:
        fields = json.loads(text)
        until = fields["until"]
        return Stat(
            key=key,
            size=int(fields["size"]),
            sha256=str(fields["sha256"]),
            mime=str(fields["mime"]),
            meta={str(name): str(value) for name, value in fields["meta"].items()},
            retain_until=datetime.fromisoformat(until) if until else None,
            legal_hold=bool(fields["hold"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as reason:
        raise Corrupt(f"{key}: unreadable record") from reason
