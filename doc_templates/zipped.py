"""Members of a Word package as bytes, and back into a zip that is the same on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_members(data: bytes) -> dict[str, bytes]:
    """Name -> content of a package that has passed the package policy."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {i.filename: package.read(i) for i in package.infolist() if not i.is_dir()}


def write_members(members: Mapping[str, bytes]) -> bytes:
    """A zip of `members`: content types first, then by name, with a fixed date: same in, same out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name in sorted(members, key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o600 << 16
            package.writestr(info, members[name])
    return out.getvalue()
