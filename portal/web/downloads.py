"""Files that leave the portal: the one place that says how a browser is handed one."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def attachment(data: bytes, content_type: str, name: str) -> Response:
    """A file under its name, in any script, that no browser shows, runs or keeps."""
    return Response(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "sandbox",
        },
    )
