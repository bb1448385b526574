"""Names and numbers every store agrees on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.folder import FolderStore
from storage.keys import object_key
from storage.rules import check_key, span
from tests.storage.stored import put, sha256

SECRET = b"naming key of the tests"
DIGEST = sha256(b"contract")


@given(st.text(alphabet="ab0._-/m.eta", max_size=40))
def test_every_accepted_key_names_one_file_inside_the_folder(key: str) -> None:
    try:
        check_key(key)
    except ValueError:
        return
    with TemporaryDirectory() as root:
        put(FolderStore(root), key, b"x")
        inside = {p.relative_to(root).as_posix() for p in Path(root).rglob("*") if p.is_file()}
    kept = {name for name in inside if name.startswith("objects/")}
    assert kept == {f"objects/{key}", f"objects/{key}.meta"}


@given(st.integers(0, 500), st.integers(0, 500), st.none() | st.integers(0, 500))
def test_a_span_is_the_length_of_the_slice(size: int, offset: int, length: int | None) -> None:
    end = None if length is None else offset + length
    assert span(size, offset, length) == len(bytes(size)[offset:end])


def test_an_object_key_is_the_same_for_a_retry_and_another_for_anything_else() -> None:
    key = object_key(SECRET, "signed", 2026, 7, DIGEST)
    assert re.fullmatch(r"signed/2026/([0-9a-f]{2})/\1[0-9a-f]{62}", key)
    assert check_key(key) == object_key(SECRET, "signed", 2026, "7", DIGEST)
    others = {
        object_key(SECRET + b"!", "signed", 2026, 7, DIGEST),
        object_key(SECRET, "pdf", 2026, 7, DIGEST),
        object_key(SECRET, "signed", 2027, 7, DIGEST),
        object_key(SECRET, "signed", 2026, 8, DIGEST),
        object_key(SECRET, "signed", 2026, 7, sha256(b"contracts")),
    }
    assert len(others | {key}) == 6


def test_an_object_key_does_not_show_the_hash_of_the_content() -> None:
    """A lister must not be able to confirm a file he holds (S85)."""
    assert DIGEST not in object_key(SECRET, "signed", 2026, 7, DIGEST)


@pytest.mark.parametrize(
    ("secret", "kind", "digest"),
    [(b"short", "signed", DIGEST), (SECRET, "Signed", DIGEST), (SECRET, "signed", "abc")],
)
def test_an_object_key_refuses_weak_or_impossible_parts(
    secret: bytes, kind: str, digest: str
) -> None:
    with pytest.raises(ValueError, match=r"bytes|bad"):
        object_key(secret, kind, 2026, 7, digest)


def test_the_folder_takes_the_longest_segment_a_key_may_have(tmp_path: Path) -> None:
    key = "a" * 200
    put(FolderStore(tmp_path), key, b"x")
    assert len(os.fsencode(f"{key}.meta")) <= os.pathconf(tmp_path, "PC_NAME_MAX")
