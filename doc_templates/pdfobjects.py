"""The objects of a PDF, each read where a reader would begin to read it, compressed ones included.

Which bytes are objects is decided by a table at the file's end that may point anywhere, into a
comment, a string or a stream. So every place that could begin an object is read, and what cannot
be read for certain is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_BEGINS = re.compile(rb"(?<!end)obj|trailer")
_NUMBER = re.compile(rb"(\d{1,10})[\x00\t\n\f\r ]+\d{1,5}[\x00\t\n\f\r ]*\Z")
_BLANK = re.compile(rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*")
_MARK = re.compile(rb"<<|>>|[<(%\[\]]|/[^\x00\t\n\f\r ()<>\[\]{}/%]*")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.S)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_WHOLE = re.compile(rb"[\x00\t\n\f\r ]*(\d{1,9})(?![\x00\t\n\f\r ]+\d+[\x00\t\n\f\r ]+R)")
_MOST_INFLATED = 64 << 20
_PIECE = 1 << 16


class Unreadable(Exception):
    """Something that one reader may take differently than another."""


@dataclass(frozen=True)
class Found:
    """One object: its number (None for a trailer), the names in it, where each name ends, its end."""

    number: int | None
    names: list[bytes]
    ends: list[int]
    data: bytes = field(repr=False)
    end: int = 0

    def after(self, name: bytes) -> Iterator[int]:
        """Where the values of an entry begin, comments and blanks skipped."""
        for found, end in zip(self.names, self.ends, strict=True):
            if found == name:
                yield _past_blank(self.data, end)


def objects(data: bytes) -> Iterator[Found]:
    """Every object and trailer of a PDF; raises `Unreadable`.

    The work is bounded: at most a few times the size of the file is read.
    """
    budget = _Budget(4 * len(data) + (1 << 20))
    for match in _BEGINS.finditer(data):
        number = _NUMBER.search(data[max(0, match.start() - 40) : match.start()])
        found = _object(data, match.end(), int(number[1]) if number else None, budget)
        yield found
        if _packs_objects(found):
            yield from _unpacked(found, budget)


@dataclass
class _Budget:
    """How many bytes may still be read and inflated."""

    read: int
    inflated: int = _MOST_INFLATED

    def take(self, size: int) -> None:
        self.read -= size
        if self.read < 0:
            raise Unreadable("objects over one another")


def _object(data: bytes, start: int, number: int | None, budget: _Budget) -> Found:
    names: list[bytes] = []
    ends: list[int] = []
    at, depth = _past_blank(data, start), 0
    while (mark := _MARK.search(data, at) if depth else _MARK.match(data, at)) is not None:
        said, at = mark[0], mark.end()
        if said.startswith(b"/"):
            names.append(_ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), said[1:]))
            ends.append(at)
        elif said == b"(":
            at = _past_string(data, at)
        elif said == b"%":
            at = _past_blank(data, mark.start())
        elif said == b"<":
            at = _past_hex(data, at)
        else:
            depth += 1 if said in (b"<<", b"[") else -1
        if depth <= 0:
            break
    else:
        if depth:
            raise Unreadable("an object without an end")
    budget.take(at - start)
    return Found(number, names, ends, data, at)


def _past_blank(data: bytes, at: int) -> int:
    match = _BLANK.match(data, at)
    return at if match is None else match.end()


def _past_string(data: bytes, at: int) -> int:
    depth = 1
    for mark in _PARENTHESIS.finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    raise Unreadable("a string without an end")


def _past_hex(data: bytes, at: int) -> int:
    end = data.find(b">", at)
    if end < 0:
        raise Unreadable("a string without an end")
    return end + 1


def _packs_objects(found: Found) -> bool:
    """Whether other objects lie in its stream; its kind may be written elsewhere, these two not."""
    return b"ObjStm" in found.names or {b"First", b"N"} <= set(found.names)


def _unpacked(found: Found, budget: _Budget) -> Iterator[Found]:
    body = _stream_of(found, budget)
    if body is None:
        return
    first, count = _whole(found, b"First"), _whole(found, b"N")
    if count > len(body):
        raise Unreadable("more objects than bytes")
    table = body[:first].split()
    if len(table) < 2 * count or not all(entry.isdigit() for entry in table[: 2 * count]):
        raise Unreadable("a table of objects that cannot be read")
    for place in range(count):
        number, offset = int(table[2 * place]), int(table[2 * place + 1])
        yield _object(body, first + offset, number, budget)


def _stream_of(found: Found, budget: _Budget) -> bytes | None:
    """What an object stream holds; None when there is no stream. Only plain Flate can be read."""
    stream = _STREAM.match(found.data, _past_blank(found.data, found.end))
    if stream is None:
        return None
    if b"DecodeParms" in found.names or b"DP" in found.names or b"F" in found.names:
        raise Unreadable("objects packed in an unusual way")
    if found.names.count(b"FlateDecode") != 1 or any(
        name.endswith(b"Decode") and name != b"FlateDecode" for name in found.names
    ):
        raise Unreadable("objects packed in an unusual way")
    unpacker, at, out = zlib.decompressobj(), stream.end(), bytearray()
    while not unpacker.eof:
        piece = found.data[at : at + _PIECE]
        if not piece or len(out) > budget.inflated:
            raise Unreadable("packed objects without an end")
        try:
            out += unpacker.decompress(piece, _MOST_INFLATED)
        except zlib.error as reason:
            raise Unreadable("packed objects that cannot be read") from reason
        at += _PIECE
    budget.inflated -= len(out)
    budget.read += 4 * len(out)
    return bytes(out)


def _whole(found: Found, name: bytes) -> int:
    places = list(found.after(name))
    match = _WHOLE.match(found.data, places[0]) if len(places) == 1 else None
    if match is None:
        raise Unreadable("a number that stands elsewhere")
    return int(match[1])
