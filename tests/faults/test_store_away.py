"""The object store down or hanging: what was promised waits and is done by itself, the rest answers (I3, I9)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from portal.kernel import clock, jobs
from tests.company import config_of
from tests.faults import moved
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.moved import TIMEOUT
from tests.faults.web import Office, opened, states
from tests.servers.minio import new_minio
from tests.servers.object_server import ObjectServer

pytestmark = [pytest.mark.faults, pytest.mark.office, pytest.mark.servers]
#: A page that takes longer than this waits for the store.
SOON = 5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    """A MinIO of one's own: it will be killed and frozen."""
    with new_minio(tmp_path / "minio").running() as found:
        yield found


@pytest.fixture
def office(base: Path, tmp_path: Path, server: ObjectServer) -> Iterator[Office]:
    """The company with all its objects moved into that MinIO."""
    home = copied(base, tmp_path / "company")
    moved.move(home, server.store())
    moved.set_up(home, **moved.settings(server))
    with opened(home, config_of(home)) as found:
        yield found


def page_of_a_paper(office: Office) -> str:
    return f"/papers/{office.ids['document']['signed']}/signed_scan/1/1.webp"


def the_rest_answers(office: Office) -> None:
    """Everything that needs no object, within a moment."""
    reader, began = office.visitor("legal"), time.monotonic()
    for page in ("/", "/search?q=DOC", f"/papers/{office.ids['document']['signing']}?tab=signing"):
        assert reader.get(page).status_code == 200, page
    assert time.monotonic() - began < SOON


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        Event().wait(0.2)


def a_while_later() -> None:
    """The worker looks again whether the store is back."""
    with clock.standing_at(clock.now() + 2 * jobs.WAIT + timedelta(seconds=1)):
        work()


def test_a_store_that_is_down_loses_nothing_and_stops_nothing_else(
    office: Office, server: ObjectServer
) -> None:
    reader = office.visitor("legal")
    assert reader.get(page_of_a_paper(office)).status_code == 200
    server.kill()

    taken = office.upload()
    assert taken.status_code == 202
    card = reader.get(taken.headers["Location"])
    assert card.status_code == 200
    assert "/cancel" not in card.get_data(as_text=True)  # it was promised
    work()
    assert states(office) == ("out_for_signature", "ready")
    assert office.upload().headers["Location"] == taken.headers["Location"]

    began = time.monotonic()
    away = reader.get(page_of_a_paper(office))
    assert (away.status_code, int(away.headers["Retry-After"]) > 0) == (503, True)
    assert time.monotonic() - began < SOON
    the_rest_answers(office)

    server.start()
    until(lambda: reader.get(page_of_a_paper(office)).status_code == 200, 30)
    a_while_later()
    assert states(office) == ("signed", "done")
    assert faults(office.home) == []


def test_a_store_that_hangs_costs_a_moment_and_then_nothing(
    office: Office, server: ObjectServer
) -> None:
    """The breaker: after some failures nobody waits any more, until the store is back (I9)."""
    reader, minio = office.visitor("legal"), server.process
    assert minio is not None
    os.kill(minio.pid, signal.SIGSTOP)
    try:
        assert office.upload().status_code == 202
        the_rest_answers(office)
        waits = []
        for _reading in range(7):
            began = time.monotonic()
            assert reader.get(page_of_a_paper(office)).status_code == 503
            waits.append(time.monotonic() - began)
        assert min(waits[:2]) >= TIMEOUT
        assert max(waits[-2:]) < TIMEOUT
        the_rest_answers(office)
        work()
        assert states(office) == ("out_for_signature", "ready")
    finally:
        os.kill(minio.pid, signal.SIGCONT)
    until(lambda: reader.get(page_of_a_paper(office)).status_code == 200, 30)
    a_while_later()
    assert states(office) == ("signed", "done")
    assert faults(office.home) == []
