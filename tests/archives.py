"""ZIP files made for tests of what is uploaded."""

from __future__ import annotations

import io
import zipfile


def packed(**files: bytes) -> bytes:
    """A ZIP of these files, `__` standing for the slash of a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(name.replace("__", "/"), body)
    return out.getvalue()
