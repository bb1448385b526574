"""Precedents: approved papers a new one may begin like; what was filled in there stands in its form."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from doc_templates.manifest import Variable, nested
from portal.documents import subjects
from portal.documents.forms.questions import Questions, questions_of
from portal.documents.models import Document
from portal.documents.papers import comparison
from portal.documents.sharing import reading
from portal.kernel.db import session
from portal.kernel.errors import Unseen

#: So many are offered.
MOST = 8
#: What stands in such a paper somebody approved.
APPROVED = ("approved", "out_for_signature", "signed")
#: Groups that name one deal and no other, beside every day.
OF_ONE_DEAL = ("proposal",)
NOTHING: tuple[Any, ...] = (None, "", [])


def offered(record: Any) -> list[Document]:
    """Approved papers of the same kind and language that the person acting may open (R8.1.3).

    Those with the same party come first, then the newest. None once the record's own paper says
    anything of what it asks: what somebody typed is not typed over. Raises `Unmet` without a
    template in use.
    """
    return _offered(questions_of(record))


def _offered(asked: Questions) -> list[Document]:
    record, use = asked.record, subjects.use_of(asked.record)
    kept = getattr(record, use.details) or {}
    if any(nested.get(kept, path) not in NOTHING for path in asked.wanted):
        return []
    query = (
        select(Document)
        .where(
            Document.doc_type == use.code(record),
            Document.locale == record.locale,
            Document.state.in_(APPROVED),
        )
        .order_by((Document.counterparty == record.counterparty).desc(), Document.id.desc())
        .limit(MOST)
    )
    return list(session().scalars(query))  # the session holds what the person may open


def begun_like(record: Any, document_id: int) -> tuple[Document, dict[str, Any]]:
    """The precedent and, nested, what it says of what the record's paper must be told.

    Standard terms stay standard, days and the proposal are the new deal's own, and what the record
    keeps already stands. Reading them is an opening of that paper and logged as one (R8.1.3).
    Raises `Unseen` for a paper that is not among those offered.
    """
    asked = questions_of(record)
    document = next((one for one in _offered(asked) if one.id == document_id), None)
    version = comparison.filled(document) if document is not None else None
    if document is None or version is None:
        raise Unseen
    reading.log_opening(document, version.version_no)
    said = json.loads(version.merge_data or "{}")
    found: dict[str, Any] = {}
    for path, variable in asked.wanted.items():
        value = nested.get(said, path)
        if path not in asked.folded and _carries(path, variable) and value not in NOTHING:
            nested.put(found, path, value)
    return document, found


def _carries(path: str, variable: Variable) -> bool:
    """Whether a value may be another deal's as well."""
    return variable.type != "date" and path.split(".")[0] not in OF_ONE_DEAL
