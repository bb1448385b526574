"""How long signed papers are kept, and the legal hold that keeps any paper longer (R10.6).

The row says it, a job brings the paper's objects to what the row says: the store then refuses to
destroy them, whoever asks. Retention only grows.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.documents.archive.objects import protect_soon
from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.classes import CLASSES
from portal.documents.models import Document, DocumentVersion
from portal.documents.subjects import record_of, subject
from portal.kernel import acts, audit, clock, duties, rhythm, setting, text
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _
from storage.port import ObjectStore, Stat

setting.declare(
    "retention.years",
    {"public": 5, "internal": 5, "confidential": 5, "secret": 10},
    _("Years a signed paper is kept at least, from the day of signing"),
    source=setting.LAWYER,
    parts=CLASSES,
    bounds=(1, 100),
)

acts.name("kept_until", _("set how long it is kept"))
acts.name("held", _("put the paper under legal hold"))
acts.name("let_go", _("lifted the legal hold"))

SIGNED = ("signed", "archived", "superseded")
#: A paper taken over whose template said nothing: what the longest paper of the house is kept.
UNKNOWN_YEARS = 10
MOST_OF_A_REASON = 200


def due(document: Document, record: Any, signed_on: date) -> date:
    """The last day on which a paper must still be there.

    The later of: the years of its class from its signing on, and the years of its template from
    the end of what was agreed on; while there is no end, from the signing on.
    """
    template = document.template
    years = template.retention_years if template is not None else UNKNOWN_YEARS
    end = subject(record.__tablename__).ends(record) or signed_on
    least = setting.value("retention.years")[document.classification]
    return max(
        clock.months_after(signed_on, 12 * least),
        clock.months_after(max(end, signed_on), 12 * years),
    )


def moment(day: date) -> datetime:
    """When the store may let go of what is kept until a day: as the day after it begins."""
    return clock.begin_of(day + timedelta(days=1))


def keep(document: Document, until: date) -> bool:
    """Keep a paper and its files until a day, or longer if it is already; in a transaction.

    Returns whether that is longer than before.
    """
    if document.retention_until is not None and document.retention_until >= until:
        return False
    before, document.retention_until = document.retention_until, until
    audit.note(document, "kept_until", {"retention_until": [before, until]})
    protect_soon(document.id)
    return True


def hold(document: Document, on: bool, reason: str) -> None:
    """Set or lift the legal hold: while it is on, nothing of the paper is disposed of.

    Raises `Forbidden`, `Invalid` without a reason, `Conflict` when it is so already.
    """
    duties.require("paper.hold")
    lock(document)
    if not (reason := text.uncut(reason, MOST_OF_A_REASON, "hold_reason", _("Reason"))):
        raise Invalid({"hold_reason": _("A reason is needed.")})
    if document.legal_hold == on:
        raise Conflict(_("The paper is held already.") if on else _("The paper is not held."))
    document.legal_hold = on
    audit.note(document, "held" if on else "let_go", {"legal_hold": [not on, on]}, reason=reason)
    protect_soon(document.id)


@handler("paper.protect", _("Protecting the files of a paper"), cancellable=False)
def protect(job: Job) -> dict[str, Any]:
    """Bring the objects of a paper to what its row says; repeatable."""
    document = session().get_one(Document, job.payload["document_id"], populate_existing=True)
    count = 0
    for version in _files(document):
        with store_answering():
            store = parts().store(version.encryption)
            found = store.stat(version.object_key)
            if document.retention_until and version.version_no == document.current_no:
                _retain(store, found, moment(document.retention_until))
            if found.legal_hold != document.legal_hold:
                store.hold(version.object_key, document.legal_hold)
        count += 1
    return {"files": count}


def _retain(store: ObjectStore, found: Stat, until: datetime) -> None:
    """What is kept as long or longer already stays as it is: that only grows."""
    if found.retain_until is None or found.retain_until < until:
        store.retain(found.key, until)


def _files(document: Document) -> list[DocumentVersion]:
    query = select(DocumentVersion).where(
        DocumentVersion.document_id == document.id, DocumentVersion.state == "stored"
    )
    return list(session().scalars(query.order_by(DocumentVersion.id)))


@handler("papers.keep", _("How long papers are kept"))
def grow(job: Job) -> dict[str, Any]:
    """Where an end was moved, an employment ended or the rule grew, papers are kept longer too."""
    longer = 0
    for ident in list(session().scalars(select(Document.id).where(Document.state.in_(SIGNED)))):
        with transaction():
            document = session().get_one(Document, ident)
            record = record_of(document)
            day = None if record is None else subject(record.__tablename__).signed_on(record)
            if day is not None:
                longer += keep(document, due(document, record, day))
    return {"longer": longer}


rhythm.every("papers.keep", timedelta(days=1), clock.NIGHT)
