"""What every test gets: loopback only, repeatable properties, databases of both kinds, the clock."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.chromium import chromium
from tests.servers.libreoffice import cjk_fonts, office_program
from tests.servers.postgres import fresh_database, postgres, postgres_url, stop_cluster

__all__ = ["chromium", "cjk_fonts", "fresh_database", "office_program", "postgres", "postgres_url"]

#: Where the processes of one run of the tests meet; its name reaches the workers this way.
RUN_FOLDER = "PORTAL_TESTS_RUN"
LOOPBACK = ("127.", "::1", "localhost")

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


class NetworkRefused(RuntimeError):
    """A test reached for another machine."""


def _loopback_only(event: str, values: tuple[object, ...]) -> None:
    """Refuse names and addresses beyond this machine, whoever asks within the process."""
    if event == "socket.getaddrinfo":
        host = values[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(values[1], tuple):
        host = values[1][0]
    else:
        return
    if host and not str(host).startswith(LOOPBACK):
        raise NetworkRefused(f"tests stay on this machine, but {event} asked for {host!r}")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network, and open the folder where the processes of this run meet."""
    sys.addaudithook(_loopback_only)
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="portal-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run shared; only the process that began the run does so."""
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(RUN_FOLDER))
        stop_cluster(folder)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """The folder that all processes of this run share."""
    return Path(os.environ[RUN_FOLDER])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite and PostgreSQL in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on SQLite and on PostgreSQL in turn."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'portal.db'}"
    fresh: Callable[[], str] = request.getfixturevalue("fresh_database")
    return fresh()


@pytest.fixture(scope="session", autouse=True)
def _cheapened() -> None:
    """Hashes of passwords and compiled pages cost little in this process."""
    if "portal" in sys.modules:  # the tools' own suites run without the portal
        from tests.dearness import cheapened

        cheapened()


@pytest.fixture(autouse=True)
def _plain_english() -> None:
    """No test hears the language in which the one before it was answered."""
    words = sys.modules.get("portal.kernel.words")  # the tools' own suites run without the portal
    if words is not None:
        words.translator.set(str)
        words.language.set("en")


@pytest.fixture
def stand_at() -> Iterator[Callable[[datetime], None]]:
    """Let the product's clock stand at a moment; called again, it moves there."""
    from portal.kernel import clock  # the tools' own suites run without the portal

    with ExitStack() as moments:
        yield lambda moment: moments.enter_context(clock.standing_at(moment))
