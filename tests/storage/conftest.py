"""Every kind of store the portal can be given, each plain and encrypted."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.folder import FolderStore
from storage.port import ObjectStore
from storage.sealed import EncryptedStore, KeyRing
from tests.servers.minio import minio
from tests.servers.object_server import ObjectServer
from tests.servers.seaweedfs import seaweedfs
from tests.storage.stored import WrapTable

__all__ = ["minio", "seaweedfs"]

SERVERS = [pytest.param(name, marks=pytest.mark.servers) for name in ("seaweedfs", "minio")]
STORES = [
    "folder",
    "folder sealed",
    *(
        pytest.param(f"{name}{sealed}", marks=pytest.mark.servers)
        for name in ("seaweedfs", "minio")
        for sealed in ("", " sealed")
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    """An empty folder store."""
    return FolderStore(tmp_path / "store")


@pytest.fixture
def ring() -> KeyRing:
    """A ring with one key."""
    return KeyRing({"k1": b"1" * 32}, "k1")


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> ObjectServer:
    """Each real S3 server in turn."""
    found: ObjectServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, ring: KeyRing) -> ObjectStore:
    """Each store the portal may run on, in turn."""
    kind, _, sealed = request.param.partition(" ")
    plain: ObjectStore
    if kind == "folder":
        plain = FolderStore(tmp_path / "store")
    else:
        # SeaweedFS lets the losers of a race wait in steps of a second, a dozen of them for long.
        plain = request.getfixturevalue(kind).store(read=60.0)
    return EncryptedStore(plain, ring, WrapTable()) if sealed else plain
