"""Fingerprints of sealed values: the same for the same, of no use without the key."""

from __future__ import annotations

from portal.kernel import sealed


def test_a_fingerprint_knows_its_value_its_purpose_and_its_key():
    sealed.use_key(b"a" * 32)
    one = sealed.fingerprint("numbers", "A1")
    assert sealed.fingerprint("numbers", "A1") == one
    others = {sealed.fingerprint("numbers", "A2"), sealed.fingerprint("names", "A1")}
    sealed.use_key(b"b" * 32)
    others.add(sealed.fingerprint("numbers", "A1"))
    assert len(others - {one}) == 3
