"""Another process holds SQLite's write lock: writing says 503 and when to come back, reading goes on (I9)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.documents.models import DocumentVersion
from portal.kernel import access
from portal.kernel.db import remove_session, session
from tests.faults.dying import copied
from tests.faults.web import opened

pytestmark = [pytest.mark.faults, pytest.mark.office]
#: Pages that take longer than this wait for the lock.
SOON = 5


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_is_a_clear_no_and_nothing_is_lost(base: Path, tmp_path: Path) -> None:
    with opened(copied(base, tmp_path / "company")) as office:
        reader = office.visitor("legal")
        assert reader.get("/").status_code == 200
        with locked(office.home / "portal.db"):
            before = time.monotonic()
            for page in ("/", "/search?q=DOC", f"/papers/{office.ids['document']['signing']}"):
                assert reader.get(page).status_code == 200, page
            assert time.monotonic() - before < SOON
            refused = office.upload()
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        with access.acting_as(access.SYSTEM):
            scans = select(DocumentVersion.id).where(DocumentVersion.state == "storing")
            assert session().scalars(scans).all() == []
        remove_session()
        assert office.upload().status_code == 202
