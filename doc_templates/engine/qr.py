"""QR codes for papers: a one-bit PNG written here, as making it prettier costs more than the paper."""

from __future__ import annotations

import struct
import zlib

import segno

_SCALE, _BORDER, _MASK = 4, 2, 3  # a fixed mask saves trying all eight; readers do not care

_PIXELS = ("1" * _SCALE, "0" * _SCALE)  # light, dark


def png(text: str) -> bytes:
    """The QR code of `text` as PNG bytes, the same bytes every time."""
    code = segno.make(text, error="m", boost_error=False, mask=_MASK, micro=False)
    width = (len(code.matrix) + 2 * _BORDER) * _SCALE
    margin, ends = "1" * (_BORDER * _SCALE), "1" * (-width % 8)
    lines = ["1" * width] * _BORDER
    for modules in code.matrix:
        lines.append(margin + "".join(map(_PIXELS.__getitem__, modules)) + margin)
    lines += lines[:_BORDER]
    size = (width + 7) // 8
    rows = [(b"\0" + int(line + ends, 2).to_bytes(size, "big")) * _SCALE for line in lines]
    head = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"".join(rows), 6))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
