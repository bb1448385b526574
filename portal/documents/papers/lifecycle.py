"""A record leads, its paper follows: where it stands, whose it is, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.documents import labels
from portal.documents.models import Document
from portal.documents.search import index
from portal.documents.subjects import record_of, use_of
from portal.documents.workflows import DOCUMENT
from portal.engines.approval import rounds
from portal.kernel import access, clock, following, rhythm
from portal.kernel.db import lock, session, stale, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.record import Staged
from portal.kernel.words import _
from portal.kernel.workflow import Taken

COMPARE = "paper.follow"


def lead(model: type[Staged], follows: Mapping[str, str]) -> None:
    """Let the main paper take `follows[step]` whenever its record takes `step`, and change hands
    with it."""

    def follow(record: Any, taken: Taken) -> None:
        move(record, follows[taken.step.name], taken.reason)

    for step in follows:
        model.workflow.after(step)(follow)
    following.follows(model, hand_over)


def hand_over(record: Any) -> None:
    """The paper is whose its record is, open to whom that says (R8.1.3), and ends with it; as SYSTEM.

    A record handed to another team would else leave its paper with the team before.
    """
    if record.document_id is not None:
        keep_up(session().get_one(Document, record.document_id), record)


def keep_up(document: Document, record: Any) -> None:
    """The same of one paper and the record it was made from."""
    document.expires_on = use_of(record).ends(record)
    if _is_anothers(document, record):
        document.owner_id, document.department_id = record.owner_id, record.department_id
        index.refresh(document)


def _lags(document: Document, record: Any) -> bool:
    return document.expires_on != use_of(record).ends(record) or _is_anothers(document, record)


def _is_anothers(document: Document, record: Any) -> bool:
    theirs = (record.owner_id, record.department_id)
    return theirs != (document.owner_id, document.department_id) or labels.outdated(document)


@handler(COMPARE, _("Comparing who sees papers with their records"))
def compare(job: Job) -> dict[str, Any]:
    """Every paper once a night: what one may do with records may change with a release."""
    late = []
    for document in session().scalars(select(Document).order_by(Document.id)):
        record = record_of(document)
        if record is not None and _lags(document, record):
            late.append(document.id)
    for ident in late:
        with transaction():
            document = session().get_one(Document, ident)
            lock(document)
            keep_up(document, record_of(document))
    return {"repaired": len(late)}


rhythm.every(COMPARE, timedelta(days=1), clock.NIGHT)


def move(record: Any, step: str, reason: str = "") -> None:
    """Take a step of a record's paper as the consequence of the record's; labels and index follow.

    Whoever acts: the record leads also where the person may not see its paper.
    """
    if record.document_id is None:
        return
    with access.system():
        document = session().get_one(Document, record.document_id)
        if document.state == "draft" and step in ("submit", "approve"):
            freeze(document)
        DOCUMENT.advance(document, step, reason=reason, automatic=True)
        index.refresh(document)
    stale(Document, record.document_id)


def freeze(document: Document) -> None:
    """From now on this version is what approvals speak of; its files never change."""
    for version in document.versions:
        if version.version_no == document.current_no and version.frozen_at is None:
            version.frozen_at = clock.now()


def void_approval(record: Any, reason: str) -> None:
    """Any change voids what was approved, at once (R3.3.2)."""
    rounds.void(record, "approve", reason)
