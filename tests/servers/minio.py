"""MinIO on loopback, built once from the pinned recipe in `.ci/minio`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.object_server import ObjectServer, free_ports

RECIPE = Path(__file__).parents[2] / ".ci" / "minio" / "build"
ROOT = ("portal-test", "portal-test-secret")
BUILD_SECONDS = 1200


def new_minio(home: Path) -> ObjectServer:
    """A server that is not started yet, with its data below `home`."""
    port, console = free_ports(2)
    data = home / "data"
    data.mkdir(parents=True)
    return ObjectServer(
        name="MinIO",
        home=home,
        port=port,
        command=[
            _program(),
            "server",
            "--quiet",
            f"--address=127.0.0.1:{port}",
            f"--console-address=127.0.0.1:{console}",
            str(data),
        ],
        ops=ROOT,
        portal=ROOT,
        environment={
            "MINIO_ROOT_USER": ROOT[0],
            "MINIO_ROOT_PASSWORD": ROOT[1],
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        },
    )


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    """One running MinIO for the whole session."""
    server = new_minio(tmp_path_factory.mktemp("minio"))
    server.start()
    yield server
    server.kill()


def _program() -> str:
    """The built server; waits for a build that runs in the background, else builds now."""
    built = subprocess.run(
        [RECIPE], capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
    )
    if built.returncode != 0:
        raise RuntimeError(
            f"missing: MinIO could not be built by {RECIPE}:\n{built.stderr[-3000:]}"
        )
    return built.stdout.strip().splitlines()[-1]
