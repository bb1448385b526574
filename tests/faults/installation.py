"""One installation in a folder, as the processes see it that work there until they are killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from portal.boot import boot
from portal.commands import doctor
from portal.documents.archive import uploads
from portal.kernel import access
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from portal.kernel.worker import Worker
from portal.organization.accounts import UserAccount
from tests.company import config_of
from tests.faults.dying import deadly


def ids(home: Path) -> dict[str, Any]:
    """The ids of the seed's fixed records."""
    found: dict[str, Any] = json.loads((home / "ids.json").read_text())
    return found


def started(home: Path, nth: int) -> Engine:
    """Begin a process of this installation, which dies at its n-th change."""
    engine = boot(config_of(home))
    deadly(engine, home, nth)
    return engine


def accounts(*names: str) -> dict[str, UserAccount]:
    """Fixed users by name."""
    with access.acting_as(access.SYSTEM):
        found = session().scalars(select(UserAccount).where(UserAccount.username.in_(names)))
        return {account.username: account for account in found}


def work() -> None:
    """Be the worker until nothing is due."""
    worker = Worker()
    while worker.step():
        pass


def faults(home: Path, *, whole: bool = False) -> list[str]:
    """What the doctor finds; `whole`: every object is read."""
    return list(doctor.examine(config_of(home), read_data=whole))


def settle(home: Path, _nth: int) -> None:
    """Let the worker do what a first start brings, so that afterwards nothing is due."""
    engine = boot(config_of(home))
    work()
    remove_session()
    engine.dispose()


def report(home: Path, **found: Any) -> None:
    """Hand over what a process found out."""
    (home / "report.json").write_text(json.dumps(found))


def sweep(home: Path, _nth: int) -> None:
    """The nightly clearing away."""
    boot(config_of(home))
    with access.acting_as(access.SYSTEM):
        uploads.sweep(Job())


def sound(home: Path, _nth: int) -> None:
    """The doctor reads everything and finds nothing."""
    boot(config_of(home))
    work()
    assert faults(home, whole=True) == []
