"""The acceptance seed, made once per run: papers in every state, everybody signed in already."""

from __future__ import annotations

import fcntl
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, insert, select, text

from portal import migrations
from portal.boot import boot
from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.commands import seeding
from portal.documents.models import Document
from portal.documents.search import index
from portal.documents.sharing import grants
from portal.kernel import access, clock
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session, transaction
from portal.organization import hand_overs
from portal.organization.accounts import SignIn, UserAccount
from portal.organization.models import Department
from portal.seed import walk
from tests.faults.ready import signed_pdf

#: Who has a grant for a paper: a reader of the secret one, and one who may take a file along.
GRANTS = (("ops", "secret", "view"), ("ops", "review", "view"), ("finance", "review", "download"))
#: Which department reads a paper; who reads a whole record, by themselves or where they work.
DEPARTMENT_GRANTS = (("CSV", "signed"),)
RECORD_GRANTS = (("hr", Customer, "a", "download"), ("HRA", Contract, "review", "view"))


def config_of(home: Path) -> Config:
    """How an installation in the folder `home` is set up; `settings.json` there says what differs."""
    differing, told = home / "settings.json", dict[str, Any]()
    if differing.exists():
        told = json.loads(differing.read_text())
    url = f"sqlite:///{home / 'portal.db'}"
    return Config(**({"data": home / "var", "database_url": url} | told))


def built(run_folder: Path) -> Path:
    """The folder of the company, made unless another process of this run has: database, store, index.

    Nobody works in it; whoever does anything copies it first.
    """
    home = run_folder / "company"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ids.json").exists():
            _build(home)
    return home


def _build(home: Path) -> None:
    engine = boot(config_of(home))
    migrations.upgrade(engine)
    ids = json.loads(seeding.acceptance(None))
    _grant(ids)
    _hand_over(ids)
    signed_in(ids["users"])
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(Document, ids["document"]["signing"])
        approved = "\n".join(index.page_texts(paper))
        (home / "signed.pdf").write_bytes(signed_pdf(approved))
    remove_session()
    engine.dispose()  # the last connection empties the write-ahead log into the file
    (home / "ids.json").write_text(json.dumps(ids))


def _grant(ids: dict[str, Any]) -> None:
    with access.acting_as(access.SYSTEM):
        accounts = {name: session().get_one(UserAccount, i) for name, i in ids["users"].items()}
    for name, paper, rights in GRANTS:
        with walk.person(accounts, "legal_head"):
            document = session().get_one(Document, ids["document"][paper])
            grants.grant(document, accounts[name].employee_id, rights, "覆核", 3)
    with access.acting_as(access.SYSTEM):
        places = {one.code: one.id for one in session().scalars(select(Department))}
    with walk.person(accounts, "legal_head"):
        for code, paper in DEPARTMENT_GRANTS:
            document = session().get_one(Document, ids["document"][paper])
            grants.grant_department(document, places[code], "view", "覆核", 3)
        for whom, model, one, rights in RECORD_GRANTS:
            record = session().get_one(model, ids[model.__tablename__][one])
            if whom in places:
                grants.grant_department(record, places[whom], rights, "覆核", 3)
            else:
                grants.grant(record, accounts[whom].employee_id, rights, "覆核", 3)
    walk.work()


def _hand_over(ids: dict[str, Any]) -> None:
    """A paper went to another custodian, who has not said so yet; for a secret one nobody is named."""
    with access.acting_as(access.SYSTEM), transaction():
        keeper = session().get_one(UserAccount, ids["users"]["hr_head"]).employee_id
        for paper, receiver in (("review", keeper), ("secret", None)):
            thing = hand_overs.item("custody", session().get_one(Document, ids["document"][paper]))
            hand_overs.custody(None, receiver, thing, secret=paper == "secret")


def token_of(name: str) -> str:
    """The session token of a fixed user."""
    return f"token-of-{name}-for-the-tests"


def signed_in(users: dict[str, int]) -> None:
    """Everybody has a session with the token `token_of` names; `users`: name -> account."""
    with access.acting_as(access.SYSTEM), transaction():
        for name, account in users.items():
            hashed = hashlib.sha256(token_of(name).encode()).hexdigest()
            until = clock.now() + timedelta(days=7)
            session().add(SignIn(id_hash=hashed, account_id=account, expires_at=until))


def config_on(home: Path, database_url: str) -> Config:
    """The company of this folder on its own file, or its rows poured into a PostgreSQL."""
    config = config_of(home)
    if not database_url.startswith("postgresql"):
        return config
    config = config.model_copy(update={"database_url": database_url})
    engine = boot(config)
    poured(home / "portal.db", engine)
    engine.dispose()
    return config


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
