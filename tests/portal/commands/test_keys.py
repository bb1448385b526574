"""The command keys: another key wraps the data keys, no object is touched, the old key may go."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import select

from portal.boot import boot
from portal.cli import main
from portal.documents.archive import data_keys
from portal.documents.archive.parts import parts
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.config import from_environment
from portal.kernel.db import remove_session, session
from storage.port import read_whole
from tests.storage.stored import fresh_key, put

KEYS = {kid: base64.b64encode(kid.encode() * 16).decode() for kid in ("k1", "k2")}


@pytest.fixture
def ring(tmp_path, monkeypatch):
    """Writes the key ring: its current key last."""
    file = tmp_path / "ring"
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_STORE_KEYS_FILE", str(file))

    def write(*kids):
        file.write_text(json.dumps({"current": kids[-1], "keys": {kid: KEYS[kid] for kid in kids}}))
        file.chmod(0o600)

    write("k1")
    yield write
    remove_session()


@pytest.fixture
def papers(ring):
    """Three encrypted objects: key -> bytes."""
    assert main(["migrate"]) == 0
    made = {fresh_key(): bytes([number]) * 100_000 for number in range(3)}
    for key, data in made.items():
        put(parts().sealed, key, data)
    remove_session()
    return made


def readable(papers):
    boot(from_environment())
    found = {key: read_whole(parts().sealed, key) for key in papers}
    remove_session()
    return found == papers


def test_rotation_ends_with_a_ring_of_the_new_key_alone(ring, papers, monkeypatch, capsys):
    monkeypatch.setattr(data_keys, "_BATCH", 2)
    before = {key: read_whole(parts().plain, key) for key in papers}
    ring("k1", "k2")
    assert main(["keys", "rewrap"]) == 0
    assert "3 wrapped anew; k2 wraps 3." in capsys.readouterr().out
    with access.acting_as(access.SYSTEM):
        query = select(AuditEvent).where(AuditEvent.action == "rewrapped")
        assert len(session().scalars(query).all()) == 2  # a batch of two, and the rest
    assert main(["keys", "rewrap"]) == 0
    assert "0 wrapped anew; k2 wraps 3." in capsys.readouterr().out
    ring("k2")
    assert readable(papers)
    assert {key: read_whole(parts().plain, key) for key in papers} == before
    assert main(["doctor"]) == 0
    assert main(["audit", "verify"]) == 0


def test_a_key_that_is_needed_and_gone_is_told(ring, papers, capsys):
    ring("k2")
    capsys.readouterr()
    assert main(["doctor"]) == 1
    told = "keys: 3 data keys are wrapped by 'k1', which the key ring does not hold"
    assert told in capsys.readouterr().out
    assert main(["keys", "rewrap"]) == 1
    assert "'k1' is not in the ring" in capsys.readouterr().err
    ring("k1")
    assert readable(papers)
