"""A migrated database is exactly the one the models describe, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

import portal.models
from portal import migrations
from portal.kernel import clock
from portal.kernel.db import Base, connect, remove_session

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal"
    ),
}


def shape(engine: Engine) -> dict[str, Any]:
    """Everything a database knows of its tables, in a form that can be compared."""
    look = inspect(engine)
    found: dict[str, Any] = {}
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"]) for c in look.get_columns(table)
            },
            "key": look.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (f["name"], f["referred_table"], *f["constrained_columns"])
                for f in look.get_foreign_keys(table)
            ),
            "unique": sorted(
                (u["name"], *u["column_names"]) for u in look.get_unique_constraints(table)
            ),
            "checks": {c["name"]: c["sqltext"] for c in look.get_check_constraints(table)},
            "indexes": sorted(
                (i["name"], bool(i["unique"]), _where(i), *i["column_names"])
                for i in look.get_indexes(table)
            ),
        }
    with engine.connect() as connection:
        rows = connection.execute(text(TRIGGERS[engine.dialect.name]))
        found["triggers"] = sorted(tuple(row) for row in rows)
    return found


def _where(index: dict[str, Any]) -> str:
    options = index.get("dialect_options", {})
    return "".join(str(said) for name, said in options.items() if name.endswith("_where"))


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Each table and aspect in which two shapes differ."""
    found = [f"only once: {name}" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        if name == "triggers":
            found += ["triggers"] if one[name] != other[name] else []
        else:
            found += [f"{name}.{k}" for k in one[name] if one[name][k] != other[name][k]]
    return found


#: Work that waited when the program was exchanged.
JOB = """
    INSERT INTO job (kind, payload, state, run_at, attempts, worker, done_count, total_count, result,
                     error, created_at, cancel_asked, promised)
    VALUES ('documents.generate', '{}', 'ready', :at, 0, '', 3, 9, '{}', '', :at, FALSE, FALSE)
"""


@pytest.fixture
def another(database_url, tmp_path, request) -> Callable[[], str]:
    """A second empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return lambda: f"sqlite:///{tmp_path / 'another.db'}"
    return request.getfixturevalue("fresh_database")


@pytest.fixture
def migrated(database_url):
    """An empty database brought to the newest shape."""
    assert portal.models.ALL_MODELS
    engine = connect(database_url)
    assert migrations.current(engine) is None
    migrations.upgrade(engine)
    yield engine
    remove_session()
    engine.dispose()


def test_the_migrations_make_what_the_models_say(migrated, another):
    plain = create_engine(another().replace("postgresql://", "postgresql+psycopg://"))
    Base.metadata.create_all(plain)
    assert differences(shape(migrated), shape(plain)) == []
    plain.dispose()


@pytest.mark.parametrize(
    "planted",
    [
        "DROP INDEX ix_customer_name_norm",
        "ALTER TABLE customer ADD COLUMN planted INTEGER",
        "CREATE TABLE planted (id INTEGER)",
        "CREATE UNIQUE INDEX planted ON contact (customer_id)",
    ],
)
def test_a_planted_difference_is_found(migrated, planted):
    before = shape(migrated)
    with migrated.begin() as connection:
        connection.execute(text(planted))
    assert differences(before, shape(migrated))


def test_a_second_migration_changes_nothing(migrated):
    before = shape(migrated)
    migrations.upgrade(migrated)
    assert shape(migrated) == before
    assert migrations.current(migrated) == migrations.newest(migrated)


def test_a_database_of_the_first_shape_keeps_its_rows(another):
    old = connect(another())
    migrations.upgrade(old, "0001")
    with old.begin() as connection:
        connection.execute(text(JOB), {"at": clock.now()})
    before = shape(old)
    migrations.upgrade(old, "0002")
    with old.connect() as connection:
        kept = connection.execute(text("SELECT kind, done_count, moved_count FROM job")).all()
    assert kept == [("documents.generate", 3, 0)]
    after = shape(old)
    assert differences(before, after) == ["only once: key_mark", "job.columns"]
    assert set(before["job"]["columns"]) < set(after["job"]["columns"])
    remove_session()
    old.dispose()


#: Somebody of department 2, with a role for wherever they are and one for department 1; a client of
#: theirs whose contact stayed with who had it before.
MOVED = """
    INSERT INTO department (id, code, name_hant, name_hans, name_en, active, {stamps})
    VALUES (1, 'A', 'A', 'A', 'A', TRUE, {now}), (2, 'B', 'B', 'B', 'B', TRUE, {now});
    INSERT INTO position (id, code, title, department_id, grade, duties, requirements, active,
                          {stamps})
    VALUES (1, 'P', 'P', 1, '', '', '', TRUE, {now});
    INSERT INTO employee (id, no, name, name_en, department_id, position_id, locale, jurisdiction,
                          work_email, private_email, mobile, status, {stamps})
    VALUES (7, 'E00007', 'N', '', 2, 1, 'en', 'taiwan', '', '', '', 'regular', {now});
    INSERT INTO user_account (id, username, name, email, employee_id, locale, must_change,
                              preferences, status, {stamps})
    VALUES (5, 'n', 'N', '', 7, 'en', FALSE, '{{}}', 'active', {now}),
           (6, 'm', 'M', '', NULL, 'en', FALSE, '{{}}', 'active', {now});
    INSERT INTO role_grant (id, user_id, role, scope, department_id, valid_from, reason, status,
                            delegated_from_id, {stamps})
    VALUES (1, 5, 'sales', 'all', NULL, '2026-01-01', '', 'confirmed', NULL, {now}),
           (2, 5, 'ops', 'all', 1, '2026-01-01', '', 'confirmed', NULL, {now}),
           (3, 5, 'hr', 'all', NULL, '2026-01-01', '', 'confirmed', 6, {now}),
           (4, 6, 'admin', 'all', NULL, '2026-01-01', '', 'confirmed', NULL, {now});
    INSERT INTO employee (id, no, name, name_en, department_id, position_id, locale, jurisdiction,
                          work_email, private_email, mobile, status, {stamps})
    VALUES (8, 'E00008', 'M', '', 1, 1, 'en', 'taiwan', '', '', '', 'regular', {now});
    INSERT INTO customer (id, no, name, name_norm, region, industry, address,
                          representative, owner_id, department_id, needs, status, {stamps})
    VALUES (3, 'KH-000003', 'C', 'c', 'taiwan', '', '', '', 7, 2, '', 'active', {now});
    INSERT INTO contact (id, customer_id, name, title, role, phone, email, "primary", active,
                         phone_norm, email_norm, owner_id, department_id, {stamps})
    VALUES (4, 3, 'N', '', 'other', '', '', TRUE, TRUE, '', '', 8, 1, {now})
"""


def test_roles_stay_where_their_holders_are_and_contacts_go_where_their_client_is(another):
    old = connect(another())
    migrations.upgrade(old, "0002")
    filled = MOVED.format(
        stamps="created_at, updated_at, row_version", now="'2026-01-01', '2026-01-01', 1"
    )
    with old.begin() as connection:
        for statement in filled.split(";"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE department SET head_id = 7 WHERE id = 1")
    migrations.upgrade(old)
    with old.connect() as connection:
        kept = connection.execute(text("SELECT id, department_id FROM role_grant ORDER BY id"))
        heads = connection.execute(text("SELECT id, head_id FROM department ORDER BY id"))
        assert kept.all() == [(1, 2), (2, 1), (3, None), (4, None)]
        assert heads.all() == [(1, 7), (2, None)]
        assert connection.execute(text("SELECT owner_id, department_id FROM contact")).all() == [
            (7, 2)
        ]
    remove_session()
    old.dispose()


#: A signed copy of which was said in one line who signed it, and one of which nobody said it.
COPIES = """
    INSERT INTO document (id, no, doc_type, title, origin, classification, counterparty,
                          department_id, owner_id, locale, current_no, revision, legal_hold,
                          physical_place, status, {stamps})
    VALUES (4, 'DOC-2026-000004', 'contract', 'T', 'generated', 'confidential', 'C',
            2, 7, 'en', 1, 1, FALSE, '', 'signed', {now}),
           (5, 'DOC-2026-000005', 'contract', 'T', 'generated', 'confidential', 'C',
            2, 7, 'en', 1, 1, FALSE, '', 'signed', {now});
    INSERT INTO document_version (id, document_id, version_no, kind, state, object_key, sha256,
                                  size, pages, mime, encryption, file_name, signers, error, made_at)
    VALUES (8, 4, 1, 'signed_scan', 'stored', '', '', 0, 1, '', 'none', '', 'N and M', '',
            '2026-01-01'),
           (9, 5, 1, 'signed_scan', 'stored', '', '', 0, 1, '', 'none', '', '', '', '2026-01-01');
    INSERT INTO access_grant (id, document_id, grantee_id, rights, purpose, granted_by_id,
                              valid_from, valid_to, status, {stamps})
    VALUES (2, 4, 7, 'view', 'P', 5, '2026-01-01', '2026-01-09', 'given', {now})
"""


def test_who_signed_stays_known_when_signatures_become_rows(another):
    """What was not asked then, how and on which day, is not made up."""
    old = connect(another())
    migrations.upgrade(old, "0002")
    stamps = {
        "stamps": "created_at, updated_at, row_version",
        "now": "'2026-01-01', '2026-01-01', 1",
    }
    with old.begin() as connection:
        for statement in MOVED.format(**stamps).split(";"):
            connection.exec_driver_sql(statement)
    migrations.upgrade(old, "0005")
    with old.begin() as connection:
        for statement in COPIES.format(**stamps).split(";"):
            connection.exec_driver_sql(statement)
    migrations.upgrade(old)
    with old.connect() as connection:
        told = "SELECT version_id, party, signer_name, method, signed_on FROM signature"
        assert connection.execute(text(told)).all() == [(8, "other", "N and M", None, None)]
        kept = connection.execute(text("SELECT id FROM document_version ORDER BY id"))
        assert [row.id for row in kept] == [8, 9]
        given = "SELECT id, document_id, grantee_kind, grantee_id, status FROM access_grant"
        assert connection.execute(text(given)).all() == [(2, 4, "employee", 7, "given")]
    remove_session()
    old.dispose()


def test_the_head_file_names_the_newest_revision(migrated):
    assert migrations.HEAD_FILE.read_text().strip() == migrations.newest(migrated)


@pytest.mark.parametrize("statement", ["DELETE FROM audit_event", "UPDATE audit_event SET seq = 9"])
def test_a_migrated_database_refuses_to_change_the_log(migrated, statement):
    with migrated.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_event VALUES"
                " (1, '2026-01-01', 1, '', '', '', '', 1, '', '', '', '', '', '', '')"
            )
        )
    with pytest.raises(DBAPIError), migrated.begin() as connection:
        connection.execute(text(statement))
