"""Who may ask for the seal on a record's paper, and who brings its signed copy back."""

from __future__ import annotations

from typing import Any

from portal.documents import sealing
from portal.documents.taking_over import SCANNED
from portal.kernel import access, duties

#: Kinds of record whose signed papers may be older than the portal, and their state then.
TAKEN_OVER = {"confidentiality_agreement": "draft"}


#: The state in which the signed paper of a kind of record comes back.
OUT = {"contract": "signing", "confidentiality_agreement": "issued"}


def may_bring_back(record: Any) -> bool:
    """Whether the person may register the signed copy now, though they may not open the paper."""
    return OUT.get(record.__tablename__) == record.state and duties.has("copy.register", record)


def may_register(record: Any) -> bool:
    """Whether the person may register the signed copy of this record's paper, now."""
    document = record.document
    out = document is not None and document.state == "out_for_signature"
    return out and duties.has("copy.register", record)


def may_take_over(record: Any) -> bool:
    """Whether the person may register a copy that was signed before the portal knew the record."""
    fresh = record.__tablename__ in TAKEN_OVER and record.state == TAKEN_OVER[record.__tablename__]
    paper = record.document  # None also where there is one the person may not see
    scanned = paper is not None and paper.origin == SCANNED
    return (
        fresh and (record.document_id is None or scanned) and duties.has("copy.take_over", record)
    )


def waits_for_seal(record: Any) -> bool:
    """Whether the seal may be used on the record's paper now."""
    use = sealing.uses.get(record.__tablename__)
    return use is not None and record.state in use.states and record.document_id is not None


def may_ask_seal(record: Any) -> bool:
    """Whether the person may ask for the seal on this record's paper, now (R3.3.2)."""
    mine = waits_for_seal(record) and access.may(record, access.EDIT)
    return mine and sealing.open_request(record.document_id) is None
