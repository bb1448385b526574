"""SeaweedFS refusing, full, stalling, slow, cut off or killed in the middle of a put: what was promised
waits, is stored once everything is well again, and is never shown as done before (I1–I3, I9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from portal.documents.archive import parts
from portal.kernel import access, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session
from tests.company import config_of
from tests.faults import moved
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened, states
from tests.servers.object_server import ObjectServer
from tests.servers.proxy import Proxy, Trouble, refusal
from tests.servers.seaweedfs import new_seaweedfs

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]
SOON = 5
WITHIN_THE_BYTES = 2000
TURNS = 12


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    """A SeaweedFS of one's own: it will be killed, and each company has a bucket to itself."""
    with new_seaweedfs(tmp_path / "seaweedfs").running() as found:
        yield found


@pytest.fixture
def proxy(server: ObjectServer) -> Iterator[Proxy]:
    """What stands between the portal and its store."""
    with Proxy(server.port).between() as found:
        yield found


@pytest.fixture
def office(base: Path, tmp_path: Path, server: ObjectServer, proxy: Proxy) -> Iterator[Office]:
    """The company with all its objects in that SeaweedFS, behind the proxy."""
    home = copied(base, tmp_path / "company")
    moved.move(home, server.store())
    moved.set_up(home, **moved.settings(server, proxy.port))
    with opened(home, config_of(home)) as found:
        yield found


def reading(office: Office) -> tuple[int, bool]:
    """The status of a page of a paper, and whether it says when to come back; that, soon."""
    began = time.monotonic()
    page = f"/papers/{office.ids['document']['signed']}/signed_scan/1/1.webp"
    answer = office.visitor("legal").get(page)
    assert answer.status_code == 200 or time.monotonic() - began < SOON
    return answer.status_code, int(answer.headers.get("Retry-After", 0)) > 0


def another_worker(office: Office, later: int) -> None:
    """A worker that is started anew, so that its breaker has no memory, looks again."""
    parts.use(office.config)
    at = clock.now() + later * (2 * jobs.WAIT + timedelta(seconds=1))
    with clock.standing_at(at):
        work()


def stored_once(office: Office) -> None:
    assert states(office) == ("signed", "done")
    paper = office.ids["document"]["signing"]
    with access.acting_as(access.SYSTEM):
        log = session().query(AuditEvent).filter_by(object_type="document", object_id=paper)
        assert log.filter_by(action="signed_copy_stored").count() == 1
    remove_session()
    assert faults(office.home, whole=True) == []


def test_whatever_the_store_does_the_copy_waits_and_is_stored_afterwards(
    office: Office, proxy: Proxy
) -> None:
    taken = office.upload()
    assert taken.status_code == 202
    troubles = {
        "refusing": refusal(403, "AccessDenied"),
        "full": refusal(507, "XMinioStorageFull"),
        "over its quota": refusal(403, "QuotaExceeded"),
        "without the bucket": refusal(404, "NoSuchBucket"),
        "overrun": refusal(503, "SlowDown"),
        "silent": Trouble(silent=True),
        "cut off at once": Trouble(limit=0),
        "cut off within the head": Trouble(limit=300),
        "cut off within the bytes": Trouble(limit=WITHIN_THE_BYTES),
    }
    for turn, (name, trouble) in enumerate(troubles.items(), 1):
        proxy.become(trouble)
        another_worker(office, turn)
        assert states(office) == ("out_for_signature", "ready"), name
        reads = trouble.limit == WITHIN_THE_BYTES  # of a put; what asks for bytes is shorter
        assert reading(office) == ((200, False) if reads else (503, True)), name
        card = office.visitor("legal").get(taken.headers["Location"])
        assert card.status_code == 200, name
        assert office.upload().headers["Location"] == taken.headers["Location"], name
    proxy.become(Trouble(delay=0.03))
    another_worker(office, len(troubles) + 1)
    assert reading(office)[0] == 200
    stored_once(office)


def test_a_store_killed_in_the_middle_of_a_put_has_nothing_or_all(
    office: Office, proxy: Proxy, server: ObjectServer
) -> None:
    assert office.upload().status_code == 202
    proxy.become(Trouble(limit=WITHIN_THE_BYTES, cut=server.kill))
    another_worker(office, 1)
    assert states(office) == ("out_for_signature", "ready")
    proxy.become(Trouble())
    assert reading(office) == (503, True)
    server.start()
    for turn in range(2, TURNS):  # just started, it may still be too slow for a put
        another_worker(office, turn)
        if states(office)[1] == "done":
            break
    stored_once(office)


def test_a_bucket_that_is_not_there_is_said_and_nothing_lost(
    base: Path, tmp_path: Path, server: ObjectServer
) -> None:
    home = copied(base, tmp_path / "company")
    moved.set_up(home, **{**moved.settings(server), "s3_bucket": "elsewhere"})
    with opened(home, config_of(home)) as office:
        assert office.upload().status_code == 202
        work()
        assert states(office) == ("out_for_signature", "ready")
        assert reading(office) == (503, True)
        moved.move(home, server.store())
        moved.set_up(home, **moved.settings(server))
    with opened(home, config_of(home)) as office:
        another_worker(office, 1)
        stored_once(office)
