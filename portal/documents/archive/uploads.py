"""Uploads wait here, durable, from the moment they are taken until the store has them (B.2)."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.kernel import clock, disk, rhythm
from portal.kernel.db import session
from portal.kernel.errors import Down
from portal.kernel.jobs import UNSETTLED, Job, handler
from portal.kernel.words import _
from storage.folder import FolderStore
from storage.port import Corrupt, NotFound

log = logging.getLogger(__name__)
#: How long a file that no job names is left alone: its request may still be on its way.
KEEP_UNKNOWN = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """Bytes that wait durably under a name of their own."""

    name: str
    sha256: str
    size: int


def keep(data: bytes) -> Kept:
    """Write bytes durably; nothing is promised to anybody before this has returned.

    Raises `Down` when they cannot be kept: then nothing of them is stored.
    """
    digest = hashlib.sha256(data).hexdigest()
    name = f"{digest}-{secrets.token_hex(8)}"
    try:
        disk.write(path_of(name), data)
    except OSError as reason:
        log.exception("an upload could not be kept")
        said = _("Your file could not be kept; nothing of it is stored. Please send it later.")
        raise Down(said, retry_after=60) from reason
    return Kept(name, digest, len(data))


def read(name: str) -> bytes:
    """The waiting bytes, checked against their name; raises `Corrupt` or `NotFound`."""
    try:
        data = path_of(name).read_bytes()
    except FileNotFoundError:
        raise NotFound(name) from None
    if hashlib.sha256(data).hexdigest() != name.partition("-")[0]:
        raise Corrupt(name)
    return data


def forget(name: str) -> None:
    """Remove the waiting file of what the store has now; one that is gone already is fine."""
    path_of(name).unlink(missing_ok=True)


def path_of(name: str) -> Path:
    """Where the file that `keep` named waits, on the disk of this installation."""
    return parts().incoming / name


@handler("incoming.sweep", _("Clearing away unfinished uploads"))
def sweep(job: Job) -> dict[str, Any]:
    """Remove what nobody waits for any more: of requests cut off, of papers stored meanwhile, of
    workers that were killed.
    """
    limit = (clock.now() - KEEP_UNKNOWN).timestamp()
    old = [path for path in parts().incoming.iterdir() if path.stat().st_mtime < limit]
    open_jobs = select(Job.payload).where(Job.state.in_(UNSETTLED))
    waiting = {payload.get("upload") for payload in session().scalars(open_jobs)}
    for path in old:
        if path.name not in waiting:
            path.unlink(missing_ok=True)
    parts().converter.sweep(KEEP_UNKNOWN)
    if isinstance(store := parts().plain, FolderStore):
        with store_answering():
            store.sweep(KEEP_UNKNOWN)
    return {}


rhythm.every("incoming.sweep", timedelta(days=1), clock.NIGHT)
