"""A whole portal on real parts: database, store, LibreOffice, index; the fixed users of the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from portal.boot import boot
from portal.documents import templates
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, transaction
from portal.organization.accounts import UserAccount
from portal.seed import people, rules

PASSWORD = "only-for-the-tests-2026"


@dataclass(frozen=True)
class Portal:
    """The configuration in use and everybody who can act."""

    config: Config
    accounts: dict[str, UserAccount]


@pytest.fixture
def portal(database_url: str, tmp_path) -> Iterator[Portal]:
    """An empty company with staff, approval rules, agreements in force and templates in use."""
    config = Config(data=tmp_path / "var", database_url=database_url)
    engine = boot(config)
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM):
        with transaction():
            accounts = people.staff(PASSWORD)
            rules.approval_rules()
            people.clear(accounts)
        templates.install_built_in(into_use=True)
    yield Portal(config, accounts)
    remove_session()
    engine.dispose()
