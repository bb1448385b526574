"""Originals on paper: counted one by one, with holder and place; called back when the text changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from portal.documents.models import Document, Original, SigningEvent
from portal.kernel import acts, audit, clock, duties, text
from portal.kernel.db import lock, session
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.words import _

#: So much is known of a holder or a place.
MOST_LETTERS = 80

acts.name("originals_counted", _("counted the originals"))
acts.name("originals_called_back", _("called the originals back"))
acts.name("original_taken_over", _("took over an original"))
acts.name("original_destroyed", _("destroyed an original that was called back"))


@dataclass(frozen=True)
class Counted:
    """So many originals went to one holder, who keeps them in one place."""

    holder: str
    place: str
    copies: int


def must_add_up(sealed: int, counted: Sequence[Counted]) -> None:
    """Every copy that was sealed has a holder and a place; raises `Invalid`."""
    if not sealed:
        raise Invalid({"copies": _("At least one copy was sealed.")})
    whole = sum(one.copies for one in counted)
    if whole != sealed:
        said = _("The originals sum to %(a)s, but %(b)s were sealed.", a=whole, b=sealed)
        raise Invalid({"originals": said})
    if not all(text.said(one.holder) and text.said(one.place) for one in counted):
        raise Invalid({"originals": _("Each original has a holder and a place.")})
    for one in counted:
        text.uncut(one.holder, MOST_LETTERS, "originals", _("Holder"))
        text.uncut(one.place, MOST_LETTERS, "originals", _("Place"))


def count(event: SigningEvent, counted: Sequence[Counted], day: date) -> None:
    """Enter each original in the register; numbers go on behind those of earlier versions."""
    query = select(func.max(Original.sequence)).where(Original.document_id == event.document_id)
    at = session().scalar(query) or 0
    for one in counted:
        for _copy in range(one.copies):
            at += 1
            original = Original(
                document_id=event.document_id,
                version_no=event.version_no,
                sequence=at,
                since=day,
                holder=one.holder.strip(),
                place=one.place.strip(),
            )
            session().add(original)
    audit.note(event, "originals_counted", {"count": sum(one.copies for one in counted)})


def usual(keeper_id: int) -> tuple[str, str] | None:
    """Holder and place this keeper of the seal recorded with most of their papers, once with two.

    Only what they typed themselves is repeated to them, so nothing is told of another's paper.
    """
    sealed = SigningEvent.__table__.c  # the table itself: they may not see the paper any more
    papers = func.count(Original.document_id.distinct())
    query = (
        select(Original.holder, Original.place)
        .join(
            SigningEvent.__table__,
            and_(
                sealed.document_id == Original.document_id,
                sealed.version_no == Original.version_no,
            ),
        )
        .where(sealed.keeper_id == keeper_id)
        .group_by(Original.holder, Original.place)
        .having(papers > 1)
        .order_by(papers.desc(), func.min(Original.sequence))
    )
    found = session().execute(query.limit(1)).first()
    return None if found is None else (found.holder, found.place)


def of(document: Document) -> list[Original]:
    """Every original of a paper, those called back too, in order."""
    query = select(Original).where(Original.document_id == document.id)
    return list(session().scalars(query.order_by(Original.sequence)))


def now_with(document: Document, sequence: int, holder: str) -> None:
    """Somebody else has an original in hand and says so; as SYSTEM."""
    query = select(Original).where(
        Original.document_id == document.id, Original.sequence == sequence
    )
    original = session().scalars(query).one()
    before, original.holder = original.holder, holder[:MOST_LETTERS]
    original.since = clock.today()
    changes = {"original": sequence, "holder": [before, original.holder]}
    audit.note(document, "original_taken_over", changes)


def call_back(document_id: int) -> None:
    """The text they carry no longer holds: each is to be recovered and destroyed (matrix (b)).

    They stay in the register, because somebody holds a paper with our seal.
    """
    query = select(Original).where(
        Original.document_id == document_id, Original.called_back_on.is_(None)
    )
    if held := list(session().scalars(query)):
        for original in held:
            original.called_back_on = clock.today()
        document = session().get_one(Document, document_id)
        audit.note(document, "originals_called_back", {"originals": [o.sequence for o in held]})


def destroy(document: Document, sequence: int) -> None:
    """Record that an original that was called back is destroyed; raises `Forbidden`, `Conflict`."""
    duties.require("original.destroy")
    lock(document)
    query = select(Original).where(
        Original.document_id == document.id, Original.sequence == sequence
    )
    original = session().scalar(query)
    if original is None or original.called_back_on is None or original.destroyed_on is not None:
        raise Conflict(_("This original was not called back, or is destroyed already."))
    original.destroyed_on = clock.today()
    audit.note(document, "original_destroyed", {"original": sequence})
