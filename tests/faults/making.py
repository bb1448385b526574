"""Papers being made, one or many at once, and the morning after a death."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from doc_templates.pdf import Converter
from doc_templates.text import word_text
from portal.boot import boot
from portal.chapters.confidentiality import issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.sales.models import Contract
from portal.commands import serve
from portal.documents.archive import parts
from portal.documents.models import Document, DocumentVersion
from portal.documents.papers import generation
from portal.kernel import access, clock, jobs, numbering
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from portal.seed import walk
from tests.company import config_of
from tests.faults.dying import tell
from tests.faults.installation import accounts, faults, ids, report, started, work
from tests.faults.ready import WORDS, ready_pdf

HIRED = 20


class ReadyPdf(Converter):
    """Stands for the office suite, whose own death is tried elsewhere: hundreds of papers in seconds."""

    def convert(self, docs: Sequence[bytes]) -> list[bytes]:
        """A small PDF for each, which prints the numbers that its Word file says."""
        return [ready_pdf(" ".join([WORDS, *_numbers(doc)])) for doc in docs]

    convert_copies = convert


def _numbers(word: bytes) -> list[str]:
    """The numbers of papers in a Word file."""
    return sorted(numbering.printed("document", "\n".join(word_text(word))))


def without_office() -> None:
    """This process converts nothing."""
    convert_by(ReadyPdf)


def convert_by(kind: type[Converter]) -> None:
    """Papers of this process are converted so, in the folder they would be converted in."""
    whole = parts.parts()
    parts._parts = dataclasses.replace(whole, converter=kind(whole.converter.work_dir))


def generate(home: Path, nth: int) -> None:
    """Sales asks for the paper of a draft, then the worker makes it."""
    started(home, nth)
    without_office()
    ask(home)
    work()


def ask_in_time(home: Path, _nth: int) -> None:
    """Press "generate" in a process that lives."""
    boot(config_of(home))
    ask(home)


def ask(home: Path) -> None:
    """Press "generate"."""
    with walk.person(accounts("sales_a"), "sales_a"):
        job = generation.generate(_draft(home))
    tell(home, f"accepted {job.id}")


def made_after_all(home: Path, _nth: int) -> None:
    """The next morning: what is there, and what the worker makes of it."""
    boot(config_of(home))
    without_office()
    found: dict[str, Any] = {"before": _paper(home), "faults_before": faults(home)}
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        work()
        found |= {"worked": _paper(home), "faults": faults(home, whole=True)}
    report(home, **found)


def _draft(home: Path) -> Contract:
    return session().get_one(Contract, ids(home)["contract"]["draft_a"])


def _paper(home: Path) -> dict[str, Any]:
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        ident = _draft(home).document_id
        document = None if ident is None else session().get_one(Document, ident)
        if document is None:
            return {"number": 0, "files": [], "log": 0}
        files = sorted((v.kind, v.version_no, v.state) for v in document.versions)
        log = select(AuditEvent).where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == document.id,
            AuditEvent.action == "version_stored",
        )
        stored = len(session().scalars(log).all())
        return {"number": document.current_no, "files": files, "log": stored}


def hire(home: Path, _nth: int) -> None:
    """Twenty new people, and the job that gives each an agreement."""
    boot(config_of(home))
    chosen = hire_people()
    with walk.person(accounts("hr"), "hr"):
        issuing.issue_to(chosen)


def hire_people(count: int = HIRED) -> list[int]:
    """New people, by id."""
    with access.acting_as(access.SYSTEM), transaction():
        pattern = session().scalars(select(Employee)).first()
        assert pattern is not None
        people = [
            Employee(
                name=f"新人{n}",
                department_id=pattern.department_id,
                id_no=f"N{n}",
                address="某路 1 號",
                position_id=pattern.position_id,
                private_email="x@mail.example",
                hired_on=date(2026, 1, 1),
                locale=("zh_Hant", "zh_Hans", "en")[n % 3],
                jurisdiction=("taiwan", "prc", "hongkong")[n % 3],
            )
            for n in range(count)
        ]
        session().add_all(people)
        session().flush()
        return [person.id for person in people]


def issue(home: Path, nth: int, leases: int) -> None:
    """Be the worker, so many leases after the first one was killed."""
    started(home, nth)
    without_office()
    with clock.standing_at(clock.now() + leases * (jobs.LEASE + timedelta(seconds=1))):
        work()


class Told(ReadyPdf):
    """Somebody tells the portal to end (SIGTERM) while it converts."""

    def convert(self, docs: Sequence[bytes]) -> list[bytes]:
        """As ever; the signal comes meanwhile."""
        os.kill(os.getpid(), signal.SIGTERM)
        return super().convert(docs)

    convert_copies = convert


def issue_till_told(home: Path, _nth: int) -> None:
    """Be the command `portal worker` until it is told to end in the middle of the work."""
    boot(config_of(home))
    convert_by(Told)
    serve.worker()
    with access.acting_as(access.SYSTEM):
        job = session().scalars(select(Job).where(Job.kind == "agreements.issue")).one()
    report(home, state=job.state, done=job.done_count, attempts=job.attempts)


def issued(home: Path, _nth: int) -> None:
    """What each of the twenty has now, and what the job says of it."""
    boot(config_of(home))
    with access.acting_as(access.SYSTEM):
        people = session().scalars(select(Employee.id).where(Employee.name.like("新人%")))
        rows = [_agreements(ident) for ident in people]
        job = session().scalars(select(Job).where(Job.kind == "agreements.issue")).one()
        said = [job.state, job.result.get("issued"), job.result.get("failed")]
    report(home, people=rows, job=said, faults=faults(home, whole=True))


def _agreements(employee_id: int) -> list[Any]:
    query = select(ConfidentialityAgreement).where(
        ConfidentialityAgreement.employee_id == employee_id
    )
    found: list[Any] = []
    for row in session().scalars(query):
        files = select(DocumentVersion).where(DocumentVersion.document_id == row.document_id)
        kinds = sorted((f.kind, f.version_no, f.state) for f in session().scalars(files))
        log = select(AuditEvent.action).where(
            AuditEvent.object_type == "confidentiality_agreement", AuditEvent.object_id == row.id
        )
        steps = [act for act in session().scalars(log) if act in ("create", "standard", "issue")]
        found.append([row.state, kinds, steps])
    return found
