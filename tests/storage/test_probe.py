"""The probe tells a store that keeps its promises from one that only says 200."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from storage.folder import FolderStore
from storage.port import NotFound, Stat
from storage.probe import Outcome, Report, probe
from storage.s3 import S3Store
from storage.sealed import EncryptedStore, KeyRing
from tests.servers.object_server import ObjectServer, free_ports
from tests.storage.stored import WrapTable, sha256


def outcomes(report: Report, outcome: Outcome) -> set[str]:
    """Names of the checks with this outcome."""
    return {check.name for check in report.checks if check.outcome is outcome}


def test_a_folder_keeps_its_promises_but_is_not_tamper_proof(folder: FolderStore) -> None:
    report = probe(folder)
    assert report.ok
    assert not report.worm
    assert outcomes(report, Outcome.APPLICATION) == {"lock against administrators"}
    assert "application rule only" in str(report)
    left = [found.key for found in folder.list("probe/")]
    assert [key.rpartition("/")[2] for key in left] == ["kept"]


def test_the_next_probe_removes_what_the_last_one_had_to_leave(folder: FolderStore) -> None:
    probe(folder)
    [old] = [found.key for found in folder.list("probe/")]
    record = folder.root / "objects" / f"{old}.meta"
    fields = json.loads(record.read_bytes()) | {"until": "2026-01-01T00:00:00+00:00"}
    record.unlink()
    record.write_text(json.dumps(fields))
    probe(folder)
    [new] = [found.key for found in folder.list("probe/")]
    assert new != old


def test_a_folder_open_to_others_is_pointed_out(folder: FolderStore) -> None:
    folder.root.chmod(0o755)
    assert "open to other users" in str(probe(folder))


@pytest.mark.servers
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_a_real_server_with_a_lock_bucket_keeps_everything_itself(
    server: ObjectServer, ring: KeyRing, sealed: bool
) -> None:
    plain = server.store()
    report = probe(EncryptedStore(plain, ring, WrapTable()) if sealed else plain)
    assert report.worm, str(report)
    assert ("encryption" in outcomes(report, Outcome.KEPT)) is sealed


@pytest.mark.servers
def test_a_bucket_without_lock_is_found_out(server: ObjectServer) -> None:
    ops = S3Store(server.endpoint, *server.ops, "without-lock", secure=False)
    if not ops.client.bucket_exists(ops.bucket):
        ops.client.make_bucket(ops.bucket)
    report = probe(ops)
    assert not report.ok
    assert outcomes(report, Outcome.BROKEN) == {
        "retention and hold",
        "server keeps versions",
        "server keeps retention",
        "server keeps a hold",
    }


def test_a_store_that_does_not_answer_is_reported_and_not_tried_further() -> None:
    [port] = free_ports(1)
    report = probe(S3Store(f"127.0.0.1:{port}", "key", "secret", "signed", secure=False))
    assert not report.ok
    assert [check.name for check in report.checks] == ["answers"]
    assert "Unavailable" in str(report)


class Careless(FolderStore):
    """Accepts everything, as some servers do, and keeps the last writer's bytes."""

    def put(
        self, key: str, data: Any, size: int, sha256: str, *, retain_until: Any = None, **rest: Any
    ) -> Stat:
        """Forget what is there, the retention, and the announced hash."""
        try:
            FolderStore.hold(self, key, False)
            self.delete(key)
        except NotFound:
            pass
        content = data.read()
        return super().put(key, io.BytesIO(content), len(content), digest(content), **rest)

    def hold(self, key: str, on: bool) -> None:
        """Say yes and do nothing."""


def digest(content: bytes) -> str:
    """The hash the careless store finds for itself."""
    return sha256(content)


def test_a_store_that_ignores_conditions_locks_and_hashes_is_found_out(tmp_path: Path) -> None:
    broken = outcomes(probe(Careless(tmp_path)), Outcome.BROKEN)
    assert broken >= {"write-once", "wrong upload refused", "retention and hold"}
