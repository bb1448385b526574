"""The one session, the one base class, and the one place that commits."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import ColumnElement, DateTime, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from portal.kernel import postgres
from portal.kernel.dbtrouble import read_only
from portal.kernel.text import spellings

log = logging.getLogger(__name__)

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the portal; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    #: Whether every change of a row is noted in the log by itself (`kernel.audit`).
    audited: ClassVar[bool] = False


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite forgets zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; a moment without a zone is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_factory = sessionmaker(expire_on_commit=False)
_scoped = scoped_session(_factory)
_inner: ContextVar[Session | None] = ContextVar("inner_session", default=None)
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_patient: ContextVar[bool] = ContextVar("patient", default=True)
BUSY_MILLISECONDS = 10_000


class Database:
    """The session of this thread, or of the `system()` block it is in; `db.scalars(...)` and all."""

    @property
    def session(self) -> Database:
        """Flask-Admin asks a database object for its session; ours is both."""
        return self

    def __call__(self) -> Session:
        return _inner.get() or _scoped()

    def __getattr__(self, name: str) -> Any:
        return getattr(self(), name)

    def remove(self) -> None:
        """Give the thread's connection back; at the end of a request or a job."""
        _scoped.remove()


db = cast("Session", Database())


def session() -> Session:
    """The session in use, as a real object (for `inspect` and events)."""
    return cast("Database", db)()


def remove_session() -> None:
    """Close the thread's session, whatever its state."""
    _scoped.remove()


def connect(url: str, *, echo: bool = False, seconds: int | None = None) -> Engine:
    """Open the database, with the safe settings of each kind, and bind the session to it.

    `seconds`: how long PostgreSQL may take for one statement, where people wait for it.
    """
    # What people wrote must not reach logs and job rows by way of an error's text.
    options: dict[str, Any] = {"echo": echo, "hide_parameters": True}
    if url.startswith("postgresql"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        options |= {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}
        options["connect_args"] = postgres.arguments(url, seconds)
    engine = create_engine(url, **options)
    if engine.dialect.name == "postgresql" and seconds is not None:
        postgres.give_up(engine, seconds)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    _scoped.remove()
    _factory.configure(bind=engine)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL and full sync: a commit that was answered survives a power cut."""
    connection.isolation_level = None  # the driver must not begin on its own
    busy = f"busy_timeout={BUSY_MILLISECONDS}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", busy, "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers queue at BEGIN; a reader that later writes would fail with 'database is locked'."""
    if not _writing.get():
        connection.exec_driver_sql("BEGIN")
    elif _patient.get():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def holding(column: Any, term: str) -> ColumnElement[bool]:
    """Whether a text column holds `term` anywhere, in either script, capital and small alike.

    SQLite's LIKE sets case aside for just the letters its LOWER knows; asking for both would
    double the work of looking through a long table.
    """
    sqlite = session().get_bind().dialect.name == "sqlite"
    letters = spellings(term)
    if any(len(one) > 1 for one in letters):
        return _spelled(column, letters, sqlite)
    like = column.contains if sqlite else column.icontains
    found: ColumnElement[bool] = like(term, autoescape=any(sign in "%_/" for sign in term))
    return found


def _spelled(column: Any, letters: list[str], sqlite: bool) -> ColumnElement[bool]:
    """One pattern for all spellings: SQLite's GLOB knows sets of letters, PostgreSQL expressions."""
    sets = [
        f"[{one}{one.lower()}{one.upper()}]" if len(one) > 1 or one.isalpha() else one
        for one in letters
    ]
    if not sqlite:
        literal = (one if len(one) > 1 else re.escape(one) for one in sets)
        expressed: ColumnElement[bool] = column.regexp_match("".join(literal))
        return expressed
    literal = (f"[{one}]" if one in ("*", "?", "[") else one for one in sets)
    globbed: ColumnElement[bool] = column.op("GLOB", is_comparison=True)(f"*{''.join(literal)}*")
    return globbed


@contextmanager
def transaction() -> Iterator[None]:
    """Commit everything or nothing; an inner block joins the outer one.

    What was read before is closed first, so that the writing transaction starts fresh.
    Callables put off with `after_commit` run once the facts they report are saved.
    """
    current = session()
    if current.info.get("writing"):
        yield
        return
    if _inner.get() is not None:
        raise RuntimeError("a transaction begins outside the session it lends")
    if current.new or current.deleted or any(current.is_modified(one) for one in current.dirty):
        raise RuntimeError("a change made before its transaction would not be in the log")
    if current.in_transaction():
        current.commit()  # a finished reading: nothing of it is kept open
    token = _writing.set(True)
    current.info["writing"] = True
    current.info["audit"], current.info["led"] = [], {}  # sessions within share them
    later: list[Callable[[], None]] = current.info.setdefault("later", [])
    try:
        yield
        current.flush()  # everything below must be known to the audit before it is sealed
        for seal in _before_commit:
            seal(current)
        current.commit()
    except BaseException:
        current.rollback()
        later.clear()
        raise
    finally:
        current.info["writing"] = False
        current.info.pop("audit", None)
        current.info.pop("led", None)
        _writing.reset(token)
    while later:
        later.pop(0)()


@contextmanager
def if_free() -> Iterator[None]:
    """A transaction for what is not worth waiting for: left out while another process writes, and
    while nothing can be written.

    Raises `OperationalError` when the database is gone before anything was done.
    """
    token, begun = _patient.set(False), False
    try:
        with transaction():
            begun = True
            yield
    except (OperationalError, InternalError) as reason:
        if not begun or (isinstance(reason, InternalError) and not read_only(reason)):
            raise
        log.info("left out, the database is busy: %s", type(reason.orig).__name__)
    finally:
        _patient.reset(token)


def lock(row: Any) -> None:
    """Read a row anew and keep others from changing it until this transaction ends.

    Whoever decides by what the row says calls this first: the row may have been loaded before
    the transaction began, and changed since.
    """
    current = session()
    if row in current.dirty or row in current.new:
        current.flush()  # or what was changed here would be lost
    current.refresh(row, with_for_update=True)


def one_at_a_time(what: str) -> None:
    """Let nobody else do what is called so until this transaction ends; whoever comes waits.

    For rules about many rows, of which each change alone would lock just its own. Call it before
    any row is changed. SQLite lets one transaction write at a time anyway.
    """
    connection = session().connection()
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"portal {what}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def stale(model: type[Any], ident: Any = None) -> None:
    """Read a row anew when it is used next, or every row of a kind: another session changed it."""
    for row in list(session().identity_map.values()):
        if isinstance(row, model) and ident in (None, row.id):
            session().expire(row)


_before_commit: list[Callable[[Session], None]] = []


def before_commit(act: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register what every transaction does last (the audit seals its entries here)."""
    _before_commit.append(act)
    return act


def before_sealing(act: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register what every transaction does before those: it may still change rows."""
    _before_commit.insert(0, act)
    return act


def after_commit(act: Callable[[], None]) -> None:
    """Put off what must only happen once the transaction is saved (removing an upload)."""
    session().info.setdefault("later", []).append(act)


def in_transaction() -> bool:
    """Whether a writing transaction is open in this thread."""
    return bool(session().info.get("writing"))


@contextmanager
def inner_session(**info: object) -> Iterator[Session]:
    """A session of its own on the same connection, so that what it loads leaks into no other.

    It shares the transaction of the session around it; work is flushed at the end.
    """
    outer = session()
    inner = Session(bind=outer.connection(), expire_on_commit=False, autoflush=True)
    inner.info.update({k: v for k, v in outer.info.items() if k in SHARED_INFO}, **info)
    token = _inner.set(inner)
    try:
        outer.flush()  # what was said so far must be visible inside
        yield inner
        inner.flush()  # and what was done inside, outside
    finally:
        _inner.reset(token)
        inner.info.clear()
        inner.expunge_all()
        inner.close()


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session to read with that sees everything as of one moment, whatever is written meanwhile.

    It has a connection of its own and sees nothing of a transaction that is still open here.
    """
    engine = session().get_bind().engine
    options: dict[str, Any] = {}  # in SQLite's WAL every reading transaction is of one moment
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        token = _writing.set(False)
        try:
            connection.begin()
        finally:
            _writing.reset(token)
        with Session(bind=connection) as fixed:
            yield fixed


#: What an inner session has in common with the one around it.
SHARED_INFO = ("writing", "audit", "led", "later", "stepping", "origin")
