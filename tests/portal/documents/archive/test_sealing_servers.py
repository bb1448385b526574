"""What rises in class is encrypted on real S3 servers too: no version stays that anybody reads (R8.1.3)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import create_engine, delete
from urllib3.exceptions import ProtocolError

from portal.boot import boot
from portal.documents.archive import objects, parts, retention
from portal.documents.archive.parts import parts as the_parts
from portal.documents.models import Document
from portal.kernel import access, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from portal.kernel.keymarks import KeyMark
from portal.seed import walk
from storage.port import Locked, StoreError
from storage.s3 import S3Store
from storage.s3_pool import S3Pool
from tests.company import config_of
from tests.faults import making, moved
from tests.faults.dying import copied
from tests.installations import accounts
from tests.portal.documents.archive import risen
from tests.portal.documents.archive.risen import paper_of, reclassed, scan, texts, told, waiting
from tests.portal.documents.conftest import Company
from tests.servers.minio import minio
from tests.servers.object_server import BUCKET, ObjectServer
from tests.servers.seaweedfs import seaweedfs

__all__ = ["minio", "seaweedfs"]

pytestmark = pytest.mark.servers
LOCKS = [
    ("seaweedfs", "compliance"),
    ("minio", "compliance"),
    ("minio", "governance"),
    ("minio", "none"),
]


@dataclass
class Bucket:
    """The bucket of the company as somebody sees it who knows every version of every object."""

    store: S3Store
    known: frozenset[str | None] = frozenset()

    def versions(self) -> list[tuple[str, str | None, bytes]]:
        """Key, version and bytes of what was put since the company came there."""
        store, found = self.store, []
        with store.call():
            listed = list(
                store.client.list_objects(store.bucket, recursive=True, include_version=True)
            )
        for one in listed:
            if one.is_delete_marker or one.version_id in self.known:
                continue
            with store.call():
                answer = store.client.get_object(
                    store.bucket, one.object_name, version_id=one.version_id
                )
            found.append((one.object_name, one.version_id, answer.data))
            answer.release_conn()
        return found

    def lying_open(self) -> list[tuple[str, str | None]]:
        """The versions of papers that anybody reads who reads the bucket."""
        return [(k, v) for k, v, data in self.versions() if data.startswith(risen.READABLE)]


@pytest.fixture(params=LOCKS, ids="-".join)
def server(request: pytest.FixtureRequest) -> tuple[ObjectServer, str]:
    """Each server with each way of locking."""
    name, lock = request.param
    return request.getfixturevalue(name), lock


@pytest.fixture
def bucket(server: tuple[ObjectServer, str]) -> Bucket:
    """Seen with the rights of its administrator."""
    found = server[0]
    return Bucket(S3Store(found.endpoint, *found.ops, BUCKET, secure=False))


@pytest.fixture
def company(founded, tmp_path, server, bucket) -> Iterator[Company]:
    """The founded company with everything it stored in that server, and names of its own there."""
    home, (found, lock) = copied(founded, tmp_path / "company"), server
    moved.move(home, found.store())
    settings = moved.settings(found) | {"s3_lock": lock, "s3_timeout": 15}
    moved.set_up(home, **settings)
    (home / "var/keys/naming").unlink()
    engine = create_engine(f"sqlite:///{home / 'portal.db'}")
    with engine.begin() as connection:
        connection.execute(delete(KeyMark).where(KeyMark.name == "naming"))
    engine.dispose()
    bucket.known = frozenset(version for _key, version, _data in bucket.versions())
    config = config_of(home)
    engine = boot(config)
    making.without_office()
    yield Company(config, accounts(), engine)
    remove_session()
    engine.dispose()


def sealed_events(paper):
    with access.acting_as(access.SYSTEM):
        log = session().query(AuditEvent).filter_by(object_type="document", object_id=paper)
        return log.filter_by(action="sealed").count()


def all_is_well(company, bucket, paper, before):
    """Encrypted once and whole, nothing lies open, and the doctor has nothing to say."""
    assert risen.encryptions(paper) == {"client"}
    assert bucket.lying_open() == []
    assert texts(paper) == before
    assert told(company) == waiting() == []


def test_no_version_of_a_paper_that_rose_can_be_read(company, lowered, bucket):
    paper = paper_of(lowered)
    before = texts(paper)
    assert len(bucket.lying_open()) == 2
    reclassed(company, paper, "confidential")
    walk.work()
    all_is_well(company, bucket, paper, before)
    assert sealed_events(paper) == 2


def test_what_was_hidden_around_the_portal_goes_too(company, lowered, bucket):
    """Somebody deleted the plain files in the server's own console: that only hides them."""
    paper = paper_of(lowered)
    before, plain = texts(paper), bucket.lying_open()
    with clock.standing_at(clock.now()):  # what removes them comes after that
        reclassed(company, paper, "confidential")
        with access.acting_as(access.SYSTEM):
            jobs.drain("seal", only=("paper.seal",))
        for key, _version in plain:
            with bucket.store.call():
                bucket.store.client.remove_object(BUCKET, key)
        assert bucket.lying_open() == plain
        walk.work()
    all_is_well(company, bucket, paper, before)


def test_a_signed_copy_under_lock_is_encrypted_and_its_plain_form_told(
    company, signed, bucket, server
):
    document, before = scan(signed)
    plain, bytes_before = before.object_key, texts(signed)
    reclassed(company, signed, "confidential")
    walk.work()
    document, after = scan(signed)
    assert after.encryption == "client"
    assert texts(signed) == bytes_before
    if server[1] == "none":
        all_is_well(company, bucket, signed, bytes_before)
        return
    day = retention.moment(document.retention_until)
    assert the_parts().sealed.stat(after.object_key).retain_until == day
    with pytest.raises(Locked):
        the_parts().sealed.delete(after.object_key)
    left = [(key, version) for key, version in bucket.lying_open() if key == plain]
    assert len(left) == 1
    for store in (bucket.store, the_parts().plain):
        with pytest.raises(StoreError), store.call():
            store.client.remove_object(BUCKET, plain, left[0][1])
    assert sum(plain in line for line in waiting()) == 1
    assert told(company) == []


def test_a_locked_plain_form_that_somebody_hid_is_told_all_the_same(
    company, signed, bucket, server
):
    plain = scan(signed)[1].object_key
    reclassed(company, signed, "confidential")
    with access.acting_as(access.SYSTEM):
        jobs.drain("seal", only=("paper.seal",))
    with bucket.store.call():
        bucket.store.client.remove_object(BUCKET, plain)
    walk.work()
    locked = server[1] != "none"
    assert any(key == plain for key, _version in bucket.lying_open()) == locked
    assert any(plain in line for line in waiting()) == locked


def test_the_plain_form_goes_for_good_once_its_lock_has_ended(
    company, lowered, bucket, monkeypatch
):
    """The server's own clock ends the lock."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
    monkeypatch.setattr(retention, "moment", lambda _day: until)
    walk.submit(company.accounts, "sales_a", lowered)
    walk.approve_contract(company.accounts, lowered, "sales_a_mgr")
    walk.seal_contract(company.accounts, "sales_a", lowered)
    walk.sign(company.accounts, "legal", lowered, "t" * 20)
    paper = paper_of(lowered)
    before = texts(paper)
    reclassed(company, paper, "confidential")
    walk.work()
    threading.Event().wait(max(0.0, (until - datetime.now(UTC)).total_seconds()) + 1)
    with clock.standing_at(clock.now() + timedelta(days=1, hours=1)):
        walk.work()
        all_is_well(company, bucket, paper, before)


def test_while_the_store_goes_away_at_any_step_nothing_is_lost_and_all_is_done_in_the_end(
    company, lowered, bucket, monkeypatch
):
    """Before a request or with its answer lost, and until the next worker looks."""
    paper = paper_of(lowered)
    before = texts(paper)
    reclassed(company, paper, "confidential")
    for turn, (step, answered) in enumerate(product(STEPS, (False, True)), 1):
        parts.use(company.config)  # a worker that is started anew
        at = clock.now() + turn * (2 * jobs.WAIT)
        with monkeypatch.context() as away, clock.standing_at(at):
            broken = going_away(away, *step, answered)
            walk.work()
        assert broken, step
        parts.use(company.config)
        assert texts(paper) == before
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        walk.work()
        all_is_well(company, bucket, paper, before)
    assert sealed_events(paper) == 2


#: Requests of the two jobs in their order: the plain bytes, how they are kept, the encrypted object
#: and its bytes, which versions are to go, and that they do.
STEPS = [("GET", 1), ("HEAD", 1), ("PUT", 1), ("GET", 2), ("GET versions", 1), ("DELETE", 1)]


def going_away(patching, method, nth, answered):
    """The store goes at the n-th request of that kind; the list says once it has."""
    request, seen, broken = S3Pool.urlopen, [], []

    def urlopen(pool, verb, url, *more, **options):
        kind = f"{verb} versions" if "versions=" in url else verb
        seen.append(kind)
        last = kind == method and seen.count(kind) == nth and not broken
        if last:
            broken.append(url)
        if last and answered:
            request(pool, verb, url, *more, **options)
        if broken:
            raise ProtocolError("away")
        return request(pool, verb, url, *more, **options)

    patching.setattr(S3Pool, "urlopen", urlopen)
    return broken


@pytest.mark.parametrize("moment", ["read", "put", "stored"])
def test_two_workers_at_one_paper_encrypt_it_once(company, lowered, bucket, monkeypatch, moment):
    """It rose twice, and whoever was faster did it all in the middle of the other's work."""
    paper = paper_of(lowered)
    before = texts(paper)
    reclassed(company, paper, "confidential")
    name = "read" if moment == "read" else "put"
    real, once = getattr(objects, name), []

    def overtaken(*what):
        found = real(*what) if moment != "put" else None
        if not once:
            once.append(True)
            other = threading.Thread(target=another_worker, args=[paper])
            other.start()
            other.join()
        return found if moment != "put" else real(*what)

    monkeypatch.setattr(objects, name, overtaken)
    walk.work()
    assert once
    all_is_well(company, bucket, paper, before)
    assert sealed_events(paper) == 2
    with access.acting_as(access.SYSTEM):
        done = session().query(Job).filter(Job.kind.in_(("paper.seal", "paper.plain_away")))
        assert {(one.state, one.error) for one in done} == {("done", "")}
        assert session().get_one(Document, paper).classification == "confidential"


def another_worker(paper):
    with access.acting_as(access.SYSTEM):
        with jobs.transaction():
            objects.seal_soon(paper)
        jobs.drain("another")
    remove_session()
