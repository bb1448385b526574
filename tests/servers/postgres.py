"""A private PostgreSQL on loopback: one cluster for all processes of a run, databases by copy."""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.servers.object_server import free_ports

ADDRESS = "portal-postgres"  # the file in the run's folder that says where the cluster is
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    # Nothing here must survive a power cut; the product's own durability is not the server's.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


@dataclass(frozen=True)
class Postgres:
    """A running cluster; whoever connects is its administrator, and only from this machine."""

    port: int
    home: Path
    more: Mapping[str, str] = field(default_factory=dict)

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as `PORTAL_DATABASE_URL` takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database as a copy of `template`, which nobody may be connected to; its URL."""
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def start(self) -> None:
        """Start it, or start it again on the same data and port."""
        options = OPTIONS | {"port": str(self.port), "unix_socket_directories": str(self.home)}
        words = " ".join(f"-c {name}={value}" for name, value in (options | self.more).items())
        _run(
            "pg_ctl",
            "start",
            "--wait",
            *self._data,
            "--log",
            str(self.home / "log"),
            "--options",
            words,
        )

    def stop(self) -> None:
        """End it at once: whoever is connected is cut off in the middle of a word."""
        _run("pg_ctl", "stop", "--mode=immediate", *self._data)

    @property
    def _data(self) -> tuple[str, str]:
        return "--pgdata", str(self.home / "data")

    def drop(self, name: str) -> None:
        """Throw a database away, and whoever is still connected to it out."""
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, command: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(command.encode())


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Postgres:
    """The run's cluster; the first process that asks starts it, the run's end stops it."""
    with _alone(run_folder):
        address = run_folder / ADDRESS
        if not address.exists():
            cluster = new_cluster()
            cluster.start()
            address.write_text(f"{cluster.port}\n{cluster.home}")
    port, home = address.read_text().split("\n")
    return Postgres(int(port), Path(home))


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The administrator's address of the run's cluster."""
    return postgres.url()


@pytest.fixture
def fresh_database(postgres: Postgres) -> Iterator[Callable[..., str]]:
    """Make databases that live as long as the test: `fresh_database(template="template0")`."""
    made = []

    def fresh(template: str = "template0") -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        return postgres.create(made[-1], template)

    yield fresh
    for name in made:
        postgres.drop(name)


def stop_cluster(run_folder: Path) -> None:
    """Stop the run's cluster at once and remove it; nothing happens where none was started."""
    address = run_folder / ADDRESS
    if address.exists():
        port, home = address.read_text().split("\n")
        Postgres(int(port), Path(home)).stop()
        shutil.rmtree(home)


def new_cluster(**more: str) -> Postgres:
    """A cluster that is not started yet, with `more` settings; whoever makes it removes its home."""
    home = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres", "postgres")
    (port,) = free_ports(1)
    _run(
        "initdb",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--pgdata",
        str(home / "data"),
    )
    return Postgres(port, home, more)


def _run(program: str, *arguments: str) -> None:
    """Run one of the server's programs, as the user postgres where we are root."""
    user = "postgres" if os.geteuid() == 0 else None
    # The server inherits what it is given and keeps it open: a pipe would never end, a file does.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [_program(program), *arguments],
            check=False,
            user=user,
            group=user,
            cwd="/",
            stdout=said,
            stderr=said,
        )
        if done.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"PostgreSQL: {program} failed:\n{said.read().decode()[-3000:]}")


def _program(name: str) -> str:
    """Where a program of the server is; Debian keeps them away from PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *map(str, versions)]))
    if found is None or (os.geteuid() == 0 and not _has_user()):
        raise RuntimeError(f"missing: PostgreSQL ({name}, and the user postgres where run as root)")
    return found


def _has_user() -> bool:
    return any(entry.pw_name == "postgres" for entry in pwd.getpwall())


@contextmanager
def _alone(run_folder: Path) -> Iterator[None]:
    """Only one process of the run at a time."""
    with (run_folder / f"{ADDRESS}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
