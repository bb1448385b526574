"""kill -9 between any two steps of sign → store → index, on PostgreSQL and SeaweedFS (B.2)."""

from __future__ import annotations

import json
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
from tests.faults.test_signing_killed import check
from tests.servers.object_server import ObjectServer
from tests.servers.postgres import Postgres
from tests.servers.seaweedfs import new_seaweedfs

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]
TEMPLATE = "company_that_dies"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ObjectServer]:
    """A SeaweedFS for all the copies of one company."""
    with new_seaweedfs(tmp_path / "seaweedfs").running() as found:
        yield found


@pytest.fixture
def company(base: Path, tmp_path: Path, postgres: Postgres, store: ObjectServer) -> Iterator[Path]:
    """The company in PostgreSQL and SeaweedFS, to be copied."""
    home = copied(base, tmp_path / "company")
    moved.move(home, store.store())
    moved.set_up(home, database_url=postgres.create(TEMPLATE))
    engine = boot(config_of(home))
    poured(home / "portal.db", engine)
    with engine.begin() as connection:  # each copy names what it stores by a key of its own
        connection.execute(delete(KeyMark).where(KeyMark.name == "naming"))
    engine.dispose()
    yield home
    postgres.drop(TEMPLATE)


def copy_of(company: Path, home: Path, postgres: Postgres, store: ObjectServer) -> Path:
    """A company of one's own in both servers; what it stores from now on has names of its own."""
    copied(company, home)
    (home / "var/keys/naming").unlink()
    url = postgres.create(f"{TEMPLATE}_{home.name}", TEMPLATE)
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
        postgres.drop(f"{TEMPLATE}_{nth}")
        if ended:
            break
    steps, answers, papers = map(set, zip(*seen, strict=True))
    assert steps & {"commit", "committed"}
    assert steps & {"PUT", "after PUT"}
    assert answers == {True, False}
    assert papers == {"out_for_signature", "signed"}
