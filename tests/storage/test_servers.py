"""What only a real server can show: its lock behind the port, wrong keys and clocks, kill -9."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import minio.time
import pytest
import urllib3
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from storage.port import (
    AlreadyExists,
    Corrupt,
    Denied,
    Locked,
    NotFound,
    StoreError,
    Unavailable,
    read_whole,
)
from storage.s3 import S3Store
from tests.servers.minio import new_minio
from tests.servers.object_server import BUCKET, ObjectServer
from tests.servers.seaweedfs import new_seaweedfs
from tests.storage.stored import fresh_key, put, sha256

pytestmark = pytest.mark.servers


def test_retention_holds_against_the_administrator_of_the_bucket(server: ObjectServer) -> None:
    """COMPLIANCE means nobody (R10.6)."""
    key, until = fresh_key(), datetime.now(UTC) + timedelta(days=2)
    version = put(server.store(), key, b"signed", retain_until=until).version_id
    ops = S3Store(server.endpoint, *server.ops, BUCKET, secure=False)
    with pytest.raises(StoreError) as refused, ops.call():
        ops.client.remove_object(BUCKET, key, version)
    assert not isinstance(refused.value, Unavailable | NotFound)
    assert read_whole(server.store(), key) == b"signed"


def test_a_plain_delete_around_the_port_hides_but_does_not_destroy(server: ObjectServer) -> None:
    key, store = fresh_key(), server.store()
    version = put(store, key, b"signed").version_id
    with store.call():
        store.client.remove_object(BUCKET, key)
        kept = store.client.get_object(BUCKET, key, version_id=version)
    assert kept.data == b"signed"
    kept.release_conn()
    with pytest.raises(NotFound):
        store.stat(key)


def readable(store: S3Store, key: str) -> list[bytes]:
    """What somebody reads who knows every version of a key."""
    with store.call():
        listed = list(store.client.list_objects(store.bucket, key, include_version=True))
        found = []
        for one in listed:
            if one.object_name == key and not one.is_delete_marker:
                answer = store.client.get_object(store.bucket, key, version_id=one.version_id)
                found.append(answer.data)
                answer.release_conn()
    return found


def test_what_is_destroyed_has_no_version_left_that_anybody_could_read(
    server: ObjectServer,
) -> None:
    """R8.1.3: neither one that was hidden around the port, nor one that lies below another."""
    key, store = fresh_key(), server.store()
    beside = put(store, f"{key}0", b"another object").key
    put(store, key, b"hidden")
    with store.call():
        store.client.remove_object(BUCKET, key)
    with pytest.raises(NotFound):
        store.stat(key)
    store.delete(key)
    assert readable(store, key) == []
    with pytest.raises(NotFound):
        store.delete(key)
    put(store, key, b"first")
    with store.call():
        store.client.put_object(BUCKET, key, io.BytesIO(b"second"), 6)
    assert readable(store, key) == [b"second", b"first"]
    store.delete(key)
    assert readable(store, key) == []
    assert read_whole(store, beside) == b"another object"


@pytest.mark.parametrize("mode", ["COMPLIANCE", "GOVERNANCE"])
def test_a_version_under_lock_is_not_destroyed_by_being_hidden(
    server: ObjectServer, mode: str
) -> None:
    """R10.6: and nothing else of the key goes before it may."""
    key, store = fresh_key(), server.store(lock_mode=mode)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    put(store, key, b"signed", retain_until=until)
    with store.call():
        store.client.remove_object(BUCKET, key)
        store.client.put_object(BUCKET, key, io.BytesIO(b"other"), 5)
    with pytest.raises(Locked) as refused:
        store.delete(key)
    assert refused.value.until == until
    assert readable(store, key) == [b"other", b"signed"]
    # the lock ends by the clock of the server
    threading.Event().wait(max(0.0, (until - datetime.now(UTC)).total_seconds()) + 1)
    store.delete(key)
    assert readable(store, key) == []


@pytest.mark.parametrize("versioned", [True, False])
def test_a_bucket_without_lock_keeps_nothing_that_was_destroyed(
    server: ObjectServer, versioned: bool
) -> None:
    bucket = f"unlocked-{versioned}".lower()
    store = S3Store(server.endpoint, *server.ops, bucket, secure=False, lock_mode=None)
    with store.call():
        if not store.client.bucket_exists(bucket):
            store.client.make_bucket(bucket)
        if versioned:
            store.client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    key = fresh_key()
    put(store, key, b"plain", retain_until=datetime.now(UTC) + timedelta(days=2))
    store.delete(key)
    assert readable(store, key) == []
    put(store, key, b"plain again")
    store.delete(key)
    assert readable(store, key) == []


def test_bytes_swapped_under_a_key_are_refused_and_a_running_read_keeps_its_own(
    server: ObjectServer,
) -> None:
    key, store, data = fresh_key(), server.store(), os.urandom(4 << 20)
    put(store, key, data)
    running = store.open(key)
    record = {"x-amz-meta-sha256": sha256(data)}
    for other in (os.urandom(len(data)), data[:-1]):
        with store.call():
            store.client.put_object(BUCKET, key, io.BytesIO(other), len(other), metadata=record)
        with pytest.raises(Corrupt):
            read_whole(store, key)
    with store.call():
        store.client.put_object(BUCKET, key, io.BytesIO(data), len(data))
    with pytest.raises(Corrupt):
        store.open(key)  # what it should be was recorded nowhere
    assert b"".join(running) == data


def test_an_object_is_not_public(server: ObjectServer) -> None:
    """R8.1.3"""
    key = fresh_key()
    put(server.store(), key, b"signed")
    url = f"http://{server.endpoint}/{BUCKET}"
    for address in (url, f"{url}/{key}"):
        assert urllib3.request("GET", address, retries=False).status == 403
    assert urllib3.request("PUT", f"{url}/{key}", body=b"x", retries=False).status == 403


def test_the_filer_of_seaweedfs_does_not_delete_behind_the_lock(seaweedfs: ObjectServer) -> None:
    """Without signing keys one anonymous request destroyed objects under retention."""
    key, until = fresh_key(), datetime.now(UTC) + timedelta(days=2)
    put(seaweedfs.store(), key, b"signed", retain_until=until)
    [filer] = [a.partition("=")[2] for a in seaweedfs.command if a.startswith("-filer.port=")]
    for path in (f"buckets/{BUCKET}/{key}.versions/", f"buckets/{BUCKET}/"):
        url = f"http://127.0.0.1:{filer}/{path}?recursive=true"
        assert urllib3.request("DELETE", url, retries=False).status == 401
    assert read_whole(seaweedfs.store(), key) == b"signed"


@pytest.mark.parametrize("wrong", ["access", "secret", "bucket"])
def test_wrong_settings_are_denied_and_not_retried(server: ObjectServer, wrong: str) -> None:
    access, secret = server.portal
    store = S3Store(
        server.endpoint,
        "nobody" if wrong == "access" else access,
        "not the secret" if wrong == "secret" else secret,
        "missing" if wrong == "bucket" else BUCKET,
        secure=False,
    )
    with pytest.raises(Denied) as refused:
        put(store, fresh_key(), b"x")
    assert not refused.value.retry


def test_a_clock_that_is_wrong_by_twenty_minutes_is_denied(
    server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = minio.time.utcnow
    monkeypatch.setattr(minio.time, "utcnow", lambda: real() + timedelta(minutes=20))
    with pytest.raises(Denied):
        put(server.store(), fresh_key(), b"x")


def test_a_large_upload_that_breaks_off_leaves_no_part_behind(server: ObjectServer) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 12 << 20:
                raise RuntimeError("the sender went away")
            return super().read(size)

    data, store, key = os.urandom(18 << 20), server.store(part=5 << 20), fresh_key()
    with pytest.raises(RuntimeError):
        store.put(key, Broken(data), len(data), sha256(data))
    with pytest.raises(NotFound):
        store.stat(key)
    put(store, key, data)
    with pytest.raises(AlreadyExists):
        put(store, key, data[1:])
    assert read_whole(store, key) == data


def test_a_forked_worker_does_not_use_its_parents_connections(server: ObjectServer) -> None:
    key, store = fresh_key(), server.store()
    put(store, key, b"signed")
    parent = store.client
    if (child := os.fork()) == 0:
        verdict = 1
        try:
            verdict = int(store.client is parent or read_whole(store, key) != b"signed")
        finally:
            os._exit(verdict)
    assert os.waitpid(child, 0)[1] == 0
    assert store.client is parent


@pytest.mark.faults
@pytest.mark.parametrize("new_server", [new_seaweedfs, new_minio])
def test_a_killed_server_loses_nothing_it_acknowledged(
    new_server: Callable[[Path], ObjectServer], tmp_path: Path
) -> None:
    server = new_server(tmp_path)
    server.start()
    try:
        sent, acknowledged = _put_until_killed(server, writers=4, enough=60)
        server.start()
        store = server.store()
        for key, data in sent.items():
            if key in acknowledged:
                assert read_whole(store, key) == data
            else:
                put(store, key, data)  # absent or whole: the job's retry succeeds either way
                assert read_whole(store, key) == data
    finally:
        server.kill()


def _put_until_killed(
    server: ObjectServer, writers: int, enough: int
) -> tuple[dict[str, bytes], set[str]]:
    """What was sent, and the keys of what was acknowledged before SIGKILL met the others."""
    sent: dict[str, bytes] = {}
    acknowledged: set[str] = set()
    reached = threading.Event()

    def write() -> None:
        store = server.store()
        while True:
            key, data = fresh_key(), os.urandom(50_000)
            sent[key] = data
            try:
                put(store, key, data)
            except Unavailable:
                return
            acknowledged.add(key)
            if len(acknowledged) >= enough:
                reached.set()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for each in threads:
        each.start()
    assert reached.wait(60)
    server.kill()
    for each in threads:
        each.join()
    assert len(sent) > len(acknowledged) >= enough
    return sent, acknowledged


def test_ten_slow_readers_leave_the_store_free_for_others(server: ObjectServer) -> None:
    key, store, data = fresh_key(), server.store(), os.urandom(4 << 20)
    put(store, key, data)
    readers = [store.open(key) for _ in range(10)]
    begun = [next(blocks) for blocks in readers]
    start = time.monotonic()
    assert store.stat(key).size == len(data)
    assert time.monotonic() - start < 2
    for first, blocks in zip(begun, readers, strict=True):
        assert first + b"".join(blocks) == data
