"""One contract for every store: folder, SeaweedFS, MinIO, and encryption around each (R10.6)."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.port import AlreadyExists, Corrupt, Locked, NotFound, ObjectStore, read_whole
from tests.storage.stored import fresh_key, put, sha256

LARGE = os.urandom(17 * 2**20 + 5)  # more than one part of a multipart upload
SIZES = {"empty": b"", "byte": b"x", "chunk": b"y" * 65536, "chunks": os.urandom(300_001)}


def soon(**ahead: int) -> datetime:
    """A moment ahead of now, to the second."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**ahead)


@pytest.mark.parametrize("data", [*SIZES.values(), LARGE], ids=[*SIZES, "large"])
def test_what_is_put_comes_back_whole_with_its_description(store: ObjectStore, data: bytes) -> None:
    key, meta = fresh_key(), {"title": "保密協議 100%", "made-by": "e-7"}
    put(store, key, data, mime="application/pdf", meta=meta)
    found = store.stat(key)
    assert (found.key, found.size, found.sha256) == (key, len(data), sha256(data))
    assert (found.mime, found.meta) == ("application/pdf", meta)
    assert (found.retain_until, found.legal_hold) == (None, False)
    assert read_whole(store, key) == data


@pytest.mark.parametrize("data", [*SIZES.values(), LARGE], ids=[*SIZES, "large"])
def test_any_range_is_the_same_slice_of_the_bytes(store: ObjectStore, data: bytes) -> None:
    key, size = fresh_key(), len(data)
    put(store, key, data)
    spans = [(0, 1), (0, 0), (65535, 2), (65536, 65536), (size // 2, 70_000), (size, 5), (size, 0)]
    spans += [(max(0, size - 1), 10), (size + 9, 1)]
    for offset, length in spans:
        found = b"".join(store.open(key, offset, length))
        assert found == data[offset : offset + length], (offset, length)
    assert b"".join(store.open(key, size // 3)) == data[size // 3 :]
    for offset, length in [(-1, 1), (0, -1)]:
        with pytest.raises(ValueError, match="negative"):
            store.open(key, offset, length)


def test_an_unknown_key_is_not_found_by_any_call(store: ObjectStore) -> None:
    key = fresh_key()
    calls: list[Callable[[], object]] = [
        lambda: store.stat(key),
        lambda: store.open(key),
        lambda: store.retain(key, soon(days=1)),
        lambda: store.hold(key, True),
        lambda: store.delete(key),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_a_repeated_put_succeeds_and_other_bytes_are_refused(store: ObjectStore) -> None:
    key = fresh_key()
    put(store, key, b"first")
    assert put(store, key, b"first").sha256 == sha256(b"first")
    with pytest.raises(AlreadyExists):
        put(store, key, b"other")
    with pytest.raises(AlreadyExists):
        put(store, key, LARGE)
    assert read_whole(store, key) == b"first"


def test_a_repeated_put_may_lengthen_retention_but_never_shorten_it(store: ObjectStore) -> None:
    """R10.6"""
    key, until = fresh_key(), soon(days=2)
    put(store, key, b"signed")
    assert put(store, key, b"signed", retain_until=until).retain_until == until
    assert put(store, key, b"signed").retain_until == until
    assert put(store, key, b"signed", retain_until=soon(days=1)).retain_until == until
    assert store.stat(key).retain_until == until


def test_of_many_writers_at_once_exactly_one_wins(store: ObjectStore) -> None:
    for _ in range(2):
        key, start, winners = fresh_key(), threading.Barrier(12), list[bytes]()
        writers = [
            threading.Thread(target=_race, args=(store, key, b"%d" % n, start, winners))
            for n in range(12)
        ]
        for each in writers:
            each.start()
        for each in writers:
            each.join()
        assert winners == [read_whole(store, key)]


def _race(
    store: ObjectStore, key: str, data: bytes, start: threading.Barrier, winners: list[bytes]
) -> None:
    start.wait()
    try:
        put(store, key, data)
    except AlreadyExists:
        return
    winners.append(data)


@pytest.mark.parametrize("data", [b"12345", LARGE], ids=["small", "large"])
def test_a_wrong_upload_is_corrupt_and_leaves_nothing(store: ObjectStore, data: bytes) -> None:
    wrong = {"short": data[:-1], "altered": data[:-1] + b"!", "long": data + b"!", "empty": b""}
    for body in wrong.values():
        key = fresh_key()
        with pytest.raises(Corrupt):
            store.put(key, io.BytesIO(body), len(data), sha256(data))
        with pytest.raises(NotFound):
            store.stat(key)
        assert list(store.list(key)) == []
        put(store, key, b"the right one")


def test_an_empty_upload_that_should_have_another_hash_is_corrupt(store: ObjectStore) -> None:
    with pytest.raises(Corrupt):
        store.put(fresh_key(), io.BytesIO(b""), 0, sha256(b"something"))


def test_a_stream_that_trickles_is_stored_whole(store: ObjectStore) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 977) if size != -1 else -1)

    key, data = fresh_key(), SIZES["chunks"]
    store.put(key, Trickle(data), len(data), sha256(data))
    assert read_whole(store, key) == data


def test_retention_forbids_deletion_and_only_grows(store: ObjectStore) -> None:
    """R10.6"""
    key, until = fresh_key(), soon(days=2)
    put(store, key, b"signed", retain_until=until)
    assert store.stat(key).retain_until == until
    with pytest.raises(Locked):
        store.delete(key)
    with pytest.raises(Locked):
        store.retain(key, until - timedelta(days=1))
    store.retain(key, until + timedelta(days=1))
    assert store.stat(key).retain_until == until + timedelta(days=1)
    assert read_whole(store, key) == b"signed"


def test_retention_is_kept_to_the_second_and_in_utc(store: ObjectStore) -> None:
    """R10.6"""
    key, taipei = fresh_key(), timezone(timedelta(hours=8))
    asked = soon(days=2).astimezone(taipei) + timedelta(milliseconds=1)
    put(store, key, b"signed", retain_until=asked)
    kept = store.stat(key).retain_until
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)
    assert kept - asked == timedelta(milliseconds=999)
    with pytest.raises(ValueError, match="aware"):
        put(store, fresh_key(), b"signed", retain_until=asked.replace(tzinfo=None))


def test_a_legal_hold_forbids_deletion_until_it_is_lifted(store: ObjectStore) -> None:
    """R10.6"""
    key = fresh_key()
    put(store, key, b"evidence")
    store.hold(key, True)
    assert store.stat(key).legal_hold
    with pytest.raises(Locked):
        store.delete(key)
    store.hold(key, False)
    assert not store.stat(key).legal_hold
    store.delete(key)
    with pytest.raises(NotFound):
        store.stat(key)


def test_a_deleted_key_is_gone_and_free_again(store: ObjectStore) -> None:
    key = fresh_key()
    put(store, key, b"draft")
    store.delete(key)
    assert list(store.list(key)) == []
    put(store, key, b"another")
    assert read_whole(store, key) == b"another"


def test_listing_finds_what_begins_with_a_prefix_and_nothing_else(store: ObjectStore) -> None:
    place = fresh_key()
    keys = {f"{place}/a1/x", f"{place}/a1/y.pdf", f"{place}/a2", f"{place}/b"}
    for key in keys:
        put(store, key, b"x")

    def listed(prefix: str) -> set[str]:
        return {found.key for found in store.list(f"{place}/{prefix}")}

    assert listed("") == keys
    assert listed("a") == keys - {f"{place}/b"}
    assert listed("a1/") == {f"{place}/a1/x", f"{place}/a1/y.pdf"}
    assert listed("c") == set()


def test_a_day_that_is_over_is_no_obstacle(store: ObjectStore) -> None:
    """R10.6: a paper signed long ago is taken over, and nothing has to keep it any more."""
    key, over = fresh_key(), soon(days=-400)
    put(store, key, b"signed", retain_until=over)
    assert read_whole(store, key) == b"signed"
    store.retain(key, over + timedelta(days=1))
    store.retain(key, soon(hours=1))
    with pytest.raises(Locked):
        store.retain(key, over)


def test_a_listing_tells_how_much_is_kept_and_since_when(store: ObjectStore) -> None:
    """The age keeps back whoever sweeps; put again or retained longer, it is as old as it was."""
    place, before = fresh_key(), datetime.now(UTC) - timedelta(seconds=2)
    put(store, f"{place}/a", b"x" * 100_000)
    put(store, f"{place}/b", b"y")
    first = {found.key: found for found in store.list(f"{place}/")}
    assert 100_000 <= first[f"{place}/a"].size < 101_000
    assert 1 <= first[f"{place}/b"].size < 100
    for found in first.values():
        assert before <= found.since <= datetime.now(UTC) + timedelta(seconds=2)
        assert found.since.utcoffset() == timedelta(0)
    put(store, f"{place}/b", b"y", retain_until=soon(hours=1))
    assert {found.key: found for found in store.list(f"{place}/")} == first


BAD_KEYS = ["", "/a", "a/", "a/../b", "a//b", ".a", "合約", "A", "x.meta", "x.meta/y", "a\n"]


@pytest.mark.parametrize("key", [*BAD_KEYS, "a" * 201, "a/" * 127 + "ab"])
def test_a_bad_key_is_a_value_error_for_every_call(store: ObjectStore, key: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: put(store, key, b"x"),
        lambda: store.stat(key),
        lambda: store.open(key),
        lambda: store.hold(key, True),
        lambda: store.retain(key, soon(days=1)),
        lambda: store.delete(key),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="bad object key"):
            call()


@pytest.mark.parametrize("prefix", ["/", "..", "a/../b", "A", "a b"])
def test_a_bad_prefix_is_a_value_error(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="bad key prefix"):
        list(store.list(prefix))


@pytest.mark.parametrize("meta", [{"Title": "x"}, {"a b": "x"}, {"sha256": "x"}, {"a": "x" * 1024}])
def test_metadata_that_no_header_could_carry_is_a_value_error(
    store: ObjectStore, meta: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="metadata"):
        put(store, fresh_key(), b"x", meta=meta)


@pytest.mark.parametrize(("size", "digest"), [(-1, "0" * 64), (1, "0" * 63), (1, "G" * 64)])
def test_an_impossible_announcement_is_a_value_error(
    store: ObjectStore, size: int, digest: str
) -> None:
    with pytest.raises(ValueError, match="bad size or SHA-256"):
        store.put(fresh_key(), io.BytesIO(b"x"), size, digest)


def test_an_abandoned_read_harms_nobody_and_holds_nothing(store: ObjectStore) -> None:
    """Neither a file nor a connection stays open, whether the reader began or not."""
    key = fresh_key()
    put(store, key, LARGE)
    assert read_whole(store, key) == LARGE
    before = _open_files()
    for number in range(20):
        blocks = store.open(key)
        assert number % 2 or next(blocks)
        if number % 3:
            blocks.close()
        del blocks
        assert store.stat(key).size == len(LARGE)
    assert _open_files() <= before + 1  # the pool may keep a connection for the next call
    assert read_whole(store, key) == LARGE


def _open_files() -> int:
    """Files and sockets this process holds."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("span", [(0, None), (0, 0), (70_000, 5), (10**6, 5)])
def test_a_reader_describes_what_it_reads(store: ObjectStore, span: tuple[int, int | None]) -> None:
    key, data = fresh_key(), SIZES["chunks"]
    put(store, key, data, mime="application/pdf", meta={"title": "保密協議"})
    blocks = store.open(key, *span)
    assert blocks.stat == store.stat(key)
    blocks.close()
