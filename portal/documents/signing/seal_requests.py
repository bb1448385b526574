"""The use of the company's seal (用印): asked on form D37, approved, done by a keeper who compared the hash."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from portal.documents import labels
from portal.documents.models import SigningEvent
from portal.documents.models.signing import OPEN, SEALS
from portal.documents.papers import generation
from portal.documents.review.binding import binding_of
from portal.documents.signing import originals
from portal.documents.signing.originals import Counted
from portal.documents.subjects import SealUse, paper_of, record_of, use_of
from portal.documents.workflows import SEAL_REQUEST
from portal.engines.approval import conditions, deciders, rounds
from portal.engines.approval.conditions import Fact
from portal.engines.approval.rules import Request
from portal.kernel import access, acts, clock
from portal.kernel.db import lock, session, stale
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.events import approval_ended
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken

conditions.about(
    "signing_event", copies=Fact(_("Copies"), "number"), seal_kind=Fact(_("Seal"), "choice", SEALS)
)


CHANGED = acts.reason(_("The paper changed."))
ENDED = acts.reason(_("What the paper was for has ended."))
UNUSED = ("requested", "approved")


@dataclass(frozen=True)
class Asked:
    """What somebody asks of the seal: for what, which one, how many copies, how many places in each."""

    purpose: str
    seal_kind: str = "company"
    copies: int = 2
    places: int = 1
    edge: bool = True


def must_be_approved(record: Any) -> str:
    """The manifest of now, if it is exactly what was approved; else `Unmet` (R3.3.2).

    Every gated act calls this: it recomputes the manifest from the live rows, so that a change
    by any door, even past the portal, stops the paper.
    """
    now = binding_of(record)
    if now.in_the_making:
        raise Unmet([_("A newer version of the paper is being made.")])
    if not use_of(record).approved(record, now.sha256):
        raise Unmet([_("The paper is not the one that was approved; it must be reviewed again.")])
    return now.sha256


def still_approved(record: Any) -> Iterator[Words]:
    """The same as a guard of steps: no paper goes out unless the manifest of now was approved."""
    try:
        must_be_approved(record)
    except Unmet as reason:
        yield from reason.missing


def request_seal(record: Any, asked: Asked) -> SigningEvent:
    """Ask for the seal on an approved paper; raises `Unmet` when the approval does not hold."""
    lock(record)
    use, document = use_of(record).seal, paper_of(record)
    if use is None or record.state not in use.states:
        raise Unmet([_("The seal can be asked for once the paper is approved.")])
    manifest = must_be_approved(record)
    assert document is not None  # or nothing could have been approved
    lock(document)  # two clicks ask once
    if (found := open_request(document.id)) is not None:
        if found.content_sha256 == manifest:
            raise Conflict(_("The seal was already asked for."))
        void_requests(record, CHANGED)
    me = access.current()
    if me.employee_id is None or me.department_id is None:
        raise Forbidden
    seal = SigningEvent(
        document_id=document.id,
        requested_by_id=me.employee_id,
        department_id=me.department_id,
        purpose=asked.purpose.strip(),
        seal_kind=asked.seal_kind,
        copies=asked.copies,
        places=asked.places,
        edge=asked.edge,
        version_no=document.current_no,
        content_sha256=manifest,
    )
    session().add(seal)
    session().flush()  # its number stands on the form
    facts = {"copies": asked.copies, "seal_kind": asked.seal_kind}
    rounds.ask(seal, "approve", Request(manifest, facts=facts))
    generation.generate(seal, promised=True)
    return seal


def open_request(document_id: int) -> SigningEvent | None:
    """The seal request of a paper that has not ended, whoever may see it."""
    with access.system():
        query = select(SigningEvent).where(
            SigningEvent.document_id == document_id, SigningEvent.state.in_(OPEN)
        )
        return session().scalar(query)


def asked_on(document_id: Any) -> ColumnElement[bool]:
    """The same as a criterion on a column of papers; the table is asked, whoever may see its rows."""
    return _requested(document_id, OPEN)


def sealed_on(document_id: Any) -> ColumnElement[bool]:
    """Whether the keeper sealed the paper, as a criterion on a column of papers."""
    return _requested(document_id, ("done",))


def _requested(document_id: Any, states: Sequence[str]) -> ColumnElement[bool]:
    request = SigningEvent.__table__.c
    return exists(select(1)).where(request.document_id == document_id, request.status.in_(states))


def request_seen(document_id: int) -> SigningEvent | None:
    """The same, if the person acting may see it."""
    found = open_request(document_id)
    return None if found is None else session().get(SigningEvent, found.id)


def sealed(record: Any) -> SigningEvent | None:
    """The use of the seal on the record's paper exactly as it is now, once it is done."""
    found = None if record.document_id is None else open_request(record.document_id)
    if found is None or found.state != "done":
        return None
    return found if found.content_sha256 == binding_of(record).sha256 else None


def main_record(seal: SigningEvent) -> Any:
    """The record whose main paper is to be sealed; asked as SYSTEM, since those who decide on the
    seal need not see it.
    """
    record = record_of(session().get_one(SigningEvent, seal.id).document)
    if record is None:
        raise Unmet([_("The paper belongs to no record.")])
    return session().get_one(type(record), record.id)


def _seal_use(record: Any) -> SealUse:
    """How the record of a seal request uses the seal."""
    use = use_of(record).seal
    assert use is not None  # or the seal could not have been asked for
    return use


@rounds.content_of("signing_event")
def _sealed_content(seal: SigningEvent) -> str:
    """What the seal is asked for: the manifest of the paper, as it is now."""
    with access.system():  # whoever decides on the seal need not see the record's fields
        return binding_of(main_record(seal)).sha256


@dataclass(frozen=True)
class Compared:
    """What the keeper holds against the paper in hand: which it is, and the approved hash beside its own."""

    no: str
    title: str
    pages: int
    approved: str
    now: str
    #: With whom it is; empty for who may not read the form, which says so.
    counterparty: str = ""


def compared(seal: SigningEvent) -> Compared:
    """Told to whoever keeps the seal, who need not be able to open the paper; a secret one's title
    is told to its readers alone.
    """
    reads_form = seal.form is not None
    with access.system():
        document = session().get_one(SigningEvent, seal.id).document
        other = document.counterparty if reads_form else ""
        frozen = document.file("pdf", seal.version_no)
        pages, now = frozen.pages if frozen else 0, _content_or_nothing(seal)
    title = "" if labels.closed(seal, access.current()) else document.title
    return Compared(document.no, title, pages, seal.content_sha256, now, other)


def _content_or_nothing(seal: SigningEvent) -> str:
    try:
        return binding_of(main_record(seal)).sha256
    except Unmet:
        return ""


@SEAL_REQUEST.guard("approve", "seal")
def _still_the_same(seal: SigningEvent) -> Iterator[Words]:
    with access.system():
        record = main_record(seal)
        now = binding_of(record).sha256
        approved = use_of(record).approved(record, now)
        if now != seal.content_sha256 or not approved:
            yield _("The paper is not the one that was approved; the seal must not be used.")


@deciders.made_by(SigningEvent)
def _made(who: access.Actor) -> ColumnElement[bool]:
    """Whoever asks for the seal does not decide on it."""
    return SigningEvent.requested_by_id == who.employee_id


@approval_ended.connect_via(SigningEvent)
def _decided(_sender: type, subject: SigningEvent, action: str, outcome: str) -> None:
    """Management's answer: the record goes out for signature, or the request ends."""
    if outcome != "approved":
        SEAL_REQUEST.advance(
            subject, "refuse", reason=rounds.last_word(subject, action, outcome), automatic=True
        )
        return
    SEAL_REQUEST.advance(subject, "approve", automatic=True)
    with access.system():
        record = main_record(subject)
        _seal_use(record).on_approved(record)


def seal(
    event: SigningEvent, copies: int, spoiled: int, day: date, counted: Sequence[Counted]
) -> None:
    """The keeper records what was sealed and where each original went.

    Raises `Forbidden` when the keeper is the applicant, drafter or reviewer or decided on it, `Invalid` when there
    are more copies than were approved, the originals do not add up, the day cannot be or the
    form's own rules do not hold (an approval that is not there any more), `Unmet` when the hash no
    longer fits.
    """
    me = access.current()
    with access.system():  # the keeper holds the paper in hand and need not see its text here
        record = main_record(event)
        barred = _had_part(record, me)
    if barred or _had_part(event, me):
        raise Forbidden(_("Drafter, reviewer and seal keeper are different people."))
    if copies > event.copies:
        said = _(
            "The seal was approved for %(n)s copies; more need another request.", n=event.copies
        )
        raise Invalid({"copies": said})
    originals.must_add_up(copies, counted)
    _must_be_possible(event, day)
    SEAL_REQUEST.advance(
        event, "seal", copies=copies, spoiled=spoiled, day=day, keeper_id=me.employee_id
    )
    with access.system():
        fresh = session().get_one(SigningEvent, event.id)
        originals.count(fresh, counted, day)
        session().flush()  # the form lists them
        generation.generate(fresh, promised=True)


def _had_part(subject: Any, who: access.Actor) -> bool:
    """Whether the person, or one they stand for, made the subject or decided on it (R3.3.2)."""
    answered = rounds.answered_by(subject, "approve")
    return deciders.made(subject, who) or not answered.isdisjoint(who.accounts)


def _must_be_possible(event: SigningEvent, day: date) -> None:
    """A seal is used after it was approved, and not in the future."""
    if day > clock.today():
        raise Invalid({"sealed_on": _("This day is still to come.")})
    decided = [s.decided_at for s in rounds.steps_of(event, "approve") if s.decided_at]
    if decided and day < max(decided).astimezone(clock.zone()).date():
        raise Invalid({"sealed_on": _("The seal was not approved yet on this day.")})


@SEAL_REQUEST.after("seal")
def _record_use(event: SigningEvent, taken: Taken) -> None:
    event.sealed_copies, event.spoiled = taken.values["copies"], taken.values["spoiled"]
    event.sealed_on, event.keeper_id = taken.values["day"], taken.values["keeper_id"]


def void_requests(record: Any, reason: str) -> None:
    """The paper changed or was withdrawn: its seal request dies with it, its originals are called
    back. Whoever acts: they may see neither.
    """
    _void(record, reason, OPEN)
    if record.document_id is not None:
        with access.system():
            originals.call_back(record.document_id)


def end_requests(record: Any) -> None:
    """The record ended: a seal that was not used yet is not used any more; what was sealed stands."""
    _void(record, ENDED, UNUSED)


def _void(record: Any, reason: str, states: Collection[str]) -> None:
    if record.document_id is None:
        return
    with access.system():
        query = select(SigningEvent).where(
            SigningEvent.document_id == record.document_id, SigningEvent.state.in_(states)
        )
        for found in list(session().scalars(query)):
            rounds.void(found, "approve", reason)
            SEAL_REQUEST.advance(found, "void", reason=reason, automatic=True)
    stale(SigningEvent)
