"""Agreements to many at once: papers made together, one bad one spoiling no other, stopped between (R8.1.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.chapters.confidentiality import issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.commands import doctor
from portal.documents.archive import objects
from portal.documents.archive.parts import parts
from portal.kernel import access, jobs
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from portal.seed import people, walk
from portal.web import jobs_page

pytestmark = pytest.mark.office


def newcomers(portal) -> list[int]:
    """Twenty people on probation in three languages; one lacks what the paper needs."""
    with walk.person(portal.accounts, "hr"):
        people.newcomers()
    with access.acting_as(access.SYSTEM), transaction():
        found = session().scalars(
            select(Employee).where(Employee.state == "probation").order_by(Employee.id)
        )
        chosen = list(found)
        chosen[3].address = None
        return [person.id for person in chosen]


def start(portal, chosen: list[int]) -> int:
    with walk.person(portal.accounts, "hr"):
        return issuing.issue_to(chosen).id


def agreements() -> list[ConfidentialityAgreement]:
    query = select(ConfidentialityAgreement).where(ConfidentialityAgreement.state == "issued")
    return list(session().scalars(query.order_by(ConfidentialityAgreement.id)))


def test_papers_are_made_together_and_a_bad_one_spoils_no_other(portal, monkeypatch):
    chosen = newcomers(portal)[:7]
    alone: list[int] = []
    convert = type(parts().converter).convert
    monkeypatch.setattr(
        type(parts().converter),
        "convert",
        lambda self, docs, **more: alone.append(len(docs)) or convert(self, docs, **more),
    )
    ident = start(portal, chosen)
    walk.work()
    with access.acting_as(access.SYSTEM):
        job = session().get_one(Job, ident)
        assert (job.state, job.result["issued"], job.result["failed"]) == ("done", 6, 1)
        assert [at for at, row in enumerate(job.result["rows"]) if "error" in row] == [3]
        [(who, why)] = jobs_page.missed(job)  # whoever asked is told whose paper is missing
        assert who == str(session().get_one(Employee, chosen[3]))
        assert str(why)
        assert job.done_count == 7
        made = agreements()
        assert [row.employee_id for row in made] == [i for i in chosen if i != chosen[3]]
        for row in made:
            words = objects.read(row.document.file("pdf"))
            assert words[:5] == b"%PDF-"
    assert sum(alone) < 6  # most came out of one document
    assert list(doctor.examine(portal.config, read_data=True)) == []


def test_the_job_can_be_stopped_between_and_leaves_nothing_half_made(portal, monkeypatch):
    chosen = newcomers(portal)[10:14]
    monkeypatch.setattr(issuing, "AT_ONCE", 2)
    ident = start(portal, chosen)
    progress = jobs.progress

    shown: list[int] = []

    def stopping(job, done, **more):
        """Somebody cancels while the first two are made together."""
        if job.id == ident:
            with transaction():
                session().get_one(Job, ident).cancel_asked = True
            shown.append(done)
        progress(job, done, **more)

    monkeypatch.setattr(jobs, "progress", stopping)
    walk.work()
    assert shown == [1, 2, 2]  # the bar moves with each; what was begun together is finished
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Job, ident).state == "cancelled"
        assert [row.employee_id for row in agreements()] == chosen[:2]
        drafts = select(ConfidentialityAgreement).where(ConfidentialityAgreement.state == "draft")
        assert session().scalars(drafts).all() == []
