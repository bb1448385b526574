"""Find out what a store really promises: "200 OK" to a lock or a condition proves nothing.

The probe writes a few tiny objects below `probe/` and removes them again, except those it put
under retention for a minute: the next probe removes these.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from storage.folder import FolderStore
from storage.port import AlreadyExists, Corrupt, Locked, ObjectStore, StoreError, read_whole
from storage.probe_server import server_promises
from storage.report import Check, Outcome, Report
from storage.rules import utc_now
from storage.s3 import S3Store
from storage.sealed import EncryptedStore

__all__ = ["Check", "Outcome", "Report", "probe"]

_WRITERS = 8
_ANSWERS = "answers"
Promise = Callable[[ObjectStore, str], str]


def probe(store: ObjectStore) -> Report:
    """Try every promise of a store (`portal doctor --store`); never raises a `StoreError`."""
    place = f"probe/{secrets.token_hex(8)}"
    checks = [_judge(_ANSWERS, _answers, store, f"{place}/answers")]
    if checks[0].outcome is Outcome.KEPT:
        checks += [
            _judge(name, promise, store, f"{place}/{n}") for n, (name, promise) in enumerate(_PORT)
        ]
        checks += _hardness(store, place)
        with suppress(StoreError):
            _tidy(store)
    return Report(_kind(store), tuple(checks))


def _judge(name: str, promise: Promise, store: ObjectStore, key: str) -> Check:
    """Kept when the promise finds nothing wrong; an error it did not expect breaks it."""
    try:
        wrong = promise(store, key)
    except StoreError as reason:
        wrong = f"{type(reason).__name__}: {reason}"
    return Check(name, Outcome.BROKEN if wrong else Outcome.KEPT, wrong)


def _hardness(store: ObjectStore, place: str) -> list[Check]:
    """What holds against somebody who goes around this program."""
    if isinstance(store, EncryptedStore):
        hidden = _judge("encryption", _encrypts, store, f"{place}/sealed")
        return [hidden, *_hardness(store.inner, place)]
    if isinstance(store, S3Store):
        return [
            Check(name, Outcome.BROKEN if wrong else Outcome.KEPT, wrong)
            for name, wrong in server_promises(store, place)
        ]
    why = "whoever may write the folder can delete"
    if isinstance(store, FolderStore) and store.root.stat().st_mode & 0o077:
        why = "the folder is open to other users; " + why
    return [Check("lock against administrators", Outcome.APPLICATION, why)]


def _tidy(store: ObjectStore) -> None:
    """Remove what earlier probes had to leave under retention."""
    for key in [found.key for found in store.list("probe/")]:
        with suppress(StoreError):
            until = store.stat(key).retain_until
            if until and until <= utc_now():
                store.delete(key)
    if isinstance(store, EncryptedStore):
        _tidy(store.inner)  # objects of the server's checks have no data key


def _answers(store: ObjectStore, key: str) -> str:
    with _object(store, key, b"probe"):
        found = read_whole(store, key)
        return "" if found == b"probe" else "other bytes came back"


def _ranges(store: ObjectStore, key: str) -> str:
    with _object(store, key, b"0123456789"):
        found = b"".join(store.open(key, 3, 4))
        return "" if found == b"3456" else f"a range of 4 bytes brought {len(found)}"


def _metadata(store: ObjectStore, key: str) -> str:
    meta = {"note": "合約 §1"}
    with _object(store, key, b"probe", meta=meta):
        return "" if dict(store.stat(key).meta) == meta else "metadata came back altered"


def _lists(store: ObjectStore, key: str) -> str:
    with _object(store, key, b"probe"):
        listed = [found.key for found in store.list(key)]
        return "" if listed == [key] else "a new object is not listed"


def _write_once(store: ObjectStore, key: str) -> str:
    with _object(store, key, b"first"):
        try:
            _put(store, key, b"other")
        except AlreadyExists:
            return "" if read_whole(store, key) == b"first" else "first bytes are gone"
        return "other bytes were accepted under a taken key"


def _race(store: ObjectStore, key: str) -> str:
    """Many writers at once, each with other bytes: exactly one may be told it won."""
    start, winners = threading.Barrier(_WRITERS), list[bytes]()

    def write(data: bytes) -> None:
        start.wait()
        try:
            _put(store, key, data)
        except StoreError:
            return
        winners.append(data)

    writers = [threading.Thread(target=write, args=(b"%d" % n,)) for n in range(_WRITERS)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    kept = read_whole(store, key)
    store.delete(key)
    return "" if winners == [kept] else f"{len(winners)} of {_WRITERS} writers won"


def _digest(store: ObjectStore, key: str) -> str:
    try:
        store.put(key, io.BytesIO(b"altered"), 7, hashlib.sha256(b"genuine").hexdigest())
    except Corrupt:
        return ""
    return "bytes with another SHA-256 were accepted"


def _protects(store: ObjectStore, key: str) -> str:
    """Retention for a minute: no deletion, no shortening; a hold: no deletion until lifted."""
    until = utc_now() + timedelta(minutes=1)
    _put(store, f"{key}/kept", b"kept", retain_until=until)
    wrong = []
    if not _refuses(lambda: store.delete(f"{key}/kept")):
        wrong.append("an object under retention was deleted")
    elif not _refuses(lambda: store.retain(f"{key}/kept", until - timedelta(seconds=30))):
        wrong.append("retention was shortened")
    with _object(store, f"{key}/held", b"held"):
        store.hold(f"{key}/held", True)
        if not _refuses(lambda: store.delete(f"{key}/held")):
            return "; ".join([*wrong, "an object on hold was deleted"])
        store.hold(f"{key}/held", False)
    return "; ".join(wrong)


def _encrypts(store: ObjectStore, key: str) -> str:
    assert isinstance(store, EncryptedStore)
    with _object(store, key, b"plain words" * 9):
        inner = read_whole(store.inner, key)
        return "the inner store can read the words" if b"plain words" in inner else ""


_PORT: tuple[tuple[str, Promise], ...] = (
    ("ranges", _ranges),
    ("metadata", _metadata),
    ("listing", _lists),
    ("write-once", _write_once),
    ("write-once in a race", _race),
    ("wrong upload refused", _digest),
    ("retention and hold", _protects),
)


def _refuses(act: Callable[[], None]) -> bool:
    try:
        act()
    except Locked:
        return True
    return False


def _put(store: ObjectStore, key: str, data: bytes, **options: object) -> None:
    digest = hashlib.sha256(data).hexdigest()
    store.put(key, io.BytesIO(data), len(data), digest, **options)  # type: ignore[arg-type]


@contextmanager
def _object(store: ObjectStore, key: str, data: bytes, **options: object) -> Iterator[None]:
    """An object for the length of the block."""
    _put(store, key, data, **options)
    yield
    store.delete(key)


def _kind(store: ObjectStore) -> str:
    if isinstance(store, EncryptedStore):
        return f"EncryptedStore over {_kind(store.inner)}"
    return type(store).__name__
