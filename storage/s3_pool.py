"""The HTTP pool under the S3 client: short time-outs, no hidden retries, write-once headers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import urllib3

_create_only: ContextVar[bool] = ContextVar("storage_create_only", default=False)


@contextmanager
def create_only() -> Iterator[None]:
    """Within the block a write succeeds only under a key nobody has used."""
    token = _create_only.set(True)
    try:
        yield
    finally:
        _create_only.reset(token)


class S3Pool(urllib3.PoolManager):
    """Adds `If-None-Match: *`, for which the S3 client has no argument, where an object is born."""

    def urlopen(  # type: ignore[override]
        self, method: str, url: str, redirect: bool = True, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        """As urllib3; the header goes on a single PUT and on the completion of a multipart."""
        part_of_many = "uploadId=" in url
        if _create_only.get() and method == ("POST" if part_of_many else "PUT"):
            headers = options["headers"].copy()
            headers["If-None-Match"] = "*"
            options["headers"] = headers
        return super().urlopen(method, url, redirect, **options)


def make_pool(connect: float, read: float, ca_file: Path | None) -> S3Pool:
    """A pool that gives up after `connect` and `read` seconds and repeats only a 503, once.

    The client's own default waits up to half an hour for a server that hangs.
    """
    return S3Pool(
        timeout=urllib3.Timeout(connect=connect, read=read),
        maxsize=16,
        retries=urllib3.Retry(
            total=1,
            connect=0,
            read=0,
            redirect=0,
            status=1,
            other=0,
            status_forcelist=(503,),
            allowed_methods=frozenset({"GET", "HEAD", "PUT", "DELETE"}),
            backoff_factor=0.2,
            raise_on_status=False,
        ),
        ca_certs=str(ca_file) if ca_file else None,
    )
