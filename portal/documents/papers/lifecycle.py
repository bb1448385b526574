"""A record leads, its paper follows: one table per workflow, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.documents.models import Document
from portal.documents.search import index
from portal.documents.workflows import DOCUMENT
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session, stale
from portal.kernel.workflow import Taken, Workflow


def lead(workflow: Workflow, follows: Mapping[str, str]) -> None:
    """Let the main paper take `follows[step]` whenever its record takes `step`."""

    def follow(record: Any, taken: Taken) -> None:
        move(record, follows[taken.step.name], taken.reason)

    for step in follows:
        workflow.after(step)(follow)


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
