"""The signed copy from the upload until it is stored and found, and the morning after a death."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.boot import boot
from portal.chapters.sales.models import Contract
from portal.documents.archive import objects, orphans, uploads
from portal.documents.models import Document, DocumentVersion
from portal.documents.search import queries
from portal.documents.signing import signed_copies
from portal.kernel import access, clock, jobs
from portal.kernel.db import session
from portal.kernel.jobs import Job
from portal.seed import walk
from tests.company import config_of
from tests.faults.dying import deadly_steps, tell
from tests.faults.installation import (
    accounts,
    faults,
    ids,
    report,
    started,
    sweep,
    work,
)
from tests.faults.ready import came_back

TOKEN = "one-time-token-of-the-form"
WORD = "zqxsigned"


def sign(home: Path, nth: int) -> None:
    """Upload, then be the worker."""
    started(home, nth)
    upload(home)
    work()


def sign_by_steps(home: Path, nth: int) -> None:
    """The same with database and store in servers of their own; it dies between what they are told."""
    deadly_steps(boot(config_of(home)), home, nth)
    upload(home)
    work()


def sign_hastily(home: Path, nth: int) -> None:
    """What must never be: telling the person before it is true."""
    tell(home, "accepted 0")
    sign(home, nth)


def upload(home: Path) -> None:
    """Legal brings the signed copy back, and is promised that it will be stored."""
    received = uploads.keep(came_back(home))
    with walk.person(accounts("legal"), "legal"):
        contract = session().get_one(Contract, ids(home)["contract"]["signing"])
        job = signed_copies.register(contract, received, TOKEN, walk.read_on(contract))
    tell(home, f"accepted {job.id}")


def come_back(home: Path, _nth: int) -> None:
    """The next morning: what is there, what the worker makes of it, and the upload once more."""
    boot(config_of(home))
    found: dict[str, Any] = {"before": facts(home), "faults_before": faults(home)}
    with clock.standing_at(clock.now() + timedelta(days=9)), access.acting_as(access.SYSTEM):
        found["swept"] = orphans.sweep(orphans.orphans()).removed
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        work()
        found |= {"worked": facts(home), "faults": faults(home)}
        upload(home)
        work()
        found |= {"repeated": facts(home), "faults_repeated": faults(home, whole=True)}
    with clock.standing_at(clock.now() + timedelta(days=3)):
        sweep(home, 0)
        left = sorted(path.name for path in (home / "var/incoming").iterdir())
    report(home, **found, left_over=left)


def facts(home: Path) -> dict[str, Any]:
    """How the contract, its paper, the scans, their bytes, the job and the search stand."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        contract = session().get_one(Contract, ids(home)["contract"]["signing"])
        document = session().get_one(Document, contract.document_id)
        scans = (
            session()
            .scalars(
                select(DocumentVersion).where(
                    DocumentVersion.document_id == document.id,
                    DocumentVersion.kind == "signed_scan",
                )
            )
            .all()
        )
        whole = [s.state == "stored" and objects.read(s) == came_back(home) for s in scans]
        mine = {scan.id for scan in scans}
        all_jobs = session().scalars(select(Job).where(Job.kind == "paper.sign"))
        states = [job.state for job in all_jobs if job.payload["version_id"] in mine]
        found = {
            "contract": contract.state,
            "paper": document.state,
            "jobs": states,
            "scans": [s.state for s in scans],
            "whole": whole,
        }
        number = document.no
    with walk.person(accounts("legal"), "legal"):
        hits = [hit.document.no for hit in queries.search(WORD).hits]
    return found | {"found": number in hits}
