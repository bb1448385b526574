"""What happens across an agreement, its paper and who is cleared by it (R8.1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.chapters.confidentiality.models import (
    KINDS,
    ONE_WAY,
    PAPERS,
    ConfidentialityAgreement,
)
from portal.chapters.confidentiality.places import named
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.services import main_contact
from portal.documents import subjects
from portal.documents.classes import CLEARED, PAPER_LOCALE
from portal.documents.company import company, place_of
from portal.documents.papers import comparison, generation, lifecycle
from portal.documents.review import approvers, authors, binding, readiness
from portal.documents.signing import seal_requests, signatures, signed_copies
from portal.documents.signing.takeover import SCANNED
from portal.documents.subjects import SealUse, SignedCopy
from portal.documents.word_templates import library
from portal.engines.approval import conditions, deciders, rounds
from portal.engines.approval.conditions import Fact
from portal.engines.approval.rules import Request
from portal.kernel import access, clock, rhythm, setting
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.kernel.events import approval_ended
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization import handing_on
from portal.organization.identity import fact
from portal.organization.models import LOCALES, Employee

setting.declare("secrecy.rules_code", "SEC-01", _("Code of the secrecy rules in force"))
setting.declare("secrecy.rules_version", "1.0", _("Version of the secrecy rules in force"))

conditions.about(
    "confidentiality_agreement", kind=Fact(_("Kind"), "choice", KINDS), **approvers.FACTS
)

#: The group of values in which each kind's paper says who the other side is.
PARTY = {"employee": "employee", "client": "client", "mutual": "counterparty"}


def facts(agreement: ConfidentialityAgreement) -> dict[str, Any]:
    """What the record tells templates D06, D07 and D08."""
    nda = {
        "number": agreement.no,
        "start": agreement.start_on,
        "purpose": agreement.scope,
        "survival_months": agreement.survival_months,
        "verify_url": generation.verify_url(agreement.document),
    }
    found: dict[str, Any] = {"nda": nda, "company": company(_place(agreement), agreement.locale)}
    if agreement.kind == "employee":
        return found | _employee_facts(agreement)
    nda["end"] = agreement.end_on
    if agreement.kind == "client":
        # D07 knows no third: a row of an earlier release that says "both" was printed so, too.
        nda["discloser"] = "company" if agreement.direction == "we_disclose" else "client"
    return found | {PARTY[agreement.kind]: _party(agreement)}


def _employee_facts(agreement: ConfidentialityAgreement) -> dict[str, Any]:
    with access.system():  # the paper names the person in full, whoever issues it
        person = session().get_one(Employee, agreement.employee_id)
        return {
            "employee": {
                "name": person.name,
                "number": person.no,
                "id_no": person.id_no or "",
                "address": person.address or "",
                "email": person.private_email,
                "department": person.department.name_in(agreement.locale),
                "position": person.position.title,
            },
            # The law of the place of work, whatever language the person reads (D06, R8.1.2).
            "legal": {"law": person.jurisdiction},
            "labour": {"start": person.hired_on},
            "policy": {
                "code": setting.value("secrecy.rules_code"),
                "version": setting.value("secrecy.rules_version"),
            },
        }


def defaults(agreement: ConfidentialityAgreement) -> dict[str, Any]:
    """Values chosen from the company's lists where nothing else was entered."""
    here = _place(agreement), agreement.locale
    if agreement.kind == "employee":
        return {"legal": {"labour_forum": named("labour.forum", *here)}}
    return {
        "nda": {"sign_place": named("secrecy.sign_place", *here)},
        "legal": {"forum": "court", "court": named("secrecy.court", *here)},
    }


def standard_purposes() -> Iterator[tuple[str, str, str]]:
    """What an agreement with a client may be for without Legal reading it, by kind and language."""
    for kind, locale in product(("client", "mutual"), LOCALES):
        for purpose in library.standard_values(PAPERS[kind], locale, "nda.purpose"):
            yield f"kind={kind}&locale={locale}", PAPER_LOCALE[locale], purpose


def _place(agreement: ConfidentialityAgreement) -> str:
    """Whose law, whose company and whose courts: the place of work, or of the law that was chosen."""
    if agreement.kind != "employee":
        return place_of(agreement.locale, agreement.details)
    with access.system():
        return session().get_one(Employee, agreement.employee_id).jurisdiction


def _party(agreement: ConfidentialityAgreement) -> dict[str, Any]:
    with access.system():
        fresh = session().get_one(ConfidentialityAgreement, agreement.id)
        customer = fresh.customer
        assert customer is not None  # the record's own check: every kind but employee has one
        contact = main_contact(customer.id)
        return {
            "name": customer.name,
            "tax_id": customer.registration_no or "",
            "address": customer.address,
            "representative": customer.representative,
            "contact_email": contact.email if contact else "",
        }


def bound(agreement: ConfidentialityAgreement) -> dict[str, Any]:
    """The fields an approval stands for, beside the files."""
    return {
        "no": agreement.no,
        "kind": agreement.kind,
        "employee_id": agreement.employee_id,
        "customer_id": agreement.customer_id,
        "counterparty": agreement.counterparty,
        "direction": agreement.direction,
        "start_on": agreement.start_on,
        "end_on": agreement.end_on,
        "survival_months": agreement.survival_months,
        "scope": agreement.scope,
        "locale": agreement.locale,
        "details": agreement.details,
    }


def ends(agreement: ConfidentialityAgreement) -> date | None:
    """The last day of the duty of secrecy: the end of agreement or employment, and what survives it."""
    if agreement.end_on is not None or agreement.employee_id is None:
        return agreement.secret_until
    with access.system():
        left = session().get_one(Employee, agreement.employee_id).left_on
    return None if left is None else clock.months_after(left, agreement.survival_months)


rounds.content_of("confidentiality_agreement")(binding.content)


AGREEMENT.guard("submit", "standard")(readiness.ready)


@AGREEMENT.guard("submit", "standard", "take_over")
def _one_way(agreement: ConfidentialityAgreement) -> Iterator[Words]:
    """A row of an earlier release may still say "both" where its paper is one-way."""
    if agreement.contradicts:
        yield ONE_WAY


@AGREEMENT.guard("standard")
def _unchanged(agreement: ConfidentialityAgreement) -> Iterator[Words]:
    """Unchanged standard text needs no reviewer, changed text goes to Legal (R8.1.2)."""
    document = agreement.document
    if document is not None and document.current_no and not comparison.unchanged(document):
        yield _("The text or its values depart from the standard; Legal must review it.")


@AGREEMENT.after("standard")
def _bind(agreement: ConfidentialityAgreement, taken: Taken) -> None:
    """What passes without a reviewer is bound like what was reviewed, in place of an earlier answer."""
    agreement.standard_sha256 = binding.binding_of(agreement).sha256
    rounds.void(agreement, "approve", taken.reason)


def approved(agreement: ConfidentialityAgreement, sha256: str) -> bool:
    """Reviewed text must be the text that was reviewed; standard text the one that was standard."""
    return agreement.standard_sha256 == sha256 or rounds.holds(agreement, "approve", sha256)


@AGREEMENT.after("submit")
def _ask(agreement: ConfidentialityAgreement, taken: Taken) -> None:
    now = binding.binding_of(agreement)
    called_for = approvers.called_for(agreement.document)
    facts_now = {"kind": agreement.kind, "template_asks": called_for}
    request = Request(now.sha256, facts=facts_now, bound=now.bound)
    approvers.must_be_asked(called_for, rounds.ask(agreement, "approve", request))


@deciders.made_by(ConfidentialityAgreement)
def _made(who: access.Actor) -> ColumnElement[bool]:
    return authors.drafted_by(ConfidentialityAgreement, who)


@approval_ended.connect_via(ConfidentialityAgreement)
def _decided(_sender: type, subject: ConfidentialityAgreement, action: str, outcome: str) -> None:
    if outcome == "approved":
        AGREEMENT.advance(subject, "pass", automatic=True)
    else:
        said = rounds.last_word(subject, action, outcome)
        AGREEMENT.advance(subject, "return", said, automatic=True)


lifecycle.lead(
    ConfidentialityAgreement,
    {
        "submit": "submit",
        "standard": "approve",
        "pass": "approve",
        "return": "return",
        "reopen": "return",
        "issue": "send",
        "register_signed": "register",
        "take_over": "take_over",
        "void": "void",
    },
)


@AGREEMENT.after("reopen", "void")
def _void_what_was_said(agreement: ConfidentialityAgreement, taken: Taken) -> None:
    agreement.standard_sha256 = ""
    lifecycle.void_approval(agreement, taken.reason)
    seal_requests.void_requests(agreement, taken.reason)


@AGREEMENT.after("end", "terminate")
def _no_seal_any_more(agreement: ConfidentialityAgreement, _taken: Taken) -> None:
    seal_requests.end_requests(agreement)


AGREEMENT.guard("void")(signed_copies.not_being_stored)


AGREEMENT.guard("issue", "register_signed")(seal_requests.still_approved)
AGREEMENT.guard("register_signed", "take_over")(signatures.missing)


def _gate(agreement: ConfidentialityAgreement, day: date) -> None:
    if _taken_over(agreement):
        return
    if agreement.state != "issued":
        raise Unmet([_("The agreement was not issued yet.")])
    seal_requests.must_be_approved(agreement)


def _sides(agreement: ConfidentialityAgreement) -> dict[str, str]:
    """Both sides sign each of the three, also where only one owes secrecy (closing articles)."""
    side, says = ("client", "representative") if agreement.customer_id else ("employee", "name")
    return {side: f"{PARTY[agreement.kind]}.{says}", "company": "company.representative"}


def _taken_over(agreement: ConfidentialityAgreement) -> bool:
    """Whether it was signed on paper before the portal knew it."""
    paper = agreement.document
    return agreement.state == "draft" and paper is not None and paper.origin == SCANNED


def _signed(agreement: ConfidentialityAgreement, said: Mapping[str, Any]) -> None:
    """The stored scan makes it signed, and in force at once when its day has come."""
    day = date.fromisoformat(said["signed_on"])
    step = "take_over" if _taken_over(agreement) else "register_signed"
    AGREEMENT.advance(agreement, step, automatic=True, signed_on=day)
    if agreement.start_on <= clock.today():
        AGREEMENT.advance(agreement, "start", automatic=True)


@AGREEMENT.after("register_signed", "take_over")
def _date(agreement: ConfidentialityAgreement, taken: Taken) -> None:
    agreement.signed_on = taken.values["signed_on"]


subjects.register(
    "confidentiality_agreement",
    subjects.Subject(
        facts=facts,
        bound=bound,
        code=lambda a: PAPERS[a.kind],
        defaults=defaults,
        uncleared_issuers=True,
        ends=ends,
        sources=lambda a: {PARTY[a.kind]: a.employee if a.kind == "employee" else a.customer},
        approved=approved,
        signers=lambda a: [] if a.employee_id is None else [a.employee_id],
        # Their texts carry our seal (D06 to D08), and every use of it has its form D37.
        seal=SealUse(states=("approved", "issued")),
        copy=SignedCopy(
            waits_in="issued",
            sides=_sides,
            gate=_gate,
            stored=_signed,
            taken_over_in="draft",
            office=lambda a: "hr" if a.kind == "employee" else "legal",
        ),
    ),
)


@fact(CLEARED)
def cleared(employee_id: int) -> bool:
    """Whether an agreement with this employee is in force today; without one nothing above internal."""
    return covers(ConfidentialityAgreement.employee_id == employee_id)


def covers(*conditions: Any) -> bool:
    """Whether an agreement with these properties is in force today."""
    today = clock.today()
    query = select(ConfidentialityAgreement.id).where(
        ConfidentialityAgreement.state.in_(("signed", "in_force")),
        ConfidentialityAgreement.start_on <= today,
        ConfidentialityAgreement.disclosing,
        *conditions,
    )
    with access.system():
        return session().scalar(query.limit(1)) is not None


@handler("agreements.turn", _("Agreements that begin or end today"))
def turn(job: Job) -> dict[str, Any]:
    """Start what begins, end what ended and whose secrecy survived long enough (matrix (b)).

    A window, not a day, so that a missed run loses nothing.
    """
    today, moved = clock.today(), 0
    due = (
        (
            "start",
            ConfidentialityAgreement.state == "signed",
            ConfidentialityAgreement.start_on <= today,
        ),
        (
            "end",
            ConfidentialityAgreement.state == "in_force",
            ConfidentialityAgreement.end_on < today,
        ),
    )
    for step, *wanted in due:
        for agreement in list(session().scalars(select(ConfidentialityAgreement).where(*wanted))):
            if step == "end" and (agreement.secret_until or today) >= today:
                continue  # nothing more is disclosed, but what was stays secret
            with transaction():
                AGREEMENT.advance(agreement, step, automatic=True)
            moved += 1
    return {"moved": moved}


rhythm.every("agreements.turn", timedelta(hours=1))
handing_on.goes_on(ConfidentialityAgreement, "expired", "terminated", "void")
