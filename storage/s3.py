"""A store on any S3 server that keeps its promises (see `storage.probe`), through the minio SDK."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from storage import s3_headers
from storage.breaker import Breaker
from storage.port import MIME, AlreadyExists, Blocks, Corrupt, Listed, NotFound, Stat, Unavailable
from storage.rules import (
    check_free,
    check_grow,
    check_key,
    check_meta,
    check_prefix,
    check_upload,
    span,
    utc_now,
    whole_second,
)
from storage.s3_errors import kind_of, server_is_well
from storage.s3_pool import create_only, make_pool
from storage.upload import CheckedUpload

#: Bytes read at once: with a quarter of it a read of 20 MiB took half as long again.
_READ = 1 << 20


class S3Store:
    """An `ObjectStore` in one bucket, which must be versioned and lock-enabled.

    `connect` and `read` are seconds; `lock_mode` is COMPLIANCE or, for staging, GOVERNANCE; None
    is for a server without object lock, where retention and holds are not kept at all. Objects
    over `part` bytes go in parts, so one socket time-out never covers a whole file.
    """

    def __init__(
        self,
        endpoint: str,
        access: str,
        secret: str,
        bucket: str,
        *,
        secure: bool = True,
        region: str = "us-east-1",
        ca_file: Path | None = None,
        connect: float = 2.0,
        read: float = 15.0,
        lock_mode: str | None = COMPLIANCE,
        part: int = 16 << 20,
        breaker: Breaker | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.bucket, self.lock_mode, self._part = bucket, lock_mode, part
        self._breaker, self._now = breaker or Breaker(), now
        self._process, self._connected = 0, cast("Minio", None)

        def connected() -> Minio:
            pool = make_pool(connect, read, ca_file)
            return Minio(endpoint, access, secret, secure=secure, region=region, http_client=pool)

        self._connect = connected

    @property
    def client(self) -> Minio:
        """The SDK's client of this process; a forked worker must not share its parent's sockets."""
        if self._process != os.getpid():
            self._connected, self._process = self._connect(), os.getpid()
        return self._connected

    def put(
        self,
        key: str,
        data: BinaryIO,
        size: int,
        sha256: str,
        *,
        mime: str = MIME,
        meta: Mapping[str, str] | None = None,
        retain_until: datetime | None = None,
    ) -> Stat:
        """See `ObjectStore.put`; the server refuses taken keys and, in one part, wrong digests."""
        check_key(key)
        check_upload(size, sha256)
        until = self._ahead(retain_until)
        stat = Stat(key, size, sha256, mime, check_meta(meta), until)
        upload = CheckedUpload(data, size, sha256)
        try:
            with create_only(), self.call():
                done = self.client.put_object(
                    self.bucket,
                    key,
                    cast("BinaryIO", upload),
                    size,
                    mime,
                    s3_headers.written(stat, whole=size <= self._part),
                    retention=self._lock(until),
                    part_size=self._part,
                    num_parallel_uploads=1,
                )
        except OSError:
            upload.finish()  # the SDK met the end too early; this says so in the port's words
            raise
        except AlreadyExists:
            return self._same(self.stat(key), stat)
        return replace(stat, version_id=done.version_id)

    def stat(self, key: str) -> Stat:
        """See `ObjectStore.stat`; a missing bucket looks like a missing object here."""
        check_key(key)
        with self.call():
            found = self.client.stat_object(self.bucket, key)
        return s3_headers.described(key, found.metadata or {}, found.size)

    def open(self, key: str, offset: int = 0, length: int | None = None) -> Blocks:
        """See `ObjectStore.open`; a whole read is hashed on the way.

        One request: the answer that brings the bytes describes the object, so the two cannot be
        of different versions.
        """
        check_key(key)
        span(0, offset, length)
        answer = None if length == 0 else self._answer(key, offset, length)
        if answer is None:
            return Blocks(self.stat(key), _nothing())
        with ExitStack() as refused:
            refused.callback(_drop, answer)
            stat = s3_headers.delivered(key, answer.headers, offset)
            blocks = self._blocks(stat, answer, span(stat.size, offset, length))
            refused.pop_all()
        return Blocks(stat, blocks, partial(_drop, answer))

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """See `ObjectStore.list`."""
        check_prefix(prefix)
        with self.call():
            for found in self.client.list_objects(self.bucket, prefix, recursive=True):
                since = cast("datetime", found.last_modified).astimezone(UTC)
                yield Listed(cast("str", found.object_name), found.size or 0, since)

    def retain(self, key: str, until: datetime) -> None:
        """See `ObjectStore.retain`: kept by the server."""
        found = self.stat(key)
        if self._ahead(until):
            self._retain(found, whole_second(until))
        else:
            check_grow(found, whole_second(until))

    def hold(self, key: str, on: bool) -> None:
        """See `ObjectStore.hold`: kept by the server."""
        stat = self.stat(key)
        if self.lock_mode is None:
            return
        client = self.client
        switch = client.enable_object_legal_hold if on else client.disable_object_legal_hold
        with self.call():
            switch(self.bucket, key, stat.version_id)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`: by version, since a delete marker would only hide the bytes.

        The one in force goes last: until then `stat` says that something is there.
        """
        versions = self._versions(check_key(key))
        if not any(stat is not None for stat in versions.values()):
            raise NotFound(key)
        for stat in filter(None, versions.values()):
            check_free(stat, self._now())
        for version in reversed(versions):
            with self.call():
                self.client.remove_object(self.bucket, key, version)

    def _versions(self, key: str) -> dict[str | None, Stat | None]:
        """Every version of a key, the newest first; None for a mark that only hides the others."""
        found: dict[str | None, Stat | None] = {}
        with self.call():
            listed = self.client.list_objects(self.bucket, key, include_version=True)
            mine = [one for one in listed if one.object_name == key]
        for one in mine:
            found[one.version_id] = None
            if not one.is_delete_marker:
                with self.call():
                    seen = self.client.stat_object(self.bucket, key, version_id=one.version_id)
                found[one.version_id] = s3_headers.described(key, seen.metadata or {}, seen.size)
        return found

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around every call of the client: the breaker first, the port's errors last."""
        self._breaker.check()
        with self._heard():
            yield

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """What the server does in the block, told to the breaker and said in the port's words."""
        try:
            yield
        except S3Error as reason:
            self._breaker.note(server_is_well(reason))
            raise kind_of(reason)(f"{reason.code}: {reason.object_name}") from reason
        except (HTTPError, MinioException) as reason:
            self._breaker.note(False)
            raise Unavailable(type(reason).__name__) from reason
        self._breaker.note(True)

    def _same(self, found: Stat, asked: Stat) -> Stat:
        """A repeated put: the object that is there, or `AlreadyExists` for other bytes."""
        if found.sha256 != asked.sha256:
            raise AlreadyExists(found.key)
        until = asked.retain_until
        if until is None or (found.retain_until and found.retain_until >= until):
            return found
        return self._retain(found, until)

    def _retain(self, stat: Stat, until: datetime) -> Stat:
        check_grow(stat, until)
        lock = self._lock(until)
        if lock is None:
            return stat
        with self.call():
            self.client.set_object_retention(self.bucket, stat.key, lock, stat.version_id)
        return replace(stat, retain_until=until)

    def _ahead(self, until: datetime | None) -> datetime | None:
        """A day that is over protects nothing, and servers refuse it: papers taken over may be old."""
        rounded = whole_second(until) if until else None
        return rounded if rounded and rounded > self._now() else None

    def _lock(self, until: datetime | None) -> Retention | None:
        return Retention(self.lock_mode, until) if until and self.lock_mode else None

    def _answer(self, key: str, offset: int, length: int | None) -> BaseHTTPResponse | None:
        """The server's answer, its bytes unread; None when it has none from `offset` on."""
        with self.call():
            try:
                return self.client.get_object(self.bucket, key, offset, length or 0)
            except S3Error as reason:
                if reason.code == "InvalidRange":
                    return None
                raise

    def _blocks(self, stat: Stat, answer: BaseHTTPResponse, left: int) -> Generator[bytes]:
        whole = hashlib.sha256() if left == stat.size else None
        with self._heard():
            for block in answer.stream(_READ):
                left -= len(block)
                if whole:
                    whole.update(block)
                yield block
        if left or (whole and whole.hexdigest() != stat.sha256):
            raise Corrupt(f"{stat.key}: bytes differ from the record")


def _nothing() -> Generator[bytes]:
    yield from ()


def _drop(answer: BaseHTTPResponse) -> None:
    answer.close()  # drops, rather than drains, what nobody read
    answer.release_conn()
