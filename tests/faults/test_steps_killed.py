"""kill -9 between any two steps of the protocol, on PostgreSQL and a real object store (B.2)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete

from portal.boot import boot
from portal.kernel.keymarks import KeyMark
from tests.company import config_of, poured
from tests.faults import moved
from tests.faults.dying import DEATH, Undertaker, copied, told
from tests.faults.test_sealing_killed import check as check_risen
from tests.faults.test_sealing_killed import still_plain
from tests.faults.test_signing_killed import check
from tests.servers.minio import new_minio
from tests.servers.object_server import ObjectServer
from tests.servers.postgres import Postgres
from tests.servers.seaweedfs import new_seaweedfs

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]
#: Steps between two deaths while papers rise: no multiple of those of one file.
STRIDE = 13


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    """A SeaweedFS for all the copies of one company, or what the test asks for."""
    new = getattr(request, "param", new_seaweedfs)
    with new(tmp_path / "store").running() as found:
        yield found


@pytest.fixture
def company(base: Path, tmp_path: Path, postgres: Postgres, store: ObjectServer) -> Iterator[Path]:
    """The company in PostgreSQL and SeaweedFS, to be copied."""
    home = copied(base, tmp_path / f"dying_{secrets.token_hex(4)}")
    moving(home, postgres, store)
    yield home
    postgres.drop(home.name)


@pytest.fixture
def lying_open(
    undertaker: Undertaker, base: Path, tmp_path: Path, postgres: Postgres, store: ObjectServer
) -> Iterator[Path]:
    """The same with two papers that are stored plain."""
    home = copied(base, tmp_path / f"dying_{secrets.token_hex(4)}")
    undertaker.done("sealing.lie_open", home)
    moving(home, postgres, store)
    yield home
    postgres.drop(home.name)


def moving(home: Path, postgres: Postgres, store: ObjectServer) -> None:
    """Rows and objects go into the servers."""
    moved.move(home, store.store())
    moved.set_up(home, database_url=postgres.create(home.name))
    engine = boot(config_of(home))
    poured(home / "portal.db", engine)
    with engine.begin() as connection:  # each copy names what it stores by a key of its own
        connection.execute(delete(KeyMark).where(KeyMark.name == "naming"))
    engine.dispose()


def copy_of(company: Path, home: Path, postgres: Postgres, store: ObjectServer) -> Path:
    """A company of one's own in both servers; what it stores from now on has names of its own."""
    copied(company, home)
    (home / "var/keys/naming").unlink()
    url = postgres.create(f"{company.name}_{home.name}", company.name)
    moved.set_up(home, database_url=url, **moved.settings(store))
    return home


def test_a_signed_copy_survives_a_kill_between_any_two_steps(
    undertaker: Undertaker, company: Path, tmp_path: Path, postgres: Postgres, store: ObjectServer
) -> None:
    seen = set()
    for nth in count(1, 2):  # every other: of a step and its end one is met
        home = copy_of(company, tmp_path / str(nth), postgres, store)
        ended = undertaker.ended("signing.sign_by_steps", home, nth)
        if not ended:
            promised = bool(told(home))
            undertaker.done("signing.come_back", home)
            report = json.loads((home / "report.json").read_text())
            check(report, promised=promised)
            seen.add(((home / DEATH).read_text(), promised, report["before"]["paper"]))
        postgres.drop(f"{company.name}_{nth}")
        if ended:
            break
    steps, answers, papers = map(set, zip(*seen, strict=True))
    assert steps & {"commit", "committed"}
    assert steps & {"PUT", "after PUT"}
    assert answers == {True, False}
    assert papers == {"out_for_signature", "signed"}


@pytest.mark.parametrize("store", [new_seaweedfs, new_minio], indirect=True)
def test_what_rises_is_encrypted_whatever_kills_the_worker_between_two_steps(
    undertaker: Undertaker,
    lying_open: Path,
    tmp_path: Path,
    postgres: Postgres,
    store: ObjectServer,
) -> None:
    """R8.1.3"""
    seen = set()
    for nth in count(1, STRIDE):
        moved.move(lying_open, store.store())  # what the copy before removed is there again
        home = copy_of(lying_open, tmp_path / str(nth), postgres, store)
        ended = undertaker.ended("sealing.rise_by_steps", home, nth)
        if not ended:
            undertaker.done("sealing.come_back", home)
            report = json.loads((home / "report.json").read_text())
            check_risen(report, risen=bool(told(home)))
            seen.add(((home / DEATH).read_text(), bool(told(home)), still_plain(report)))
        postgres.drop(f"{lying_open.name}_{nth}")
        if ended:
            break
    steps, answers, plain = map(set, zip(*seen, strict=True))
    assert steps & {"commit", "committed"}
    assert steps - {"commit", "committed"}
    assert answers == {True, False}
    assert len(plain) > 2
