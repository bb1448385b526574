"""The use of the company's seal (用印): asked on form D37, approved, done by a keeper who compared the hash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.documents import generation
from portal.documents.binding import binding_of, in_the_making
from portal.documents.models import Original, SigningEvent
from portal.documents.models.signing import SEALS
from portal.documents.subjects import subject_of
from portal.documents.workflows import DOCUMENT, SEAL_REQUEST
from portal.engines.approval import conditions, rounds
from portal.engines.approval.conditions import Fact
from portal.engines.approval.rules import Request
from portal.kernel import access, audit, clock
from portal.kernel.db import lock, session
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.events import approval_ended
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, stepping

conditions.about(
    "signing_event", copies=Fact(_("Copies"), "number"), seal_kind=Fact(_("Seal"), "choice", SEALS)
)

#: The record's step to take when its seal request is approved, by table name; told by chapters.
on_approved: dict[str, Callable[[Any], None]] = {}
#: Whether a person drafted or reviewed the record and may not hold the seal, by table name.
apart: dict[str, Callable[[Any, access.Actor], bool]] = {}


@dataclass(frozen=True)
class Asked:
    """What the form of a seal request holds."""

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
    if in_the_making(record.document):
        raise Unmet([_("A newer version of the paper is being made.")])
    now = binding_of(record).sha256
    if not rounds.holds(record, "approve", now):
        raise Unmet([_("The paper is not the one that was approved; it must be reviewed again.")])
    return now


def request_seal(record: Any, asked: Asked) -> SigningEvent:
    """Ask for the seal on an approved paper; raises `Unmet` when the approval does not hold."""
    if record.document is not None:
        lock(record.document)  # two clicks ask once
    manifest = must_be_approved(record)
    document = record.document
    if open_request(document.id) is not None:
        raise Conflict(_("The seal was already asked for."))
    me = access.current()
    if me.employee_id is None or me.department_id is None:
        raise Forbidden
    seal = SigningEvent(
        document_id=document.id, requested_by_id=me.employee_id, department_id=me.department_id,
        purpose=asked.purpose.strip(), seal_kind=asked.seal_kind, copies=asked.copies,
        places=asked.places, edge=asked.edge, version_no=document.current_no,
        content_sha256=manifest,
    )  # fmt: skip
    session().add(seal)
    session().flush()  # its number stands on the form
    facts = {"copies": asked.copies, "seal_kind": asked.seal_kind}
    rounds.ask(seal, "approve", Request(manifest, facts=facts))
    generation.generate(seal)
    return seal


def open_request(document_id: int) -> SigningEvent | None:
    """The seal request of a paper that still counts."""
    with access.system():
        query = select(SigningEvent.id).where(
            SigningEvent.document_id == document_id,
            SigningEvent.state.in_(("requested", "approved", "done")),
        )
        found = session().scalar(query.limit(1))
    return None if found is None else session().get(SigningEvent, found)


def main_record(seal: SigningEvent) -> Any:
    """The record whose main paper is to be sealed."""
    for link in seal.document.links:
        if link.role == "main":
            return session().get_one(type(subject_of(link)), link.subject_id)
    raise Unmet([_("The paper belongs to no record.")])


@rounds.content_of("signing_event")
def _sealed_content(seal: SigningEvent) -> str:
    """What the seal is asked for: the manifest of the paper, as it is now."""
    with access.system():  # whoever decides on the seal need not see the record's fields
        return binding_of(main_record(session().get_one(SigningEvent, seal.id))).sha256


@SEAL_REQUEST.guard("approve", "seal")
def _still_the_same(seal: SigningEvent) -> Iterator[Words]:
    with access.system():
        record = main_record(session().get_one(SigningEvent, seal.id))
        now = binding_of(record).sha256
        if now != seal.content_sha256 or not rounds.holds(record, "approve", now):
            yield _("The paper is not the one that was approved; the seal must not be used.")


@rounds.made_by(SigningEvent)
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
    record = main_record(subject)
    on_approved[record.__tablename__](record)


def seal(
    event: SigningEvent, copies: int, spoiled: int, day: date, originals: list[dict[str, Any]]
) -> None:
    """The keeper records what was sealed and where each original went.

    Raises `Forbidden` when the keeper is the applicant, drafter or reviewer, `Invalid` when the
    originals do not add up, `Unmet` when the hash no longer fits.
    """
    me = access.current()
    with access.system():  # the keeper holds the paper in hand and need not see its text here
        record = main_record(session().get_one(SigningEvent, event.id))
        part = apart.get(record.__tablename__)
        barred = part is not None and part(record, me)
    if me.employee_id == event.requested_by_id or barred:
        raise Forbidden(_("Drafter, reviewer and seal keeper are different people."))
    _check_originals(copies, originals)
    if day > clock.today():
        raise Invalid({"sealed_on": _("This day is still to come.")})
    SEAL_REQUEST.advance(
        event, "seal", copies=copies, spoiled=spoiled, day=day, keeper_id=me.employee_id
    )
    _count_originals(event, originals, day)
    session().flush()  # the form lists them
    with access.system():
        fresh = session().get_one(SigningEvent, event.id)
        generation.generate(fresh)
        DOCUMENT.advance(fresh.form, "approve", automatic=True)
        DOCUMENT.advance(fresh.form, "archive", automatic=True)


@SEAL_REQUEST.after("seal")
def _record_use(event: SigningEvent, taken: Taken) -> None:
    event.sealed_copies, event.spoiled = taken.values["copies"], taken.values["spoiled"]
    event.sealed_on, event.keeper_id = taken.values["day"], taken.values["keeper_id"]


def _check_originals(copies: int, originals: list[dict[str, Any]]) -> None:
    whole = sum(int(row["copies"]) for row in originals)
    if whole != copies:
        raise Invalid(
            {
                "originals": _(
                    "The originals sum to %(a)s, but %(b)s were sealed.", a=whole, b=copies
                )
            }
        )
    for row in originals:
        if not str(row["holder"]).strip() or not str(row["place"]).strip():
            raise Invalid({"originals": _("Each original has a holder and a place.")})


def _count_originals(event: SigningEvent, originals: list[dict[str, Any]], day: date) -> None:
    """Originals are counted one by one, with holder and place."""
    sequence = 0
    for row in originals:
        for _copy in range(int(row["copies"])):
            sequence += 1
            session().add(
                Original(
                    document_id=event.document_id,
                    sequence=sequence,
                    since=day,
                    holder=str(row["holder"]).strip()[:80],
                    place=str(row["place"]).strip()[:80],
                )
            )
    audit.note(event, "originals_counted", {"count": sequence})


def void_requests(document_id: int, reason: str) -> None:
    """The paper changed or was withdrawn: its seal request dies with it, and so do its originals."""
    found = open_request(document_id)
    if found is not None:
        rounds.void(found, "approve", reason)
        SEAL_REQUEST.advance(found, "void", reason=reason, automatic=True)
    with stepping():
        for original in session().scalars(
            select(Original).where(Original.document_id == document_id)
        ):
            session().delete(original)


def originals_of(document: Any) -> list[Original]:
    """Every original of a paper, in order."""
    query = select(Original).where(Original.document_id == document.id)
    return list(session().scalars(query.order_by(Original.sequence)))
