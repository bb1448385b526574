"""Encryption: nothing readable inside, no alteration unnoticed, keys rotate without objects."""

from __future__ import annotations

import base64
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.folder import FolderStore
from storage.port import AlreadyExists, Corrupt, Denied, Stat, StoreFull, read_whole
from storage.sealed import EncryptedStore, KeyRing
from storage.stream import CHUNK, SEALED, last_chunk, seal, sealed_size, unseal
from storage.upload import CheckedUpload
from tests.storage.stored import WrapTable, fresh_key, put, sha256

KEY = "signed/2026/x"
DATA_KEY = b"d" * 32
THREE = os.urandom(2 * CHUNK + 100)


@pytest.fixture
def sealed(folder: FolderStore, ring: KeyRing) -> EncryptedStore:
    """Encryption over an empty folder."""
    return EncryptedStore(folder, ring, WrapTable())


def sealed_bytes(data: bytes, key: str = KEY) -> bytes:
    """The ciphertext of `data` under the tests' data key."""
    upload = CheckedUpload(io.BytesIO(data), len(data), sha256(data))
    return b"".join(seal(upload, len(data), DATA_KEY, key))


def opened(box: bytes, size: int, first: int = 0, key: str = KEY) -> bytes:
    """The plain bytes from chunk `first` on."""
    return b"".join(unseal([box], first, size, DATA_KEY, key))


@given(st.integers(0, 4 * CHUNK).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, 70_000))))
@settings(max_examples=40, deadline=None)
def test_sealing_is_undone_whatever_size_and_however_blocks_arrive(case: tuple[int, int]) -> None:
    size, step = case
    data = os.urandom(size)
    box = sealed_bytes(data)
    assert len(box) == sealed_size(size)
    blocks = [box[at : at + step] for at in range(0, len(box), step)]
    assert b"".join(unseal(blocks, 0, size, DATA_KEY, KEY)) == data


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    box = bytearray(sealed_bytes(THREE))
    box[data.draw(st.integers(0, len(box) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Corrupt):
        opened(bytes(box), len(THREE))


def test_chunks_cannot_be_swapped_dropped_repeated_or_appended() -> None:
    box = sealed_bytes(THREE)
    one, two, three = box[:SEALED], box[SEALED : 2 * SEALED], box[2 * SEALED :]
    for forged in (two + one + three, one + three, one + one + three, box + three, box + b"x"):
        with pytest.raises(Corrupt):
            opened(forged, len(THREE))
    with pytest.raises(Corrupt):
        opened(one + two, 2 * CHUNK)  # cut at a chunk, with a record that was cut to fit


def test_a_chunk_of_another_object_is_refused() -> None:
    with pytest.raises(Corrupt):
        opened(sealed_bytes(THREE, "signed/2026/y"), len(THREE))


def test_reading_may_begin_at_any_chunk() -> None:
    box = sealed_bytes(THREE)
    for first in range(last_chunk(len(THREE)) + 1):
        assert opened(box[first * SEALED :], len(THREE), first) == THREE[first * CHUNK :]


def test_the_inner_store_sees_no_plain_byte_hash_or_repetition(sealed: EncryptedStore) -> None:
    """Confidential and secret objects are stored encrypted (R8.1.3)."""
    words, one, two = b"secret words " * 20_000, fresh_key(), fresh_key()
    put(sealed, one, words)
    put(sealed, two, words)
    boxes = [read_whole(sealed.inner, key) for key in (one, two)]
    assert b"secret" not in boxes[0]
    assert boxes[0] != boxes[1]
    assert sha256(words) not in {sealed.inner.stat(key).sha256 for key in (one, two)}


def test_altered_ciphertext_with_an_altered_record_is_still_noticed(
    sealed: EncryptedStore, folder: FolderStore
) -> None:
    key = fresh_key()
    put(sealed, key, THREE)
    path = folder.root / "objects" / key
    box = bytearray(path.read_bytes())
    box[100] ^= 1
    path.chmod(0o600)
    path.write_bytes(box)
    record = path.with_name(f"{path.name}.meta")
    fields = json.loads(record.read_bytes()) | {"sha256": sha256(bytes(box))}
    record.chmod(0o600)
    record.write_text(json.dumps(fields))
    with pytest.raises(Denied):
        sealed.stat(key)  # no wrap belongs to these bytes
    slot = next(iter(sealed.wraps))  # type: ignore[call-overload]
    wrap = sealed.wraps.find(slot)
    assert wrap is not None
    sealed.wraps.add(f"{key}#{sha256(bytes(box))[:16]}", **vars(wrap))
    with pytest.raises(Corrupt):
        read_whole(sealed, key)


@pytest.mark.parametrize("change", [{"size": 5}, {"sha256": "0" * 64}, {"wrapped": b"short"}])
def test_an_altered_row_of_the_key_table_is_noticed(
    sealed: EncryptedStore, change: dict[str, object]
) -> None:
    key = fresh_key()
    put(sealed, key, b"signed")
    table = sealed.wraps
    assert isinstance(table, WrapTable)
    for slot, wrap in table.items():
        table[slot] = replace(wrap, **change)  # type: ignore[arg-type]
    with pytest.raises(Corrupt):
        read_whole(sealed, key)


def test_rotation_rewrites_rows_only_and_the_old_key_may_go(
    folder: FolderStore, ring: KeyRing
) -> None:
    table, key = WrapTable(), fresh_key()
    put(EncryptedStore(folder, ring, table), key, THREE)
    box = read_whole(folder, key)
    both = KeyRing({"k1": b"1" * 32, "k2": b"2" * 32}, "k2")
    for slot, wrap in list(table.items()):
        table[slot] = both.rewrap(wrap, slot)
        assert both.rewrap(table[slot], slot) is table[slot]
    assert {wrap.kid for wrap in table.values()} == {"k2"}
    assert read_whole(folder, key) == box
    assert read_whole(EncryptedStore(folder, KeyRing({"k2": b"2" * 32}, "k2"), table), key) == THREE
    with pytest.raises(Denied, match="not in the ring"):
        read_whole(EncryptedStore(folder, ring, table), key)


def test_an_object_whose_key_row_is_removed_is_lost_for_good(sealed: EncryptedStore) -> None:
    """Disposal by destroying the key (R10.6)."""
    key = fresh_key()
    put(sealed, key, b"personal data")
    table = sealed.wraps
    assert isinstance(table, WrapTable)
    table.clear()
    for call in (sealed.stat, sealed.open):
        with pytest.raises(Denied, match="destroyed"):
            call(key)


def test_the_key_is_kept_before_the_object_and_outlives_a_failed_put(
    tmp_path: Path, ring: KeyRing
) -> None:
    table, seen = WrapTable(), list[int]()

    class Full(FolderStore):
        def put(self, *args: Any, **options: Any) -> Stat:
            seen.append(len(table))
            raise StoreFull("no room")

    store = EncryptedStore(Full(tmp_path), ring, table)
    with pytest.raises(StoreFull):
        put(store, fresh_key(), b"signed")
    assert (seen, len(table)) == ([1], 1)


def test_a_lost_race_leaves_no_spare_key_and_deletion_takes_the_key_along(
    sealed: EncryptedStore,
) -> None:
    key, table = fresh_key(), sealed.wraps
    assert isinstance(table, WrapTable)
    put(sealed, key, b"signed")
    put(sealed, key, b"signed")
    with pytest.raises(AlreadyExists):
        put(sealed, key, b"other")
    assert len(table) == 1
    sealed.delete(key)
    assert not table


def ring_file(path: Path, content: object, mode: int = 0o400) -> Path:
    """A key file as an operator would write it."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(mode)
    return path


def encoded(byte: bytes, size: int = 32) -> str:
    """A key in base64."""
    return base64.b64encode(byte * size).decode()


def test_a_ring_is_read_from_a_private_file(tmp_path: Path, ring: KeyRing) -> None:
    content = {"current": "k2", "keys": {"k1": encoded(b"1"), "k2": encoded(b"2")}}
    found = KeyRing.from_file(ring_file(tmp_path / "keys", content))
    wrap = ring.wrap(DATA_KEY, "slot", 1, sha256(b"x"))
    assert found.current == "k2"
    assert found.unwrap(wrap, "slot") == DATA_KEY
    assert "1111" not in repr(found)


@pytest.mark.parametrize("mode", [0o404, 0o420, 0o666])
def test_a_ring_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    content = {"current": "k1", "keys": {"k1": encoded(b"1")}}
    with pytest.raises(ValueError, match="others may read"):
        KeyRing.from_file(ring_file(tmp_path / "keys", content, mode))


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        [],
        {"keys": {}},
        {"current": "k1", "keys": {}},
        {"current": "k2", "keys": {"k1": encoded(b"1")}},
        {"current": "k1", "keys": {"k1": encoded(b"1", 16)}},
        {"current": "k1", "keys": {"k1": "%%%"}},
        {"current": "k1", "keys": {"k1": None}},
        {"current": "合", "keys": {"合": encoded(b"1")}},
    ],
)
def test_a_bad_ring_file_is_refused_by_name(tmp_path: Path, content: object) -> None:
    with pytest.raises(ValueError, match="not a key ring"):
        KeyRing.from_file(ring_file(tmp_path / "keys", content))
