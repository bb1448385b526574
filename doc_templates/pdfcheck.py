"""Looking for active content in a PDF's objects, compressed ones included."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.S)
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|GoToE)\b")
_MOST_INFLATED = 64 << 20


def active_content(data: bytes) -> str | None:
    """The name of the first active thing in a PDF, or None.

    Text in strings and the contents of pages do not count: only names in objects do.
    """
    for objects in _objects(data):
        plain = _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), _STRING.sub(b"()", objects))
        match = _ACTIVE.search(plain)
        if match is not None:
            name = match[1].decode()
            return "EmbeddedFile" if name.startswith("Embedded") else name
    return None


def _objects(data: bytes) -> Iterator[bytes]:
    """The file without its streams, then what the object streams hold."""
    yield _STREAM.sub(b"", data)
    left = _MOST_INFLATED
    start = 0
    for match in _STREAM.finditer(data):
        head = data[max(start, match.start() - 400) : match.start()]
        start = match.end()
        if _OBJECT_STREAM.search(head.rsplit(b" obj", 1)[-1]) is None or left <= 0:
            continue
        try:
            inflated = zlib.decompressobj().decompress(match[1], left)
        except zlib.error:
            continue
        left -= len(inflated)
        yield inflated
