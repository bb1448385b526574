"""What an S3 server keeps by itself, asked by raw calls around the rules of the store."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import urllib3
from minio.retention import Retention

from storage.port import Stat, StoreError, Unavailable
from storage.rules import utc_now
from storage.s3 import S3Store
from storage.s3_pool import create_only

_MINUTE = timedelta(minutes=1)
_UNLOCKED = "objects are not locked"


def server_promises(store: S3Store, place: str) -> Iterator[tuple[str, str]]:
    """Name of each promise and what is wrong with it, or nothing."""
    for number, (name, promise) in enumerate(_PROMISES):
        try:
            wrong = promise(store, f"{place}/server-{number}")
        except StoreError as reason:
            wrong = f"{type(reason).__name__}: {reason}"
        yield name, wrong


def _condition(store: S3Store, key: str) -> str:
    """If-None-Match is honoured though the store itself does not look first."""
    _raw_put(store, key, b"first")

    def again() -> None:
        with create_only():
            _raw_put(store, key, b"other")

    wrong = "" if _refused(again) else "a second conditional write was accepted"
    store.delete(key)
    return wrong


def _versioning(store: S3Store, key: str) -> str:
    """A plain delete hides, it does not destroy."""
    version = _raw_put(store, key, b"probe").version_id
    if not version:
        return "objects have no version id"
    with store.call():
        store.client.remove_object(store.bucket, key)
        answer = store.client.get_object(store.bucket, key, version_id=version)
        kept = answer.data
        answer.release_conn()
        store.client.remove_object(store.bucket, key, version)
    return "" if kept == b"probe" else "the version was lost by a plain delete"


def _lock_mode(store: S3Store, key: str) -> str:
    mode = store.lock_mode
    return "" if mode == "COMPLIANCE" else f"objects are locked in {mode}" if mode else _UNLOCKED


def _retention(store: S3Store, key: str) -> str:
    """Deleting and shortening are refused to this program's credentials, growth is not."""
    until, mode = utc_now() + _MINUTE, store.lock_mode
    if mode is None:
        return _UNLOCKED
    version = _raw_put(store, key, b"kept", retention=Retention(mode, until)).version_id
    if not _refused(lambda: _raw_delete(store, key, version)):
        return "a version under retention was deleted"

    def change(by: timedelta) -> None:
        lock = Retention(mode, until + by)
        with store.call():
            store.client.set_object_retention(store.bucket, key, lock, version)

    if not _refused(lambda: change(-_MINUTE / 2)):
        return "retention was shortened"
    change(timedelta(seconds=1))
    return ""


def _hold(store: S3Store, key: str) -> str:
    version = _raw_put(store, key, b"held").version_id
    store.hold(key, True)
    if not _refused(lambda: _raw_delete(store, key, version)):
        return "a version on hold was deleted"
    store.hold(key, False)
    _raw_delete(store, key, version)
    return ""


def _digest(store: S3Store, key: str) -> str:
    """Bytes that change on the way are refused by the server, not only by this program."""
    digest = base64.b64encode(hashlib.sha256(b"genuine").digest()).decode()
    headers = {"x-amz-checksum-sha256": digest, "x-amz-sdk-checksum-algorithm": "SHA256"}
    if _refused(lambda: _raw_put(store, key, b"altered", metadata=headers)):
        return ""
    store.delete(key)
    return "altered bytes were accepted"


def _anonymous(store: S3Store, key: str) -> str:
    _raw_put(store, key, b"probe")
    link = store.client.presigned_get_object(store.bucket, key, _MINUTE)
    bare = urllib3.request("GET", link.partition("?")[0], retries=False, timeout=5.0)
    forged = urllib3.request("GET", link[:-4] + "0000", retries=False, timeout=5.0)
    store.delete(key)
    if bare.status < 400:
        return "anybody can read"
    return "" if forged.status >= 400 else "a forged signature was accepted"


_PROMISES: tuple[tuple[str, Callable[[S3Store, str], str]], ...] = (
    ("server refuses a taken key", _condition),
    ("server keeps versions", _versioning),
    ("lock mode", _lock_mode),
    ("server keeps retention", _retention),
    ("server keeps a hold", _hold),
    ("server checks digests", _digest),
    ("server refuses strangers", _anonymous),
)


def _raw_put(store: S3Store, key: str, data: bytes, **options: object) -> Stat:
    """A put with none of the store's own checks."""
    with store.call():
        done = store.client.put_object(
            store.bucket,
            key,
            io.BytesIO(data),
            len(data),
            **options,  # type: ignore[arg-type]
        )
    return Stat(key, len(data), "", version_id=done.version_id)


def _raw_delete(store: S3Store, key: str, version: str | None) -> None:
    with store.call():
        store.client.remove_object(store.bucket, key, version)


def _refused(act: Callable[[], object]) -> bool:
    """Whether the server said no; not answering is no answer."""
    try:
        act()
    except Unavailable:
        raise
    except StoreError:
        return True
    return False
