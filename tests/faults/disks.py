"""Disks that are full: a small file system of this process alone is put where the portal writes."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from portal.documents.models import Document
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from tests.faults.installation import faults, ids, report, work
from tests.faults.web import Office, opened

NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
PRIVATE = 1 << 18 | 1 << 14
ROOM = 64 << 10


def full_store(home: Path, _nth: int) -> None:
    """The store has no room for the signed copy; then somebody makes room."""
    filled = home / "var/store/filled"
    small(home / "var/store", filled)
    with opened(home) as office:
        answer = office.upload()
        work()
        before = paper(office)
        page = f"/papers/{ids(home)['document']['signed']}/signed_scan/1/1.webp"
        reading = office.visitor("legal").get(page).status_code
        filled.unlink()
        with clock.standing_at(clock.now() + 2 * jobs.WAIT + timedelta(seconds=1)):
            work()
        found = {"before": before, "after": paper(office), "faults": faults(home, whole=True)}
    report(home, answer=answer.status_code, reading=reading, **found)


def full_incoming(home: Path, _nth: int) -> None:
    """There is no room to take the upload; then somebody makes room."""
    filled = home / "var/incoming/filled"
    small(home / "var/incoming", filled)
    with opened(home) as office:
        refused = office.upload()
        left = sorted(path.name for path in filled.parent.iterdir())
        before = paper(office)
        filled.unlink()
        again = office.upload()
        work()
        after = paper(office)
    later = int(refused.headers.get("Retry-After", 0))
    report(home, refused=refused.status_code, later=later, left=left, before=before,
           again=again.status_code, after=after)  # fmt: skip


def paper(office: Office) -> str:
    """The state of the paper that is being signed."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        state = session().get_one(Document, office.ids["document"]["signing"]).state
    remove_session()
    return state


def small(folder: Path, filled: Path) -> None:
    """Put a file system without room over `folder`, with what is in it; `filled` takes the room."""
    beside = folder.with_name(f"{folder.name}-beside")
    shutil.copytree(folder, beside)
    size = sum(path.stat().st_blocks * 512 for path in beside.rglob("*")) + ROOM
    libc = ctypes.CDLL(None, use_errno=True)
    user = os.geteuid()
    _must(lambda: libc.unshare(NEW_MOUNTS | (0 if user == 0 else NEW_USER)))
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    _must(lambda: libc.mount(None, b"/", None, PRIVATE, None))
    options = f"size={size},mode=0700".encode()
    _must(lambda: libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options))
    shutil.copytree(beside, folder, dirs_exist_ok=True)
    filled.touch()
    with filled.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass


def _must(call: Callable[[], int]) -> None:
    if call() != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
