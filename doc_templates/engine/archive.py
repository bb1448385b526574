"""Writing a .docx by hand: unchanged members copied as they were deflated, times fixed, bytes repeatable."""

from __future__ import annotations

import struct
import zlib

_DATE = 0x5A21  # 2025-01-01: the same paper has the same bytes whenever it is made
_UTF8 = 0x800


class Archive:
    """A zip under construction; `raw` members were deflated before."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.entries: list[bytes] = []
        self.offset = self.count = 0

    def add(self, name: bytes, body: bytes, *, level: int = 6) -> None:
        """Deflate and add a member."""
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        self.add_packed(
            name, packer.compress(body) + packer.flush(), zlib.crc32(body), len(body), 8
        )

    def store(self, name: bytes, body: bytes) -> None:
        """Add a member as it is (pictures)."""
        self.add_packed(name, body, zlib.crc32(body), len(body), 0)

    def add_packed(self, name: bytes, packed: bytes, crc: int, size: int, method: int) -> None:
        """Add a member that is already packed by `method`."""
        fields = (20, _UTF8, method, 0, _DATE, crc, len(packed), size, len(name), 0)
        head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *fields) + name
        self.entries.append(
            struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, *fields, 0, 0, 0, 0, self.offset)
            + name
        )
        self.parts += [head, packed]
        self.offset += len(head) + len(packed)
        self.count += 1

    def copy(self) -> Archive:
        """A second archive that begins with the same members."""
        other = Archive()
        other.parts, other.entries = [b"".join(self.parts)], [b"".join(self.entries)]
        other.offset, other.count = self.offset, self.count
        return other

    def finish(self) -> bytes:
        """The archive's bytes."""
        directory = b"".join(self.entries)
        tail = (0, 0, self.count, self.count, len(directory), self.offset, 0)
        return b"".join([*self.parts, directory, struct.pack("<4sHHHHIIH", b"PK\x05\x06", *tail)])
