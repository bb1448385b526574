"""Bringing the database to the newest shape, with a copy of it taken first; and asking whether it is there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from portal import migrations
from portal.kernel import clock, disk
from portal.kernel.config import Config


def bring(engine: Engine, config: Config, say: Callable[[str], None]) -> None:
    """Migrate where there is something to do; an old database is copied before it is touched."""
    before = migrations.current(engine)
    if before == migrations.newest(engine):
        return
    if before is not None and engine.dialect.name == "sqlite":
        say(f"A copy of the database as it was: {copied(engine, config.data, before)}")
    elif before is not None:
        say("No copy was taken: back up PostgreSQL with pg_dump before an upgrade.")
    migrations.upgrade(engine)


def copied(engine: Engine, data: Path, revision: str) -> Path:
    """A whole copy of a SQLite database, durable before this returns, readable by its owner alone."""
    folder = data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"portal-{revision}-{clock.now():%Y%m%dT%H%M%S}.db"
    draft = path.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"):
        pass
    connection = engine.raw_connection()
    try:
        with sqlite3.connect(draft) as target:
            connection.driver_connection.backup(target)  # type: ignore[union-attr]
        target.close()
    finally:
        connection.close()
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)
    disk.sync(folder)
    return path


def away(reason: OperationalError) -> str:
    """That the database does not answer, and why, in one line."""
    return f"The database does not answer: {str(reason.orig).splitlines()[0]}"


def missing(engine: Engine) -> str:
    """Why no work can be done on this database yet; empty when it has the newest shape."""
    try:
        found = migrations.current(engine)
    except OperationalError as reason:
        return away(reason)
    wanted = migrations.newest(engine)
    if found == wanted:
        return ""
    at = f"is at {found}, the program needs {wanted}" if found else "is empty"
    return f"The database {at}: run `portal migrate` first."
