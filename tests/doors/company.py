"""The acceptance seed, made once per run and copied for whoever changes it; people who knock at doors."""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, insert, inspect, select, text
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.boot import boot
from portal.commands import seeding
from portal.documents import sharing
from portal.documents.models import Document
from portal.kernel import access, clock
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session, transaction
from portal.kernel.record import kinds
from portal.organization.accounts import SignIn, UserAccount
from portal.seed import walk
from portal.seed.people import DEPARTMENTS, SEATS
from tests.doors.matrix import Person, Row, below

#: Who has a grant for a paper: a reader of the secret one, and one who may take a file along.
GRANTS = (("ops", "secret", "view"), ("ops", "review", "view"), ("finance", "review", "download"))


def token_of(name: str) -> str:
    """The session token of a fixed user; everybody is signed in already."""
    return f"token-of-{name}-for-the-tests"


def build(folder: Path) -> None:
    """Make the company in `folder`, unless another process of this run has: database, store, index."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "ids.json").exists():
            return
        engine = boot(_config(folder))
        Base.metadata.create_all(engine)
        ids = json.loads(seeding.acceptance(None))
        _grant(ids)
        _sign_in(ids["users"])
        remove_session()
        engine.dispose()  # the last connection empties the write-ahead log into the file
        (folder / "ids.json").write_text(json.dumps(ids))


def _config(folder: Path, url: str = "") -> Config:
    return Config(data=folder / "var", database_url=url or f"sqlite:///{folder / 'portal.db'}")


def _grant(ids: dict[str, Any]) -> None:
    with access.acting_as(access.SYSTEM):
        accounts = {name: session().get_one(UserAccount, i) for name, i in ids["users"].items()}
    for name, paper, rights in GRANTS:
        with walk.person(accounts, "legal_head"):
            document = session().get_one(Document, ids["document"][paper])
            sharing.grant(document, accounts[name].employee_id, rights, "覆核", 3)
    walk.work()


def _sign_in(users: dict[str, int]) -> None:
    with access.acting_as(access.SYSTEM), transaction():
        for name, account in users.items():
            hashed = hashlib.sha256(token_of(name).encode()).hexdigest()
            until = clock.now() + timedelta(hours=10)
            session().add(SignIn(id_hash=hashed, account_id=account, expires_at=until))


@dataclass
class Visitor:
    """A person, or nobody, at the doors; forms need no token unless a test asks for it."""

    client: FlaskClient

    def get(self, address: str, **more: Any) -> TestResponse:
        """A page."""
        return self.client.get(address, **more)

    def send(self, address: str, **fields: Any) -> TestResponse:
        """A form."""
        return self.client.post(address, data=fields)


@dataclass
class Company:
    """The application over a copy of the seeded company, who is in it, and how its rows stand."""

    app: Flask
    engine: Engine
    ids: dict[str, Any]
    file: Path | None = None
    pristine: Path | None = None
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def visitor(self, name: str = "") -> Visitor:
        """A browser in which this user is signed in, or nobody."""
        client = self.app.test_client()
        if name:
            client.set_cookie("portal", token_of(name))
        return Visitor(client)

    def row(self, kind: str, ident: int) -> Row:
        """A row as the seed made it."""
        return next(one for one in self.rows[kind] if one.id == ident)

    def subject(self, paper: Row) -> Row:
        """The record a paper belongs to."""
        for link in self.rows["document_link"]:
            if link.document_id == paper.id and link.role == "main":
                return self.row(link.subject_type, link.subject_id)
        raise LookupError(paper)

    def restore(self) -> None:
        """Everything as the seed made it: what a door changed does not colour the next."""
        assert self.file is not None
        assert self.pristine is not None
        remove_session()
        self.engine.dispose()
        for name in (f"{self.file}-wal", f"{self.file}-shm"):
            Path(name).unlink(missing_ok=True)
        shutil.copyfile(self.pristine, self.file)


@contextmanager
def opened(built: Path, folder: Path, url: str = "") -> Iterator[Company]:
    """A company of one's own: on SQLite a copy of the file, else the same rows in `url`'s database."""
    shutil.copytree(built / "var", folder / "var")
    shutil.copyfile(built / "portal.db", folder / "portal.db")
    config = _config(folder, url)
    if url:
        _poured(folder / "portal.db", boot(config))
    engine = boot(config)
    app = create_app(config, engine)
    app.config["WTF_CSRF_ENABLED"] = False
    ids = json.loads((built / "ids.json").read_text())
    found = Company(app, engine, ids)
    if not url:
        found.file, found.pristine = folder / "portal.db", built / "portal.db"
    found.rows = _rows()
    found.people = {seat.username: _person(found, seat) for seat in SEATS}
    yield found
    remove_session()
    engine.dispose()


def _poured(file: Path, target: Engine) -> None:
    """The rows of a SQLite file in another database, whose counters go on behind them."""
    Base.metadata.create_all(target)
    source = create_engine(f"sqlite:///{file}")
    with source.connect() as old, target.begin() as new:
        new.execute(text("SET session_replication_role = replica"))  # departments name their heads
        for table in Base.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            if rows:
                new.execute(insert(table), rows)
            if "id" in table.c and inspect(target).has_table(table.name):
                counter = f"pg_get_serial_sequence('{table.name}', 'id')"
                top = f"(SELECT coalesce(max(id), 1) FROM {table.name})"
                new.execute(text(f"SELECT setval({counter}, {top})"))
    source.dispose()
    target.dispose()


def _rows() -> dict[str, list[Row]]:
    """Every record and link as the database holds it, whoever may see it."""
    tables = {name: model for name, model in kinds().items() if name in Base.metadata.tables}
    found: dict[str, list[Row]] = {}
    with access.acting_as(access.SYSTEM):
        for name, model in tables.items():
            attributes = inspect(model).column_attrs
            found[name] = [
                Row(name, one.id, _values(one, attributes))
                for one in session().scalars(select(model).order_by(model.id)).unique()
            ]
        for name in ("document_link", "document_version", "job"):
            table = Base.metadata.tables[name]
            lines = session().execute(select(table).order_by(table.c.id))
            found[name] = [Row(name, line.id, dict(line._mapping)) for line in lines]
    remove_session()
    return found


def _values(record: Any, attributes: Any) -> dict[str, Any]:
    values = {a.key: getattr(record, a.key) for a in attributes}
    return values | {"state": values.get("_state", "")}


def _person(company: Company, seat: Any) -> Person:
    account = company.row("user_account", company.ids["users"][seat.username])
    codes = below(seat.department) if seat.department else set()
    assert codes <= {code for code, *_rest in DEPARTMENTS}
    places = frozenset(d.id for d in company.rows["department"] if d.code in codes)
    return Person(seat, account.id, account.employee_id, seat.cleared, places)


_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}")


def answered(answer: TestResponse) -> str:
    """A body without what differs between any two answers: request number, token, own address."""
    asked = answer.request.full_path.rstrip("?")
    body = answer.get_data(as_text=True).replace(answer.headers["X-Request-Id"], "")
    return _TOKEN.sub("", body).replace(asked, "")


def tables_of(file: Path) -> dict[str, str]:
    """A fingerprint of every table of a SQLite file, to see that nothing was written."""
    with closing(sqlite3.connect(file)) as source:
        names = [
            row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            name: hashlib.sha256(repr(source.execute(f"SELECT * FROM {name}").fetchall()).encode()).hexdigest()
            for name in names
        }  # fmt: skip
