"""A copy of the seeded company, its application, and the people who knock at its doors."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect, select
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.boot import boot
from portal.kernel import access
from portal.kernel.db import Base, remove_session, session
from portal.kernel.record import kinds
from portal.seed.people import DEPARTMENTS, SEATS
from tests.company import config_on, token_of
from tests.doors.matrix import (
    PRINTED,
    SECRET_WORDS,
    Person,
    Row,
    above,
    below,
    masked,
    opens,
)
from tests.shown import as_shown


@dataclass
class Visitor:
    """A person, or nobody, at the doors; forms need no token unless a test asks for it."""

    client: FlaskClient

    def get(self, address: str, **more: Any) -> TestResponse:
        """A page."""
        return self.client.get(address, **more)

    def send(self, address: str, **fields: Any) -> TestResponse:
        """A form."""
        return self.client.post(address, data=as_shown(address, fields))


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
    #: The manifest each approved record was approved for, where a test asked for it.
    approved: dict[tuple[str, int], str] = field(default_factory=dict)

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

    def paper(self, record: Row) -> Row | None:
        """The paper made from a record, once there is one."""
        ident = record.values.get("document_id")
        return None if ident is None else self.row("document", ident)

    def hidden(self, who: Person, record: Row) -> frozenset[str]:
        """What the person must not know of a row they may read: its masks, a secret paper's words."""
        paper, masks = self.paper(record), masked(who, record)
        if record.kind not in PRINTED or paper is None or paper.classification != "secret":
            return masks
        mine = opens(who, paper, record, self.rows["access_grant"])
        return masks if mine else masks | SECRET_WORDS

    def tamper(self, statement: str, **values: Any) -> None:
        """Change rows past every door and step, as a day that passed would; `restore` leads back here."""
        assert self.file is not None
        remove_session()
        with closing(sqlite3.connect(self.file)) as database, database:
            assert database.execute(statement, values).rowcount
        self.settle()

    def settle(self) -> None:
        """From now on `restore` leads back to how everything stands now."""
        assert self.file is not None
        remove_session()
        self.engine.dispose()  # the last connection empties the write-ahead log into the file
        self.pristine = self.file.with_name("pristine.db")
        shutil.copyfile(self.file, self.pristine)
        self.rows = _rows()
        rows = {one.id: one for one in self.rows["access_grant"]}
        for name, who in self.people.items():
            given = tuple(rows[g.id] for g in who.given)
            self.people[name] = replace(who, given=given)

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
    config = config_on(folder, url)
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
    over = above(seat.department) if seat.department else set()
    heads, works = (
        frozenset(d.id for d in company.rows["department"] if d.code in one)
        for one in (codes, over)
    )
    given = tuple(
        g
        for g in company.rows["access_grant"]
        if g.grantee_department_id in works or g.grantee_id == account.employee_id is not None
    )
    return Person(seat, account.id, account.employee_id, seat.cleared, heads, works, given)


_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}")


def answered(answer: TestResponse) -> str:
    """A body without what differs between any two answers: request number, token, own address."""
    asked = answer.request.full_path.rstrip("?")
    body = answer.get_data(as_text=True).replace(answer.headers["X-Request-Id"], "")
    return _TOKEN.sub("", body).replace(asked, "")


def tables_of(file: Path) -> dict[str, str]:
    """A fingerprint of every table of a SQLite file, to see that nothing was written.

    When a session was last seen is noted once a minute, whatever is asked for: that is left out.
    """
    with closing(sqlite3.connect(file)) as source:
        names = [
            row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {name: _fingerprint(source.execute(f"SELECT * FROM {name}")) for name in names}


def _fingerprint(rows: sqlite3.Cursor) -> str:
    kept = [at for at, (column, *_more) in enumerate(rows.description) if column != "seen_at"]
    return hashlib.sha256(repr([[row[at] for at in kept] for row in rows]).encode()).hexdigest()
