"""A company whose objects, and perhaps whose rows, are in servers of their own instead of its folder."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

from storage.folder import FolderStore
from storage.port import read_whole
from storage.s3 import S3Store
from tests.servers.object_server import BUCKET, ObjectServer

#: A store that does not answer within so many seconds is away.
TIMEOUT = 1


def settings(server: ObjectServer, port: int | None = None) -> dict[str, object]:
    """How an installation is told to use this server, perhaps through another port."""
    access_key, secret_key = server.portal
    return {
        "store": "s3",
        "s3_endpoint": f"127.0.0.1:{port or server.port}",
        "s3_bucket": BUCKET,
        "s3_secure": False,
        "s3_access_key": access_key,
        "s3_secret_key": secret_key,
        "s3_timeout": TIMEOUT,
    }


def move(home: Path, store: S3Store) -> None:
    """Put everything of the folder into another store, as it stands there; repeatable."""
    folder, there = FolderStore(home / "var/store"), {found.key for found in store.list()}
    for key in [found.key for found in folder.list() if found.key not in there]:
        stat = folder.stat(key)
        store.put(
            key,
            BytesIO(read_whole(folder, key)),
            stat.size,
            stat.sha256,
            mime=stat.mime,
            retain_until=stat.retain_until,
        )


def set_up(home: Path, **told: object) -> None:
    """Write down how the installation in `home` differs, for every process that works in it."""
    (home / "settings.json").write_text(json.dumps(told))
