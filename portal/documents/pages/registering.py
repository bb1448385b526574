"""Who may ask for the seal on a record's paper, and who brings its signed copy back."""

from __future__ import annotations

from typing import Any

from portal.documents.signing import seal_requests
from portal.documents.signing.takeover import SCANNED
from portal.documents.subjects import use_of
from portal.kernel import access, duties


def may_bring_back(record: Any) -> bool:
    """Whether the person may register the signed copy now, though they may not open the paper."""
    copy = use_of(record).copy
    waits = copy is not None and record.state == copy.waits_in
    return waits and duties.has("copy.register", record)


def may_register(record: Any) -> bool:
    """Whether the person may register the signed copy of this record's paper, now."""
    document = record.document
    out = document is not None and document.state == "out_for_signature"
    return out and duties.has("copy.register", record)


def may_take_over(record: Any) -> bool:
    """Whether the person may register a copy that was signed before the portal knew the record."""
    copy = use_of(record).copy
    if copy is None or record.state != copy.taken_over_in:
        return False
    paper = record.document  # None also where there is one the person may not see
    scanned = paper is not None and paper.origin == SCANNED
    return (record.document_id is None or scanned) and duties.has("copy.take_over", record)


def waits_for_seal(record: Any) -> bool:
    """Whether the seal may be used on the record's paper now."""
    use = use_of(record).seal
    return use is not None and record.state in use.states and record.document_id is not None


def may_ask_seal(record: Any) -> bool:
    """Whether the person may ask for the seal on this record's paper, now (R3.3.2)."""
    mine = waits_for_seal(record) and access.may(record, access.EDIT)
    return mine and seal_requests.open_request(record.document_id) is None
