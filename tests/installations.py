"""Installations that one process of a run makes once, and copies for every test that begins with them."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import session
from portal.organization.accounts import UserAccount
from tests.servers.postgres import Postgres

#: Fills an installation that has nothing yet, and leaves no connection open.
Make = Callable[[Config], None]
#: Gives a test its own copy of the installation of this name, which `make` fills if nobody has.
Copy = Callable[[str, Make], Config]


@dataclass(frozen=True)
class Shelf:
    """The installations of this process that are ready to be copied; nobody works in them."""

    home: Path
    ready: dict[tuple[str, str], Config] = field(default_factory=dict)

    def of(self, name: str, kind: str, make: Make, postgres: Callable[[], Postgres]) -> Config:
        """The one of this name on this kind of database."""
        if (name, kind) not in self.ready:
            folder = self.home / f"{name}_{secrets.token_hex(4)}"
            folder.mkdir()
            url = f"sqlite:///{folder / 'portal.db'}"
            if kind == "postgresql":
                url = postgres().create(folder.name)
            config = Config(data=folder / "var", database_url=url)
            make(config)
            self.ready[name, kind] = config
        return self.ready[name, kind]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What this process has made so far."""
    return Shelf(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def installed(
    database_kind: str, shelf: Shelf, tmp_path: Path, request: pytest.FixtureRequest
) -> Copy:
    """Copies of installations, on SQLite and on PostgreSQL in turn."""

    def of(name: str, make: Make) -> Config:
        ready = shelf.of(name, database_kind, make, lambda: request.getfixturevalue("postgres"))
        if ready.data.exists():  # what lies there never changes in place
            shutil.copytree(ready.data, tmp_path / "var", copy_function=os.link)
        if database_kind == "sqlite":
            url = f"sqlite:///{tmp_path / 'portal.db'}"
            shutil.copyfile(ready.data.with_name("portal.db"), tmp_path / "portal.db")
        else:
            url = request.getfixturevalue("fresh_database")(ready.data.parent.name)
        return Config(data=tmp_path / "var", database_url=url)

    return of


def accounts() -> dict[str, UserAccount]:
    """Everybody who can sign in, by name, with the person they are."""
    query = select(UserAccount).options(joinedload(UserAccount.employee))
    with access.acting_as(access.SYSTEM):
        return {one.username: one for one in session().scalars(query)}
