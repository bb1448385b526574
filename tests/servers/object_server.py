"""A real S3 server as a child process on loopback: start, wait for a readable object, kill."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.breaker import Breaker
from storage.port import NotFound, StoreError, read_whole
from storage.s3 import S3Store

BUCKET = "signed"
CANARY = b"canary"


@dataclass
class ObjectServer:
    """One server; `ops` may make buckets, `portal` is what the product would be given."""

    name: str
    home: Path
    port: int
    command: Sequence[str]
    ops: tuple[str, str]
    portal: tuple[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 60.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Host and port, as `S3Store` wants them."""
        return f"127.0.0.1:{self.port}"

    def store(self, bucket: str = BUCKET, **options: Any) -> S3Store:
        """A store with the product's rights in the lock-enabled bucket."""
        return S3Store(self.endpoint, *self.portal, bucket, secure=False, **options)

    def start(self) -> None:
        """Start (or start again on the same data) and wait until an object can be read."""
        environment = {**os.environ, "HOME": str(self.home), **self.environment}
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.home,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + self.patience
        while not self._answers():
            if self._ended_within(0.1) or time.monotonic() > deadline:
                self.kill()
                tail = (self.home / "log").read_text("utf-8", "replace")[-3000:]
                raise RuntimeError(f"{self.name} does not serve objects:\n{tail}")

    @contextmanager
    def running(self) -> Iterator[ObjectServer]:
        """From its first answer on; killed afterwards."""
        try:
            self.start()
            yield self
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once: a graceful stop of SeaweedFS takes eight seconds and may never end."""
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        """An open port is not enough: after a kill SeaweedFS answers reads with 500 at first."""
        ops = S3Store(
            self.endpoint, *self.ops, BUCKET, secure=False, read=3.0, breaker=Breaker(limit=10**6)
        )
        try:
            with ops.call():
                if not ops.client.bucket_exists(BUCKET):
                    ops.client.make_bucket(BUCKET, object_lock=True)
            try:
                return read_whole(ops, "canary") == CANARY
            except NotFound:
                digest = hashlib.sha256(CANARY).hexdigest()
                ops.put("canary", io.BytesIO(CANARY), len(CANARY), digest)
                return read_whole(ops, "canary") == CANARY
        except StoreError:
            return False

    def _ended_within(self, seconds: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on; all are held at once, so they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
