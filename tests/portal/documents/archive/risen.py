"""Papers stored plain whose class rises: what is said of them, what lies open, what the doctor tells."""

from __future__ import annotations

from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.commands import doctor
from portal.documents.archive import objects
from portal.documents.archive.parts import parts
from portal.documents.models import Document, DocumentVersion
from portal.kernel import access, clock
from portal.kernel.db import session
from storage.port import read_whole

#: How files begin that somebody can read: PDF and Word.
READABLE = (b"%PDF", b"PK\x03\x04")


def reclassed(company, paper, name, who="legal", reason="評估後調整"):
    answer = company.browser(who).post(
        f"/papers/{paper}/class", data={"classification": name, "reason": reason}
    )
    assert answer.status_code == 302


def paper_of(contract):
    with access.acting_as(access.SYSTEM):
        return session().get_one(Contract, contract.id).document_id


def files(paper):
    """The files of a paper, as (kind, version, encryption)."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        query = select(DocumentVersion).where(DocumentVersion.document_id == paper)
        rows = list(session().scalars(query.order_by(DocumentVersion.id)))
        return [(v.kind, v.version_no, v.encryption) for v in rows]


def encryptions(paper):
    return {encryption for _kind, _number, encryption in files(paper)}


def lying_open():
    """Every paper's object anybody could read who reads the store."""
    listed = (one.key for one in parts().plain.list() if not one.key.startswith("template/"))
    return [key for key in listed if read_whole(parts().plain, key).startswith(READABLE)]


def texts(paper):
    """The bytes of each file of a paper, verified."""
    with access.acting_as(access.SYSTEM):
        rows = select(DocumentVersion).where(DocumentVersion.document_id == paper)
        return {v.id: objects.read(v) for v in session().scalars(rows)}


def waiting():
    """What the doctor knows of and does not count as a fault."""
    return list(doctor.known())


def told(company):
    return list(doctor.examine(company.config, read_data=True))


def scan(paper):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        document = session().get_one(Document, paper)
        return document, document.file("signed_scan")


def the_store_s_clock_goes_with_it():
    """A folder store tells the time by the clock of the test from now on."""
    parts().plain._now = clock.now
