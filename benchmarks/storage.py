"""Ratios of the object stores against plain copies, the bare SDK and boto3 (medians, interleaved).

    python -m benchmarks.storage [--json] [--rounds N]

Milliseconds belong to a machine, ratios to the code: each line divides two medians whose runs
alternated, and says what it must not exceed. The exit status is 1 when one does.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3

from storage.breaker import Breaker
from storage.folder import FolderStore
from storage.port import ObjectStore, StoreError, read_whole
from storage.s3 import S3Store
from storage.sealed import EncryptedStore, KeyRing
from tests.servers.minio import new_minio
from tests.servers.object_server import BUCKET, ObjectServer, free_ports
from tests.servers.seaweedfs import new_seaweedfs
from tests.storage.stored import WrapTable

SIZES = {"20 kB": 20_000, "1 MiB": 1 << 20, "20 MiB": 20 << 20}
#: How many times as often the small ones take turns: what takes a millisecond is easily disturbed.
TURNS = {"20 kB": 20, "1 MiB": 4, "20 MiB": 1}
Act = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """One measured figure and its limit; `unit` is "x" for a ratio of medians."""

    name: str
    value: float
    limit: float
    unit: str = "x"

    @property
    def kept(self) -> bool:
        """Within its limit."""
        return self.value <= self.limit


def medians(acts: Sequence[Act], rounds: int) -> list[float]:
    """Median seconds of each act, all taken in turns after one round unmeasured."""
    times: list[list[float]] = [[] for _ in acts]
    for number in range(rounds + 1):
        for act, kept in zip(acts, times, strict=True):
            start = time.perf_counter()
            act()
            if number:
                kept.append(time.perf_counter() - start)
    return [statistics.median(kept) for kept in times]


def ratio(measured: Act, reference: Act, rounds: int) -> float:
    """Median time of one act over that of another."""
    ours, theirs = medians((measured, reference), rounds)
    return ours / theirs


def fresh_key() -> str:
    """A key nobody has used."""
    return f"bench/2026/{uuid.uuid4().hex}"


def putting(store: ObjectStore, data: bytes) -> Act:
    """Store these bytes under a new key; the hash is the caller's work and not measured."""
    digest = hashlib.sha256(data).hexdigest()
    return lambda: store.put(fresh_key(), io.BytesIO(data), len(data), digest)


def stored(store: ObjectStore, data: bytes) -> str:
    """The key of these bytes, stored."""
    key = fresh_key()
    store.put(key, io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest())
    return key


def sealed(store: ObjectStore) -> EncryptedStore:
    """Encryption around a store."""
    return EncryptedStore(store, KeyRing({"k": b"k" * 32}, "k"), WrapTable())


def copying(place: Path, data: bytes) -> Act:
    """A durable, hashed copy of a file: bytes synced, then its folder.

    The hash is in the reference because on a fast disk it costs as much as the writing.
    """
    source = place / f"source-{len(data)}"
    source.write_bytes(data)

    def copy() -> None:
        target = place / uuid.uuid4().hex
        hashlib.sha256(data).digest()
        shutil.copyfile(source, target)
        for path in (target, place):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)

    return copy


def folder_lines(place: Path, rounds: int) -> Iterator[Line]:
    """The folder store against `cp` with fsync, and encrypted against plain."""
    store = FolderStore(place / "store")
    copies = place / "copies"
    copies.mkdir()
    for name, size in SIZES.items():
        data, limit = os.urandom(size), 1.5 if size > 2 << 20 else 2.5
        os.sync()  # what others left unwritten holds back whoever writes, not who copies on disk
        value = ratio(putting(store, data), copying(copies, data), rounds)
        yield Line(f"folder put / cp+fsync+sha256, {name}", value, limit)
    data, box = os.urandom(SIZES["20 MiB"]), sealed(store)
    plain_key, sealed_key = stored(store, data), stored(box, data)
    value = ratio(lambda: read_whole(box, sealed_key), lambda: read_whole(store, plain_key), rounds)
    yield Line("folder get encrypted / plain, 20 MiB", value, 2.0)


def server_lines(server: ObjectServer, rounds: int) -> Iterator[Line]:
    """The S3 store against the bare SDK and boto3, and encrypted ranges against plain ones."""
    store, name, aws = server.store(), server.name, boto_client(server)
    for label, size in SIZES.items():
        data, turns = os.urandom(size), rounds * TURNS[label]
        acts = (putting(store, data), bare_put(store, data), boto_put(aws, data))
        ours, bare, boto = medians(acts, turns)
        yield Line(f"{name} put / bare minio put, {label}", ours / bare, 1.6)
        if size > 2 << 20:
            yield Line(f"{name} put / boto3 put, {label}", ours / boto, 1.4)
        key = stored(store, data)
        acts = (reading(store, key), bare_get(store, key), boto_get(aws, key))
        ours, bare, boto = medians(acts, turns)
        yield Line(f"{name} get / bare minio get, {label}", ours / bare, 2.0)
        yield Line(f"{name} get / boto3 get, {label}", ours / boto, 2.0)
    data, box = os.urandom(SIZES["20 MiB"]), sealed(store)
    plain_key, sealed_key = stored(store, data), stored(box, data)
    value = ratio(slicing(box, sealed_key), slicing(store, plain_key), 20 * rounds)
    yield Line(f"{name} 64 KiB range encrypted / plain", value, 1.7)
    # In a process of its own: this one has already held whole objects.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        mebibytes = fresh.submit(growth, server.endpoint, *server.portal).result()
    yield Line(f"{name} memory for 200 MB encrypted", mebibytes, 48, "MiB")


def reading(store: ObjectStore, key: str) -> Act:
    """Read an object whole."""
    return lambda: read_whole(store, key)


def slicing(store: ObjectStore, key: str) -> Act:
    """Read 64 KiB out of the middle."""
    return lambda: b"".join(store.open(key, 10_000_000, 1 << 16))


def bare_put(store: S3Store, data: bytes) -> Act:
    """What the SDK alone does, with the same pool."""
    client, bucket = store.client, store.bucket
    return lambda: client.put_object(bucket, fresh_key(), io.BytesIO(data), len(data))


def bare_get(store: S3Store, key: str) -> Act:
    """What the SDK alone does, with the same pool."""

    def get() -> bytes:
        answer = store.client.get_object(store.bucket, key)
        try:
            return answer.read()
        finally:
            answer.release_conn()

    return get


def boto_client(server: ObjectServer) -> Any:
    """The other client, as it comes, with the same rights on the same server."""
    access, secret = server.portal
    return boto3.client(
        "s3",
        endpoint_url=f"http://{server.endpoint}",
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        region_name="us-east-1",
    )


def boto_put(client: Any, data: bytes) -> Act:
    """What boto3 does with the same bytes."""
    return lambda: client.put_object(Bucket=BUCKET, Key=fresh_key(), Body=data)


def boto_get(client: Any, key: str) -> Act:
    """What boto3 does with the same object."""
    return lambda: client.get_object(Bucket=BUCKET, Key=key)["Body"].read()


class Zeros(io.RawIOBase):
    """A stream of zero bytes that takes no memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """The next zeros."""
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


def growth(endpoint: str, access: str, secret: str, size: int = 200_000_000) -> float:
    """MiB by which this process's peak memory grows while it stores and reads `size` sealed."""
    store = sealed(S3Store(endpoint, access, secret, BUCKET, secure=False))
    stored(store, b"warm")
    digest = hashlib.sha256()
    for _ in range(size // 1_000_000):
        digest.update(bytes(1_000_000))
    before = peak()
    key = fresh_key()
    store.put(key, Zeros(size), size, digest.hexdigest())  # type: ignore[arg-type]
    assert sum(len(block) for block in store.open(key)) == size
    return peak() - before


def peak() -> float:
    """Most MiB this program has held; `getrusage` would also count the one that started it."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def outage_lines() -> Iterator[Line]:
    """What a store that is down costs a request."""
    [port] = free_ports(1)
    store = S3Store(f"127.0.0.1:{port}", "k", "s", "signed", secure=False, breaker=Breaker(limit=1))
    for name, limit in [("store down", 2500.0), ("open breaker", 5.0)]:
        start = time.perf_counter()
        try:
            store.stat("a")
        except StoreError:
            yield Line(name, (time.perf_counter() - start) * 1000, limit, "ms")


def measure(rounds: int) -> Iterator[Line]:
    """Every line, one real server after the other."""
    with tempfile.TemporaryDirectory() as place:
        yield from outage_lines()
        yield from folder_lines(Path(place), rounds)
        for new_server in (new_seaweedfs, new_minio):
            home = Path(place) / new_server.__name__
            home.mkdir()
            server = new_server(home)
            server.start()
            try:
                yield from server_lines(server, rounds)
            finally:
                server.kill()


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--json", action="store_true")
    words.add_argument("--rounds", type=int, default=9)
    asked = words.parse_args()
    lines = []
    for line in measure(asked.rounds):
        lines.append(line)
        if not asked.json:
            mark = "ok" if line.kept else "OVER"
            figure = f"{line.value:8.2f} {line.unit:3} (limit {line.limit:g})"
            print(f"{line.name:44} {figure:28} {mark}", flush=True)
    if asked.json:
        print(json.dumps([asdict(line) | {"kept": line.kept} for line in lines], indent=1))
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
