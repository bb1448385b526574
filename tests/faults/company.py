"""The acceptance seed, made once per run: papers in every state, everybody signed in already."""

from __future__ import annotations

import fcntl
import hashlib
import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, insert, select, text

from portal import migrations
from portal.boot import boot
from portal.commands import seeding
from portal.kernel import access, clock
from portal.kernel.db import Base, remove_session, session, transaction
from portal.organization.accounts import SignIn
from tests.faults.installation import config_of


def build(folder: Path) -> None:
    """Make the company in `folder`, unless another process of this run has: database, store, index."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "ids.json").exists():
            return
        engine = boot(config_of(folder))
        migrations.upgrade(engine)
        ids = json.loads(seeding.acceptance(None))
        _sign_in(ids["users"])
        remove_session()
        engine.dispose()  # the last connection empties the write-ahead log into the file
        (folder / "ids.json").write_text(json.dumps(ids))


def poured(file: Path, target: Engine) -> None:
    """The rows of a SQLite file in another, empty database, whose counters go on behind them."""
    Base.metadata.create_all(target)
    source = create_engine(f"sqlite:///{file}")
    with source.connect() as old, target.begin() as new:
        new.execute(text("SET session_replication_role = replica"))  # departments name their heads
        for table in Base.metadata.sorted_tables:
            if rows := [dict(row._mapping) for row in old.execute(select(table))]:
                new.execute(insert(table), rows)
            if "id" in table.c and table.c.id.autoincrement:
                counter = f"pg_get_serial_sequence('{table.name}', 'id')"
                top = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                new.execute(text(f"SELECT setval({counter}, {top}, false)"))
    source.dispose()


def token_of(name: str) -> str:
    """The session token of a fixed user."""
    return f"token-of-{name}-for-the-tests"


def _sign_in(users: dict[str, int]) -> None:
    with access.acting_as(access.SYSTEM), transaction():
        for name, account in users.items():
            hashed = hashlib.sha256(token_of(name).encode()).hexdigest()
            until = clock.now() + timedelta(days=7)
            session().add(SignIn(id_hash=hashed, account_id=account, expires_at=until))
