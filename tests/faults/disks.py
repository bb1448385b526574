"""Disks that are full: a small file system of this process alone is put where the portal writes."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from portal.documents.models import Document
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from tests.company import config_of
from tests.faults.installation import faults, ids, report, work
from tests.faults.moved import set_up
from tests.faults.web import Office, opened

NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
PRIVATE = 1 << 18 | 1 << 14
ROOM = 256 << 10


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
    report(
        home,
        refused=refused.status_code,
        later=later,
        left=left,
        before=before,
        again=again.status_code,
        after=after,
    )


def full_index(home: Path, _nth: int) -> None:
    """The index has no room for the signed copy's words; then somebody makes room."""
    filled = home / "var/index/filled"
    small(home / "var/index", filled, 4 << 20)
    with opened(home) as office:
        answer = office.upload()
        work()
        before = paper(office)
        found = [office.visitor("legal").get(f"/search?q={words}").status_code for words in SOUGHT]
        filled.unlink()
        with clock.standing_at(clock.now() + 2 * jobs.WAIT + timedelta(seconds=1)):
            work()
        left = faults(home, whole=True)
        page = office.visitor("legal").get("/search?q=zqxsigned").text
    here = f"/papers/{ids(home)['document']['signing']}"
    report(
        home,
        answer=answer.status_code,
        before=before,
        searches=found,
        faults=left,
        found=here in page,
    )


SOUGHT = ("DOC", "zqxsigned", "%E7%B5%82%E7%AB%AF%E5%AE%A2%E6%88%B6")


def full_database(home: Path, _nth: int) -> None:
    """No room for the database after one upload was accepted; then somebody makes room."""
    filled = database_apart(home)
    small(filled.parent, filled, 8 << 20)
    filled.unlink()
    with opened(home, config_of(home)) as office:
        taken = office.upload()
        fill(filled)
        found = said_no(office)
        filled.unlink()
        found |= come_back(office)
    report(home, taken=taken.status_code, **found)


def read_only_database(home: Path, _nth: int) -> None:
    """The database may not be written after one upload was accepted; then it may again."""
    with opened(home) as office:
        taken = office.upload()
        with read_only(office.engine):
            found = said_no(office)
        found |= come_back(office)
    report(home, taken=taken.status_code, **found)


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """SQLite refuses to write, as on a disk that the system has put aside."""

    def refuse(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", refuse)
    remove_session()
    engine.dispose()
    yield
    event.remove(engine, "connect", refuse)
    remove_session()
    engine.dispose()


def database_apart(home: Path) -> Path:
    """Put the database into a folder of its own; returns what may fill its disk."""
    (home / "db").mkdir()
    (home / "portal.db").rename(home / "db/portal.db")
    set_up(home, database_url=f"sqlite:///{home / 'db/portal.db'}")
    return home / "db/filled"


def said_no(office: Office) -> dict[str, object]:
    """What people and the worker meet while nothing can be saved."""
    reader = office.visitor("legal")
    page = f"/papers/{office.ids['document']['signing']}"
    read = [
        reader.get(place).status_code for place in ("/", page, "/search?q=DOC", "/status/ready")
    ]
    remark = {"id": office.ids["contract"]["signing"], "text": "長話" * 1900}
    refused = reader.post("/sales/contract/comment/", data=remark)
    remove_session()
    work()
    words = refused.text.partition("<main")[2]
    return {
        "read": read,
        "refused": refused.status_code,
        "later": int(refused.headers.get("Retry-After", 0)),
        "words": [word for word in ("騰出空間", "檢查磁碟") if word in words],
        "number": refused.headers["X-Request-Id"] in words,
        "before": paper(office),
    }


def come_back(office: Office) -> dict[str, object]:
    """The morning after: the worker goes on where it was, nothing is half done."""
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        work()
    return {"after": paper(office), "faults": faults(office.home, whole=True)}


def paper(office: Office) -> str:
    """The state of the paper that is being signed."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        state = session().get_one(Document, office.ids["document"]["signing"]).state
    remove_session()
    return state


def small(folder: Path, filled: Path, room: int = ROOM) -> None:
    """Put a file system without room over `folder`, with what is in it; `filled` takes the `room`."""
    beside = folder.with_name(f"{folder.name}-beside")
    shutil.copytree(folder, beside)
    size = sum(path.stat().st_blocks * 512 for path in beside.rglob("*")) + room
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
    fill(filled)


def fill(filled: Path) -> None:
    """Take all the room that is left."""
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
