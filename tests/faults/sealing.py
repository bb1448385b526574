"""Papers that were stored plain and rise in class: what a kill leaves of them, and the morning after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from portal.boot import boot
from portal.chapters.sales.models import Contract
from portal.commands import doctor
from portal.documents.archive import objects, orphans, uploads
from portal.documents.archive.parts import parts
from portal.documents.models import Document, DocumentVersion
from portal.documents.sharing import custody
from portal.documents.signing import signed_copies
from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session
from portal.seed import walk
from storage.port import read_whole
from tests.company import config_of
from tests.faults import making
from tests.faults.dying import deadly_steps, tell
from tests.faults.installation import accounts, faults, ids, report, started, work
from tests.faults.ready import ready_pdf

#: A draft that is made again, and a contract whose signed copy comes back: both were lowered.
LOWERED = ("draft_a", "signing")


def lie_open(home: Path, _nth: int) -> None:
    """Legal lowers both papers; what is made and stored of them then is plain."""
    engine = boot(config_of(home))
    making.without_office()
    making.ask(home)
    work()
    classify(home, "internal")
    making.ask(home)
    received = uploads.keep(ready_pdf())
    with walk.person(accounts("legal"), "legal"):
        contract = session().get_one(Contract, ids(home)["contract"]["signing"])
        signed_copies.register(contract, received, "t" * 20, walk.read_on(contract))
    work()
    remove_session()
    engine.dispose()  # it is copied
    (home / "journal").unlink()


def rise(home: Path, nth: int) -> None:
    """Both rise again; then be the worker."""
    started(home, nth)
    classify(home, "confidential")
    tell(home, "risen")
    work()


def rise_by_steps(home: Path, nth: int) -> None:
    """The same with database and store in servers of their own; it dies between what they are told."""
    deadly_steps(boot(config_of(home)), home, nth)
    classify(home, "confidential")
    tell(home, "risen")
    work()


def classify(home: Path, name: str) -> None:
    """Legal says of what class both papers are."""
    with walk.person(accounts("legal"), "legal"):
        for ident in papers(home):
            custody.classify(session().get_one(Document, ident), name, "評估後調整")


def papers(home: Path) -> list[int]:
    """The ids of both papers."""
    with access.acting_as(access.SYSTEM):
        contracts = (session().get_one(Contract, ids(home)["contract"][n]) for n in LOWERED)
        return [one.document_id for one in contracts if one.document_id is not None]


def come_back(home: Path, _nth: int) -> None:
    """The next morning: what is there, and what the worker and the sweep make of it."""
    boot(config_of(home))
    found = {"before": facts(home), "faults_before": faults(home, whole=True)}
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        work()
        found |= {"worked": facts(home), "faults": faults(home, whole=True)}
        found |= {"known": list(doctor.known())}
    with clock.standing_at(clock.now() + timedelta(days=9)), access.acting_as(access.SYSTEM):
        orphans.sweep(orphans.orphans())
    report(home, **found, open=lying_open())


def facts(home: Path) -> list[tuple[str, str]]:
    """Kind and encryption of every file of both papers; each can be read."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        query = select(DocumentVersion).where(DocumentVersion.document_id.in_(papers(home)))
        rows = list(session().scalars(query.order_by(DocumentVersion.id)))
        for row in rows:
            objects.read(row)
        return [(row.kind, row.encryption) for row in rows]


def lying_open() -> list[str]:
    """The keys of papers whose objects anybody could read who reads the store."""
    plain = parts().plain
    keys = [one.key for one in plain.list() if not one.key.startswith("template/")]
    return [key for key in keys if read_whole(plain, key).startswith((b"%PDF", b"PK\x03\x04"))]
