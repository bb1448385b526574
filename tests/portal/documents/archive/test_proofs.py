"""Signed copies that came to nothing are kept as proof, and lie plain for nobody to read (R8.1.3)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.chapters.sales.models import Contract
from portal.documents.archive import orphans, retention, uploads
from portal.documents.archive.parts import parts
from portal.documents.models import Document
from portal.documents.signing import signed_copies
from portal.kernel import access, clock, jobs
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job
from portal.seed import walk
from storage.port import Denied
from tests.faults.ready import ready_pdf
from tests.portal.documents.archive.risen import (
    encryptions,
    lying_open,
    paper_of,
    reclassed,
    scan,
    texts,
    the_store_s_clock_goes_with_it,
    waiting,
)


def brought(company, contract, data, token):
    """Legal brings a signed copy back; the worker has not looked at it yet."""
    received = uploads.keep(data)
    with walk.person(company.accounts, "legal"):
        fresh = session().get_one(Contract, contract.id)
        return signed_copies.register(fresh, received, token, walk.read_on(fresh)).id


def payment_days(days):
    """Somebody changes the contract past the portal."""
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET payment_days = :d"), {"d": days})


@pytest.fixture
def sealed(company, lowered):
    """The lowered contract, out for signature."""
    walk.submit(company.accounts, "sales_a", lowered)
    walk.approve_contract(company.accounts, lowered, "sales_a_mgr")
    walk.seal_contract(company.accounts, "sales_a", lowered)
    return lowered


@pytest.fixture
def kept(company, sealed):
    """A copy that could not come into force and stays somebody's proof, stored plain."""
    with access.acting_as(access.SYSTEM):
        days = session().get_one(Contract, sealed.id).payment_days
    brought(company, sealed, ready_pdf(), "the-token-of-one-form")
    payment_days(365)
    walk.work()
    payment_days(days)
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        paper = session().get_one(Document, paper_of(sealed))
        (copy,) = (v for v in paper.versions if v.kind == "signed_scan")
        assert (copy.state, copy.encryption, copy.kept) == ("failed", "none", True)
        return copy.object_key, copy.sha256


def proofs_of(paper):
    """What the store has, encrypted, of copies of this paper that no row names: their SHA-256."""
    with access.acting_as(access.SYSTEM):
        found = []
        for one in orphans.orphans():
            with suppress(Denied):
                found.append(parts().sealed.stat(one.key).sha256)
        return found


def scans_lying_open():
    return [key for key in lying_open() if key.startswith("signed_scan/")]


def on_its_day(paper):
    """When the store may let go of what is kept of this paper."""
    with access.acting_as(access.SYSTEM):
        until = session().get_one(Document, paper).retention_until
    return clock.standing_at(retention.moment(until) + timedelta(days=2))


def test_a_copy_kept_as_proof_is_encrypted_when_its_paper_rises(company, sealed, kept):
    reclassed(company, paper_of(sealed), "confidential", who="sales_a")
    walk.work()
    assert encryptions(paper_of(sealed)) == {"client"}
    assert any(kept[0] in line for line in waiting())  # the store keeps it until its day


def test_a_proof_whose_row_another_copy_took_is_encrypted_whatever_the_class(company, sealed, kept):
    """Only the log names it from then on, so a class that rises later would pass it by."""
    brought(company, sealed, ready_pdf() + b"\n", "the-token-of-another")
    walk.work()
    paper = paper_of(sealed)
    assert scan(paper)[1].encryption == "none"  # the paper is internal still
    assert proofs_of(paper) == [kept[1]]
    assert any(kept[0] in line for line in waiting())
    with on_its_day(paper):
        the_store_s_clock_goes_with_it()
        walk.work()
        assert kept[0] not in lying_open()
        assert proofs_of(paper) == [kept[1]]


def test_the_same_copy_brought_once_more_is_not_taken_for_a_proof(company, sealed, kept):
    """Another copy took its row, could not come into force either, and the first one came again."""
    days = 30
    brought(company, sealed, ready_pdf() + b"\n", "the-token-of-another")
    payment_days(days + 1)
    with access.acting_as(access.SYSTEM):
        jobs.drain("signing", only=("paper.sign",))
    payment_days(days)
    brought(company, sealed, ready_pdf(), "the-token-of-a-third")
    walk.work()
    _document, copy = scan(paper_of(sealed))
    assert (copy.encryption, copy.sha256) == ("none", kept[1])
    assert texts(paper_of(sealed))[copy.id] == ready_pdf()
    with on_its_day(paper_of(sealed)):
        the_store_s_clock_goes_with_it()
        walk.work()
    assert texts(paper_of(sealed))[copy.id] == ready_pdf()


def test_a_copy_whose_storing_was_given_up_is_looked_for_when_its_paper_rises(
    company, sealed, monkeypatch
):
    """The store had taken it, the database was not told."""
    ident = brought(company, sealed, ready_pdf(), "the-token-of-one-form")

    def breaks(*_what):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(signed_copies, "_complete", breaks)
        for attempt in range(jobs.MOST_ATTEMPTS):
            at = clock.now() + timedelta(hours=attempt)
            with clock.standing_at(at), access.acting_as(access.SYSTEM), suppress(RuntimeError):
                jobs.drain("signing", only=("paper.sign",))
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Job, ident, populate_existing=True).state == "dead"
    plain = scans_lying_open()
    assert len(plain) == 1
    reclassed(company, paper_of(sealed), "confidential", who="sales_a")
    walk.work()
    assert len(proofs_of(paper_of(sealed))) == 1
    assert any(plain[0] in line for line in waiting())
