"""Who signed a paper for each side: said with its signed copy, demanded before that is in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from portal.documents.models import Document, DocumentVersion, Signature
from portal.documents.models.signature import MOST_OF_A_SIGNER, PARTIES
from portal.documents.subjects import is_made, use_of
from portal.kernel import access, text
from portal.kernel.db import session
from portal.kernel.errors import Invalid
from portal.kernel.words import Words, _, listed


class Said(NamedTuple):
    """One signature as it is read on the copy."""

    party: str
    name: str
    title: str
    method: str
    day: date


def sides(record: Any) -> Mapping[str, str]:
    """Who signs the record's paper: each side, and the value of the paper that names its signer."""
    copy = use_of(record).copy
    return {} if copy is None else copy.sides(record)


def usual(party: str) -> str:
    """How a side mostly signs: companies by seal, people by hand."""
    return "company_seal" if party in ("client", "supplier", "company") else "wet_ink"


def printed(record: Any) -> dict[str, str]:
    """Whom the paper names as signer of each side; nobody where the paper is closed to the person."""
    use = use_of(record)
    if is_made(record) and getattr(record, use.paper) is None:
        return {}
    with access.system():
        fresh = session().get_one(type(record), record.id)
        values = (use.facts(fresh), getattr(fresh, use.details) or {})
    return {
        party: next(filter(None, (_at(one, path) for one in values)), "")
        for party, path in sides(record).items()
    }


def _at(values: Mapping[str, Any], path: str) -> str:
    found: Any = values
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def require(record: Any, signed: Sequence[Said], day: date) -> None:
    """Each side has signed, the last of them on the day the paper counts as signed.

    Raises `Invalid` for the field that says otherwise. The later day counts (D01, closing article).
    """
    if lacking := list(_lacking(record, {one.party for one in signed})):
        raise Invalid({"signer": _not_said(lacking)})
    later = _("A signature is later than the day of signing above; the last one makes that day.")
    for at, one in enumerate(signed):
        if not text.said(one.name):
            raise Invalid({box("signer", at): _not_said([one.party])})
        text.uncut(one.name, MOST_OF_A_SIGNER, box("signer", at), _("Signed by"))
        text.uncut(one.title, MOST_OF_A_SIGNER, box("signer_title", at), _("Job title"))
        if one.day > day:
            raise Invalid({box("signer_day", at): later})
    if signed and all(one.day < day for one in signed):
        words = _("Nobody signed on this day; it is the day of the last signature.")
        raise Invalid({"signed_on": words})


def box(name: str, at: int) -> str:
    """What a box of the row of the signature at this place is called."""
    return f"{name}-{at}" if at else name


def write(version: DocumentVersion, signed: Sequence[Said]) -> None:
    """Enter the signatures a copy carries, in place of those of an earlier copy that failed."""
    session().execute(delete(Signature).where(Signature.version_id == version.id))
    session().add_all(
        Signature(
            version_id=version.id,
            sequence=at,
            party=one.party,
            signer_name=one.name,
            signer_title=one.title,
            method=one.method,
            signed_on=one.day,
        )
        for at, one in enumerate(signed, start=1)
    )
    session().flush()  # a step asks the table for them


def missing(record: Any) -> Iterator[Words]:
    """A guard of the steps by which a signed paper comes into force: both sides' signing is done."""
    if record.document_id is None:
        return  # signed on paper, and the paper is not here
    with access.system():
        query = (
            select(Signature.party)
            .join(DocumentVersion, Signature.version_id == DocumentVersion.id)
            .where(
                DocumentVersion.document_id == record.document_id,
                DocumentVersion.state.in_(("storing", "stored")),
            )
        )
        have = set(session().scalars(query))
    if lacking := list(_lacking(record, have)):
        yield _not_said(lacking)


def _lacking(record: Any, have: set[str]) -> Iterator[str]:
    return (party for party in sides(record) if party not in have)


def _not_said(lacking: Sequence[str]) -> Words:
    return _("Say who signed for: %(sides)s.", sides=listed([PARTIES[one] for one in lacking]))


def of(document: Document) -> list[Signature]:
    """The signatures of the paper in force, in the order they were entered.

    They stay with the copy on which they were read; a better copy of it brings none.
    """
    query = (
        select(Signature)
        .join(DocumentVersion, Signature.version_id == DocumentVersion.id)
        .where(
            DocumentVersion.document_id == document.id,
            DocumentVersion.version_no == document.current_no,
            DocumentVersion.state == "stored",
        )
    )
    return list(session().scalars(query.order_by(Signature.version_id, Signature.sequence)))
