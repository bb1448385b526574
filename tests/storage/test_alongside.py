"""A digest worked out beside the reading is the digest of all blocks in their order."""

from __future__ import annotations

import hashlib
import threading

import pytest

from storage.alongside import Digest


def beside() -> list[str]:
    """The threads that count blocks."""
    return [one.name for one in threading.enumerate() if one.name.startswith("digest")]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
def test_it_is_the_digest_of_the_blocks_in_their_order(count: int) -> None:
    blocks = [bytes([at % 251]) * (100_000 + at) for at in range(count)]
    with Digest() as digest:
        for block in blocks:
            digest.update(block)
        assert digest.hexdigest() == hashlib.sha256(b"".join(blocks)).hexdigest()
    assert beside() == []


def test_one_block_needs_no_thread() -> None:
    with Digest() as digest:
        digest.update(b"x" * 300_000)
        assert beside() == []
        digest.update(b"y" * 300_000)
        assert len(beside()) == 1


def test_a_reader_who_stops_leaves_no_thread() -> None:
    with pytest.raises(ConnectionError), Digest() as digest:
        digest.update(b"x")
        digest.update(b"y")
        raise ConnectionError
    assert beside() == []
