"""QR codes for papers: a one-bit PNG written here, as making it prettier costs more than the paper."""

from __future__ import annotations

import struct
import zlib

import segno

_SCALE, _BORDER, _MASK = 4, 2, 3  # a fixed mask saves trying all eight; readers do not care


def png(text: str) -> bytes:
    """The QR code of `text` as PNG bytes, the same bytes every time."""
    code = segno.make(text, error="m", boost_error=False, mask=_MASK, micro=False)
    rows = []
    for modules in code.matrix_iter(scale=_SCALE, border=_BORDER):
        bits = [0 if dark else 1 for dark in modules]
        bits += [1] * (-len(bits) % 8)
        packed = bytes(
            sum(bit << (7 - i) for i, bit in enumerate(bits[at : at + 8]))
            for at in range(0, len(bits), 8)
        )
        rows.append(b"\0" + packed)
    width = len(rows)
    head = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
