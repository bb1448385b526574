"""The log catches whoever changes it, also an administrator with the database in hand."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.chapters.customers.models import Customer
from portal.kernel import access, audit, checkpoint, comment, jobs
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.checkpoint import Fault
from portal.kernel.db import remove_session, session, transaction
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee

UNGUARD = {
    "sqlite": [
        "DROP TRIGGER audit_event_update",
        "DROP TRIGGER audit_event_delete",
        "DROP TRIGGER audit_payload_delete",
    ],
    "postgresql": [
        "DROP TRIGGER audit_event_guard ON audit_event",
        "DROP TRIGGER audit_payload_guard ON audit_payload",
    ],
}


@pytest.fixture
def signer(company, tmp_path):
    """Twelve entries, a checkpoint outside, and an administrator who removed the guards."""
    access.become(access.SYSTEM)
    for n in range(12):
        with transaction():
            session().add(
                Customer(name=f"公司{n}號", owner_id=company.ann, department_id=company.team_a)
            )
    signer = checkpoint.Signer(b"s" * 32, tmp_path / "checkpoints")
    assert signer.write() is not None
    session().commit()
    return signer


def tamper(*statements):
    connection = session().connection()
    for statement in (*UNGUARD[connection.dialect.name], *statements):
        connection.execute(text(statement))
    session().commit()
    remove_session()
    access.become(access.SYSTEM)


def test_the_log_of_honest_work_holds(signer):
    assert list(checkpoint.verify(signer)) == []


def test_the_log_holds_while_others_go_on_writing(company, signer):
    """A writer commits, and a checkpoint is made, at every moment of the walk that is told."""
    with transaction():
        for n in range(2 * checkpoint.TOLD_EVERY):
            audit.note_thing("company", n, "edit")
    told: list[int] = []

    def write() -> None:
        access.become(access.SYSTEM)
        with transaction():
            audit.note_thing("company", 0, "edit")
        assert signer.write() is not None
        remove_session()

    def meanwhile(at: int) -> None:
        told.append(at)
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()

    assert list(checkpoint.verify(signer, meanwhile)) == []
    assert len(told) == 3
    assert list(checkpoint.verify(signer)) == []
    remove_session()
    assert session().scalar(select(func.max(AuditEvent.seq))) == told[-1] + len(told)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'somebody else' WHERE seq = 5",
        "UPDATE audit_payload SET body = '{}' WHERE seq = 5",
        "DELETE FROM audit_event WHERE seq = 5",
        "UPDATE audit_event SET seq = 999 WHERE seq = 5",
        "UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE seq = 5",
        "UPDATE audit_event SET reason = 'because' WHERE seq = 5",
        "UPDATE audit_event SET object_id = 999 WHERE seq = 5",
        "DELETE FROM audit_payload WHERE seq = 5",
        "DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)",
        "UPDATE audit_head SET seq = seq - 1",
        "DELETE FROM audit_head",
    ],
)
def test_a_changed_deleted_or_moved_entry_is_found(signer, statement):
    tamper(statement)
    assert list(checkpoint.verify(signer))


@pytest.mark.parametrize("table", ["audit_event", "audit_payload"])
def test_two_entries_that_changed_places_are_found(signer, table):
    tamper(
        f"UPDATE {table} SET seq = -1 WHERE seq = 4",
        f"UPDATE {table} SET seq = 4 WHERE seq = 5",
        f"UPDATE {table} SET seq = 5 WHERE seq = -1",
    )
    found = list(checkpoint.verify(signer))
    assert {4, 5} <= {fault.seq for fault in found}


def test_a_signed_checkpoint_of_another_installation_is_found(signer, tmp_path):
    other = checkpoint.Signer(b"o" * 32, signer.folder)
    next(signer.folder.glob("*.txt")).unlink()
    assert other.write() is not None
    assert any("not a checkpoint" in fault.what for fault in checkpoint.verify(signer))


def test_a_cut_tail_with_a_mended_head_is_found_by_the_checkpoint_outside(signer):
    last = session().scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).all()
    keep = last[3]
    tamper(
        f"DELETE FROM audit_event WHERE seq > {keep.seq}",
        f"DELETE FROM audit_payload WHERE seq > {keep.seq}",
        f"UPDATE audit_head SET seq = {keep.seq}, hash = '{keep.hash}'",
    )
    assert list(checkpoint.verify(signer))
    assert list(checkpoint.verify(None)) == []  # the chain alone cannot know


def test_a_wholly_recomputed_chain_is_found_by_the_checkpoint_outside(signer):
    tamper("UPDATE audit_event SET actor_name = 'nobody' WHERE seq = 4")
    before = audit.GENESIS
    connection = session().connection()
    for entry in session().scalars(select(AuditEvent).order_by(AuditEvent.seq)):
        entry.prev_hash = before
        before = audit.chained(entry)
        connection.execute(
            text("UPDATE audit_event SET prev_hash = :p, hash = :h WHERE seq = :s"),
            {"p": entry.prev_hash, "h": before, "s": entry.seq},
        )
        session().expunge(entry)
    connection.execute(text("UPDATE audit_head SET hash = :h"), {"h": before})
    session().commit()
    assert list(checkpoint.verify(None)) == []
    assert list(checkpoint.verify(signer))


def test_a_forged_checkpoint_is_no_checkpoint(signer):
    path = next(signer.folder.glob("*.txt"))
    path.write_text(path.read_text().replace("portal-audit\n", "portal-audit\n1"))
    found = [fault.what for fault in checkpoint.verify(signer)]
    assert found == [f"{path.name}: not a checkpoint of this portal"]


def test_the_database_refuses_to_change_the_log(company):
    access.become(access.SYSTEM)
    for statement in ("DELETE FROM audit_event", "UPDATE audit_event SET reason = 'x'"):
        with pytest.raises(DBAPIError):
            session().execute(text(statement))
        session().rollback()


def test_erasing_a_payload_keeps_the_chain_whole_and_is_told(signer):
    """Personal data may go by law; nobody erases what an approval saw without a word."""
    with transaction():
        session().get(AuditPayload, 3).body = ""
    found = list(checkpoint.verify(signer))
    assert found == [Fault(3, "the event's details were erased, and no event says so")]
    with transaction():
        audit.note_thing("audit_payload", None, checkpoint.ERASED, changes={"events": [3]})
    assert list(checkpoint.verify(signer)) == []


def test_checkpoints_that_were_signed_and_are_gone_are_missed(signer):
    """Without them whoever rewrites the whole chain is not noticed."""
    checkpoint.use(signer)
    job = jobs.Job(kind="audit.checkpoint", payload={}, state="ready", result={})
    assert checkpoint.sign_head(job) == {}  # written already: nothing new to remember
    with transaction():
        audit.note_thing("test", None, "something")
    job.result = checkpoint.sign_head(job)
    with transaction():
        session().add(job)
    assert list(checkpoint.verify(signer)) == []
    shutil.rmtree(signer.folder)
    assert [one.what for one in checkpoint.verify(signer)] == [
        f"{job.result['checkpoint']}: this signed checkpoint is gone; put the backup of all back"
    ]


def test_nothing_is_logged_of_work_that_was_rolled_back(company):
    access.become(access.SYSTEM)
    before = session().scalars(select(AuditEvent.seq)).all()
    with pytest.raises(RuntimeError), transaction():
        session().add(Customer(name="公司", owner_id=company.ann, department_id=company.team_a))
        session().flush()
        raise RuntimeError
    assert session().scalars(select(AuditEvent.seq)).all() == before


def test_secret_fields_stand_in_the_log_as_changed_only(company):
    access.become(access.SYSTEM)
    bodies = " ".join(session().scalars(select(AuditPayload.body)))
    assert "A123456789" not in bodies
    assert "•••" in bodies


def logged(record):
    """Every change in the log of a record, in order: field -> [old, new]."""
    query = (
        select(AuditPayload.body)
        .join(AuditEvent, AuditEvent.seq == AuditPayload.seq)
        .where(AuditEvent.object_type == record.__tablename__, AuditEvent.object_id == record.id)
        .order_by(AuditEvent.seq)
    )
    return [json.loads(body) for body in session().scalars(query)]


def test_the_log_has_keys_set_through_relationships_numbers_and_defaults(company):
    with access.acting_as(access.SYSTEM):
        with transaction():
            ann, bob = (session().get_one(Employee, i) for i in (company.ann, company.bob))
            client = Customer(name="公司", owner=ann, department_id=company.team_a)
            session().add(client)
        with transaction():
            client.owner = bob
        made, changed = logged(client)
        assert made["owner_id"] == [None, company.ann]
        assert made["no"] == [None, client.no]
        assert made["name_norm"] == [None, client.name_norm]
        teams = [company.team_a, company.team_b]  # a client goes with its owner
        assert changed == {"owner_id": [company.ann, company.bob], "department_id": teams}


def test_what_is_done_with_the_systems_rights_is_logged_also_when_it_is_all_there_is(company):
    access.become(company.actor(company.ann))
    with transaction(), access.system():
        other = session().get_one(Employee, company.bob)
        other.mobile = "0900000000"
    with access.acting_as(access.SYSTEM):
        last = session().scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert (last.object_id, last.action, last.actor_id) == (
            company.bob,
            "edit",
            1000 + company.ann,
        )


def test_an_act_is_that_of_whom_the_session_worked_for_when_it_was_done(company):
    """Whoever it works for at the commit: the log is written then, the act was done before."""
    access.become(access.SYSTEM)
    other = access.Actor(account_id=7, name="Registrar", via="job")
    with transaction():
        with access.on_behalf_of(other):
            row = Customer(name="代辦公司", owner_id=company.ann, department_id=company.team_a)
            session().add(row)
        audit.note_thing("customer", 1, "looked_at")
    last = select(AuditEvent.actor_name).order_by(AuditEvent.seq.desc()).limit(2)
    assert list(session().scalars(last)) == ["system", "Registrar"]


def test_a_column_may_say_that_the_log_has_no_entry_of_it(company):
    with access.acting_as(access.SYSTEM):
        with transaction():
            account = UserAccount(username="quiet", name="Quiet")
            session().add(account)
        with transaction():
            account.preferences = {"theme": "dark"}
        with transaction():
            account.email = "quiet@example.test"
        edits = select(AuditEvent.seq).where(
            AuditEvent.object_type == "user_account", AuditEvent.action == "edit"
        )
        assert len(session().scalars(edits).all()) == 1


def test_a_removed_record_leaves_its_entry(company):
    with access.acting_as(access.SYSTEM):
        with transaction():
            client = Customer(name="公司", owner_id=company.ann, department_id=company.team_a)
            session().add(client)
        with transaction():
            session().delete(client)
        last = session().scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert (last.object_id, last.action) == (client.id, "delete")


def test_nothing_changes_outside_a_transaction(company):
    with access.acting_as(access.SYSTEM):
        session().get_one(Employee, company.ann).mobile = "0900000000"
        with pytest.raises(RuntimeError, match="before its transaction"), transaction():
            pass
        with pytest.raises(RuntimeError, match="outside a transaction"):
            session().commit()
        session().rollback()
        with access.system(), pytest.raises(RuntimeError, match="outside the session"):
            transaction().__enter__()


def test_a_comment_is_anchored_in_the_log_without_its_words(company):
    with access.acting_as(access.SYSTEM):
        with transaction():
            person = session().get_one(Employee, company.ann)
            comment.say(person, "請補第三條")
        last = logged(person)[-1]
    assert last == {"number": 1, "sha256": hashlib.sha256("請補第三條".encode()).hexdigest()}
