"""Identity numbers entered before there were fingerprints get theirs with the migration."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from portal import migrations
from portal.kernel import sealed
from portal.kernel.db import connect, remove_session
from portal.kernel.sealed import Sealed
from portal.organization.models import identity_mark

BEFORE = """
    INSERT INTO department (id, code, name_hant, name_hans, name_en, active, {stamps})
    VALUES (1, 'A', 'A', 'A', 'A', TRUE, {now});
    INSERT INTO position (id, code, title, department_id, grade, duties, requirements, active,
                          {stamps})
    VALUES (1, 'P', 'P', 1, '', '', '', TRUE, {now})
""".format(stamps="created_at, updated_at, row_version", now="'2026-01-01', '2026-01-01', 1")
SOMEBODY = text("""
    INSERT INTO employee (id, no, name, name_en, department_id, position_id, locale, jurisdiction,
                          work_email, private_email, mobile, id_no, status, created_at,
                          updated_at, row_version)
    VALUES (:id, :no, 'N', '', 1, 1, 'en', 'taiwan', '', '', '', :id_no, 'regular', '2026-01-01',
            '2026-01-01', 1)
""")


@pytest.fixture
def before(database_url):
    """A database of the shape before, with the key its numbers are sealed with."""
    sealed.use_key(b"k" * 32)
    engine = connect(database_url)
    migrations.upgrade(engine, "0006")
    with engine.begin() as connection:
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
        kept = [Sealed().process_bind_param(no, connection.dialect) for no in ("a-1", "B2")]
        for ident, one in enumerate((*kept, None, "c3BvaWxlZCBub3cu" * 3), 1):
            connection.execute(SOMEBODY, {"id": ident, "no": f"E{ident}", "id_no": one})
    yield engine
    remove_session()
    engine.dispose()


def test_numbers_from_before_get_their_fingerprints(before):
    """What was spoiled stays as it was, and keeps nobody from the newer version."""
    migrations.upgrade(before)
    with before.connect() as connection:
        marks = connection.execute(text("SELECT id_no_hmac FROM employee ORDER BY id")).scalars()
        assert marks.all() == [identity_mark("A1"), identity_mark("B2"), None, None]
