"""A whole portal on real parts, SQLite with a folder and PostgreSQL with MinIO; the fixed users of the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from portal.boot import boot
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session
from portal.organization.accounts import UserAccount
from portal.seed import begun
from tests.installations import Copy, accounts, installed, shelf
from tests.servers.minio import minio
from tests.servers.object_server import BUCKET, ObjectServer

__all__ = ["installed", "minio", "shelf"]

PASSWORD = "only-for-the-tests-2026"


@dataclass(frozen=True)
class Portal:
    """The configuration in use and everybody who can act."""

    config: Config
    accounts: dict[str, UserAccount]


def begin(config: Config) -> None:
    """Make the empty company in an installation that has nothing yet."""
    engine = boot(config)
    Base.metadata.create_all(engine)
    begun.company(PASSWORD)
    remove_session()
    engine.dispose()


@pytest.fixture
def config(
    database_kind: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Config:
    """A small office: SQLite and a folder; a large one: PostgreSQL and MinIO, everything encrypted."""
    if database_kind == "sqlite":
        installed: Copy = request.getfixturevalue("installed")
        return installed("begun", begin)
    server: ObjectServer = request.getfixturevalue("minio")
    access_key, secret_key = server.portal
    return Config(
        data=tmp_path / "var",
        database_url=database_url,
        store="s3",
        store_encrypt="all",
        s3_endpoint=server.endpoint,
        s3_bucket=BUCKET,
        s3_access_key=access_key,
        s3_secret_key=SecretStr(secret_key),
        s3_secure=False,
    )


@pytest.fixture
def portal(config: Config) -> Iterator[Portal]:
    """An empty company with staff, approval rules, agreements in force and templates in use."""
    if not config.data.exists():  # else it is a copy
        begin(config)
    engine = boot(config)
    yield Portal(config, accounts())
    remove_session()
    engine.dispose()
