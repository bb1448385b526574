"""A paper whose class rises is encrypted in the store, also what was stored before (R8.1.3)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal import migrations
from portal.chapters.sales.models import Contract
from portal.cli import main
from portal.documents.archive import objects, orphans, retention, sealing
from portal.documents.archive.parts import parts
from portal.documents.models import Document, SigningEvent
from portal.documents.papers import generation
from portal.kernel import access, audit, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from portal.seed import walk
from storage.port import Locked, NotFound
from tests.portal.documents.archive.risen import (
    encryptions,
    files,
    lying_open,
    paper_of,
    reclassed,
    scan,
    texts,
    the_store_s_clock_goes_with_it,
    told,
    waiting,
)


def test_a_paper_that_is_raised_again_is_encrypted_whole(company, lowered):
    paper = paper_of(lowered)
    before = texts(paper)
    assert len(lying_open()) == 2
    reclassed(company, paper, "confidential")
    walk.work()
    assert encryptions(paper) == {"client"}
    assert lying_open() == []
    assert texts(paper) == before
    assert told(company) == []
    with access.acting_as(access.SYSTEM):
        assert orphans.orphans() == []
        said = list(session().scalars(select(AuditEvent).where(AuditEvent.action == "sealed")))
        assert {one.object_id for one in said} == {paper}
        assert len(said) == 2
    page = company.browser("legal").get(f"/papers/{paper}").text
    assert "這份文件印出的仍是原來的機密等級「內部」" in page
    walk.generate(company.accounts, "sales_a", lowered)
    assert "仍是原來的機密等級" not in company.browser("legal").get(f"/papers/{paper}").text
    for ident, data in before.items():
        taken = company.browser("legal").get(f"/papers/{paper}/files/{ident}")
        assert (taken.status_code, taken.data) == (200, data)


def test_the_seal_form_of_a_paper_that_rises_is_encrypted_with_it(company, lowered):
    walk.submit(company.accounts, "sales_a", lowered)
    walk.approve_contract(company.accounts, lowered, "sales_a_mgr")
    walk.seal_contract(company.accounts, "sales_a", lowered)
    with access.acting_as(access.SYSTEM):
        form = session().scalars(select(SigningEvent)).one().form_id
    assert encryptions(form) == {"none"}
    reclassed(company, paper_of(lowered), "confidential", who="sales_a")
    walk.work()
    assert encryptions(form) == {"client"}
    # A form that was used is kept by the store: its plain files go on their day.
    with access.acting_as(access.SYSTEM):
        document = session().get_one(Document, form)
        number, day = document.no, document.retention_until + timedelta(days=1)
    assert len(lying_open()) == len(waiting()) == 2
    assert all(number in line and line.endswith(f"until {day}") for line in waiting())
    assert told(company) == []


def test_a_paper_made_from_a_template_of_a_higher_class_is_encrypted_whole(company, lowered):
    paper = paper_of(lowered)
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Document, paper).template_id = None  # as if it were of another
    walk.generate(company.accounts, "sales_a", lowered)
    assert encryptions(paper) == {"client"}
    assert lying_open() == []
    assert told(company) == []


def test_a_class_that_rises_while_a_file_is_stored_is_followed_all_the_same(
    company, lowered, monkeypatch
):
    paper, put = paper_of(lowered), objects.put

    def overtaken(version, data, encryption, kind, retain_until=None):
        """Somebody raises the class between the look at it and the row."""
        if encryption == "none":
            with transaction():
                document = session().get_one(Document, paper)
                document.classification = "confidential"
                audit.note(document, "classified")
        return put(version, data, encryption, kind, retain_until)

    with monkeypatch.context() as during:
        during.setattr(objects, "put", overtaken)
        with walk.person(company.accounts, "sales_a"):
            generation.generate(session().get_one(Contract, lowered.id))
        walk.work()
    assert encryptions(paper) == {"client"}
    assert lying_open() == []
    assert told(company) == []


def test_what_was_left_plain_is_told_and_encrypted_in_the_night(company, lowered):
    """The class is written without a word to anybody, as before papers followed it."""
    paper = paper_of(lowered)
    with access.acting_as(access.SYSTEM), transaction():
        document = session().get_one(Document, paper)
        document.classification = "secret"
        audit.note(document, "classified")
        number = document.no
    faults = told(company)
    assert len(faults) == 2
    assert all(f"secret paper {number} is not encrypted" in one for one in faults)
    with access.acting_as(access.SYSTEM):
        assert sealing.seal_all(Job()) == {"papers": 1}
    assert told(company) == []  # it is under way
    walk.work()
    assert lying_open() == []
    assert told(company) == []


def test_a_file_that_cannot_be_read_is_waited_for_and_keeps_no_other_from_it(company, lowered):
    """Nobody can stop it meanwhile; the rows say what is so."""
    paper = paper_of(lowered)
    with access.acting_as(access.SYSTEM):
        newest = session().get_one(Document, paper).file("pdf").object_key
    reclassed(company, paper, "confidential")
    store = parts().plain
    place = store.root / "objects" / newest
    place.rename(place.with_suffix(".away"))
    walk.work()
    assert [one[2] for one in files(paper)] == ["client", "client", "client", "none"]
    with access.acting_as(access.SYSTEM):
        job = session().scalars(select(Job).where(Job.kind == "paper.seal")).one()
        assert (job.state, jobs.may_cancel(job)) == ("ready", False)
        assert any("version" in line for line in told(company))
    place.with_suffix(".away").rename(place)
    with clock.standing_at(clock.now() + 2 * jobs.WAIT):
        walk.work()
        assert lying_open() == []
        assert told(company) == []


def test_a_signed_copy_is_encrypted_and_its_plain_form_goes_on_its_day(company, signed):
    document, before = scan(signed)
    number, plain, digest = document.no, before.object_key, before.sha256
    assert before.encryption == "none"
    data = texts(signed)[before.id]
    reclassed(company, signed, "confidential")
    walk.work()
    document, after = scan(signed)
    assert (after.encryption, after.sha256) == ("client", digest)
    assert texts(signed)[after.id] == data
    kept = parts().sealed.stat(after.object_key)
    assert kept.retain_until == retention.moment(document.retention_until)
    with pytest.raises(Locked):
        parts().sealed.delete(after.object_key)
    assert any(number in line and plain in line for line in waiting())
    assert told(company) == []
    with access.acting_as(access.SYSTEM), clock.standing_at(clock.now() + timedelta(days=30)):
        assert plain not in {one.key for one in orphans.orphans()}
    with clock.standing_at(retention.moment(document.retention_until) + timedelta(days=2)):
        the_store_s_clock_goes_with_it()
        walk.work()
        assert lying_open() == []
        assert waiting() == []
    with pytest.raises(NotFound):
        parts().plain.stat(plain)


AS_LONG_AS_HELD = " or longer, as the paper is held"


def test_while_a_paper_is_held_nothing_of_it_goes(company, lowered):
    paper = paper_of(lowered)
    held(company, paper, "1")
    reclassed(company, paper, "confidential")
    walk.work()
    assert encryptions(paper) == {"client"}
    with access.acting_as(access.SYSTEM):
        for version in session().get_one(Document, paper).versions:
            assert parts().sealed.stat(version.object_key).legal_hold
    assert len(lying_open()) == 2
    assert [line.partition("until ")[2][10:] for line in waiting()] == [AS_LONG_AS_HELD] * 2
    assert told(company) == []
    held(company, paper, "0")
    with clock.standing_at(clock.now() + timedelta(days=1, hours=1)):
        walk.work()
        assert lying_open() == []
        assert told(company) == waiting() == []


def held(company, paper, on):
    answer = company.browser("legal").post(
        f"/papers/{paper}/hold", data={"on": on, "hold_reason": "訴訟 115 年度第 3 號"}
    )
    assert answer.status_code == 302
    walk.work()


@pytest.mark.parametrize(
    "database_kind", ["sqlite"]
)  # the command leaves what it opened to its end
def test_a_copy_that_waits_for_its_day_does_not_make_the_command_fail(
    company, signed, monkeypatch, capsys
):
    """Nobody can do anything; one that should be encrypted and is not is a fault as before."""
    monkeypatch.setenv("PORTAL_DATA", str(company.config.data))
    monkeypatch.setenv("PORTAL_DATABASE_URL", company.config.database_url)
    plain = scan(signed)[1].object_key
    reclassed(company, signed, "confidential")
    walk.work()
    remove_session()
    with company.engine.begin() as connection:  # as if it had been migrated
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        head = {"head": migrations.HEAD_FILE.read_text().strip()}
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), head)
    capsys.readouterr()
    assert main(["doctor"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "Everything is as it should be."
    assert {line.partition(":")[0] for line in lines} == {"known"}
    assert any(plain in line for line in lines)
    assert main(["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["sound"], said["faults"], said["known"]) == (True, [], lines)
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Document, signed).file("signed_scan").encryption = "none"
    remove_session()
    assert main(["doctor"]) == 1
    assert "plain: version" in capsys.readouterr().out


def test_the_sweep_finds_the_plain_form_of_a_signed_copy(company):
    """Work put it and was killed before the class rose; another stored it encrypted after that."""
    contract = company.approved()
    walk.seal_contract(company.accounts, "sales_a", contract)
    walk.sign(company.accounts, "legal", contract, "t" * 20)
    with access.acting_as(access.SYSTEM):
        version = session().get_one(Document, paper_of(contract)).file("signed_scan")
        assert version.encryption == "client"
        twin = objects.put(version, objects.read(version), "none", "signed_scan").key
        proof = objects.put(version, b"of another copy", "none", "signed_scan").key
        with clock.standing_at(clock.now() + timedelta(days=9)):
            assert orphans.sweep(orphans.orphans()).removed == 1
    assert parts().plain.stat(proof).size
    with pytest.raises(NotFound):
        parts().plain.stat(twin)
