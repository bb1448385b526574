"""Who made what a paper says: none of them approves it, whoever they stand for (R3.3.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from portal.documents.models import DocumentVersion
from portal.kernel import editors
from portal.kernel.actor import Actor


def drafted_by(model: Any, who: Actor) -> ColumnElement[bool]:
    """The records of a kind that a person drafted or changed, or whose paper has a version of theirs."""
    version = exists(select(1)).where(
        DocumentVersion.document_id == model.document_id,
        DocumentVersion.made_by_id == who.account_id,
    )
    drafted = model.created_by_id == who.account_id
    return or_(drafted, editors.edited_by(model, who.account_id), version)
