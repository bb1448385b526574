"""What happens across a contract, its paper, its approval and its seal (R3.3.1, R3.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, or_, select

from portal.chapters.customers.models import Customer
from portal.chapters.customers.services import main_contact
from portal.chapters.customers.workflows import CUSTOMER
from portal.chapters.sales import fees
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.documents import subjects
from portal.documents.company import company, place_of
from portal.documents.papers import comparison, generation, lifecycle
from portal.documents.review import approvers, authors, binding, readiness
from portal.documents.signing import seal_requests, signatures, signed_copies
from portal.documents.subjects import SealUse, SignedCopy
from portal.documents.word_templates import library
from portal.engines.approval import conditions, deciders, rounds
from portal.engines.approval.conditions import Fact
from portal.engines.approval.rules import Request
from portal.kernel import access, clock, money, rhythm, setting
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Invalid, Unmet
from portal.kernel.events import approval_ended
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken
from portal.organization import handing_on

LIMIT = {
    "TWD": Decimal(1_000_000),
    "CNY": Decimal(250_000),
    "HKD": Decimal(250_000),
    "USD": Decimal(32_000),
}
setting.declare(
    "approval.L1",
    LIMIT,
    _("Contract total from which Management approves"),
    power=True,
    bounds=money.BOUNDS,
)
setting.declare(
    "approval.L2",
    {currency: 10 * limit for currency, limit in LIMIT.items()},
    _("Contract total from which the Chairman approves"),
    power=True,
    bounds=money.BOUNDS,
)
setting.declare(
    "payment.standard_days",
    45,
    _("Standard days to pay, above which Finance approves"),
    power=True,
    bounds=(0, 365),
)

setting.declare(
    "customer.dormant_days",
    180,
    _("Days without a contract after which a client is dormant"),
    bounds=(1, 3650),
)


conditions.about(
    "contract",
    **conditions.AMOUNT,
    payment_days=Fact(_("Payment term (days)"), "number"),
    fee_model=Fact(_("Fee model"), "choice", fees.MODELS),
    standard_text=Fact(_("Unchanged standard text"), "bool"),
    **approvers.FACTS,
)


#: The roles whose answer is the review of R3.3.2.
REVIEWERS = ("legal", "legal_head")


def facts(contract: Contract) -> dict[str, Any]:
    """What the record tells template D01; money as text, dates as dates."""
    terms = contract.fee_terms or {}
    parts = fees.parts_of(contract.fee_model, terms)
    rows = partial(fees.counted, contract.fee_model, terms)
    return {
        "client": _client(contract),
        "company": company(place_of(contract.locale, contract.details), contract.locale),
        "contract": {
            "number": contract.no,
            "title": contract.title,
            "verify_url": generation.verify_url(contract.document),
            "start": contract.start_on,
            "end": contract.end_on,
            "auto_renew": contract.auto_renew,
            "notice_days": contract.notice_days,
        },
        "fee": {
            **{k: terms[k] for k in FEE_CHOICES if terms.get(k) not in (None, "")},
            "model": contract.fee_model,
            "components": list(parts),
            "currency": contract.currency,
            "lines": rows("lines"),
            "tiers": _tiers(rows("tiers")),
            "milestones": rows("milestones"),
            "cap_on": bool(terms.get("cap_on")),
        },
        "payment": {"days": contract.payment_days},
        "report": {"every": contract.report_every},
    }


FEE_CHOICES = (
    "tax_included",
    "tax_rate",
    "rhythm",
    "basis",
    "tier_period",
    "tier_mode",
    "cap_amount",
)


def _tiers(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """An open last tier has no upper bound; the paper wants that said."""
    return [{**row, "high": row.get("high") or None} for row in rows]


def _client(contract: Contract) -> dict[str, Any]:
    customer = contract.customer
    found = {
        "name": customer.name,
        "tax_id": customer.registration_no or "",
        "address": customer.address,
        "representative": customer.representative,
    }
    with access.system():  # the paper names the contact in full, whoever generates it
        contact = main_contact(customer.id)
        if contact is not None:
            found |= {
                "contact_name": contact.name,
                "contact_phone": contact.phone,
                "contact_email": contact.email,
                "invoice_email": contact.email,
            }
    return found


def bound(contract: Contract) -> dict[str, Any]:
    """The fields an approval stands for, beside the files: parties, money, term.

    The title as far as the paper prints it: papers of an earlier text keep the approval they have.
    """
    template = None if contract.document is None else contract.document.template
    titled = template is not None and library.prints(template, "contract.title")
    return {
        **({"title": contract.title} if titled else {}),
        "no": contract.no,
        "customer_id": contract.customer_id,
        "counterparty": contract.counterparty,
        "total": contract.total,
        "currency": contract.currency,
        "fee_model": contract.fee_model,
        "fee_terms": contract.fee_terms,
        "payment_days": contract.payment_days,
        "start_on": contract.start_on,
        "end_on": contract.end_on,
        "scope": contract.scope,
        "auto_renew": contract.auto_renew,
        "notice_days": contract.notice_days,
        "report_every": contract.report_every,
        "locale": contract.locale,
        "details": contract.details,
    }


rounds.content_of("contract")(binding.content)


@CONTRACT.guard("submit")
def ready(contract: Contract) -> Iterator[Words]:
    """Dates, fees, report interval, a finished paper that shows what the record says (R3.3.1)."""
    yield from fees.incomplete(contract.fee_model, contract.fee_terms or {})
    missing = list(readiness.ready(contract))
    yield from missing
    if not missing and contract.state == "changes" and _same_as_returned(contract):
        yield _("Nothing changed since the changes were asked for.")


def _same_as_returned(contract: Contract) -> bool:
    steps = rounds.steps_of(contract, "approve")
    return bool(steps) and steps[0].content_sha256 == binding.binding_of(contract).sha256


@CONTRACT.after("submit")
def _ask(contract: Contract, taken: Taken) -> None:
    """Open the approval round: the rules decide who, the manifest binds what."""
    lifecycle.move(contract, "submit")
    now = binding.binding_of(contract)
    called_for = approvers.called_for(contract.document)
    facts_now = {
        "payment_days": contract.payment_days,
        "fee_model": contract.fee_model,
        "standard_text": contract.document is not None
        and not comparison.departures(contract.document),
        "template_asks": called_for,
    }
    request = Request(now.sha256, contract.total, contract.currency, facts_now, now.bound)
    approvers.must_be_asked(called_for, rounds.ask(contract, "approve", request))


@deciders.made_by(Contract)
def _made(who: access.Actor) -> ColumnElement[bool]:
    """Whoever drafted the contract or its paper approves nothing of it; nor does its owner."""
    return or_(authors.drafted_by(Contract, who), Contract.owner_id == who.employee_id)


@approval_ended.connect_via(Contract)
def _decided(_sender: type, subject: Contract, action: str, outcome: str) -> None:
    """The last yes, or the first no, moves the contract."""
    if outcome != "approved":
        said = rounds.last_word(subject, action, outcome)
        CONTRACT.advance(subject, "ask_changes", said, automatic=True)
        return
    CONTRACT.advance(subject, "pass", automatic=True)
    answered = [step for step in rounds.steps_of(subject, action) if step.acted_by_id is not None]
    by_legal = (step for step in answered if step.approver_ref in REVIEWERS)
    subject.legal_reviewer_id = next(by_legal, answered[0]).acted_by_id


lifecycle.lead(
    Contract,
    {
        "pass": "approve",
        "ask_changes": "return",
        "text_altered": "return",
        "start_signing": "send",
        "register_signed": "register",
        "cancel": "void",
        "cancel_approved": "void",
        "cancel_signing": "void",
    },
)


@CONTRACT.after("text_altered", "cancel", "cancel_approved", "cancel_signing")
def _void_what_was_said(contract: Contract, taken: Taken) -> None:
    """Any change voids the approval, and the seal request dies with it (R3.3.2)."""
    lifecycle.void_approval(contract, taken.reason)
    seal_requests.void_requests(contract, taken.reason)


CONTRACT.guard("start_signing", "register_signed")(seal_requests.still_approved)
CONTRACT.guard("register_signed")(signatures.missing)


@CONTRACT.guard("register_signed")
def _sealed(contract: Contract) -> Iterator[Words]:
    if seal_requests.sealed(contract) is None:
        yield _("The seal keeper has not recorded the sealing yet.")


CONTRACT.guard("text_altered", "cancel_signing")(signed_copies.not_being_stored)


#: Both parties sign a contract (its closing article); who for each, its paper names.
SIDES = {"client": "client.representative", "company": "company.representative"}


def _gate(contract: Contract, day: date) -> None:
    if contract.state != "signing":
        raise Unmet([_("The contract is not out for signature.")])
    # who signed is asked of whoever has the copy in hand, and of the step that makes it signed
    if missing := [*seal_requests.still_approved(contract), *_sealed(contract)]:
        raise Unmet(missing)
    use = seal_requests.sealed(contract)
    if use is not None and use.sealed_on is not None and day < use.sealed_on:
        raise Invalid({"signed_on": _("The paper was not sealed yet on this day.")})


def _signed(contract: Contract, said: Mapping[str, Any]) -> None:
    """The stored scan makes the contract signed and, the first time, the client active."""
    day = date.fromisoformat(said["signed_on"])
    CONTRACT.advance(contract, "register_signed", automatic=True, signed_on=day)
    with access.system():
        customer = session().get_one(Customer, contract.customer_id)
        lock(customer)  # it may be put to rest or let in again in this very moment
        if customer.state in ("prospect", "dormant", "lost"):
            CUSTOMER.advance(customer, "activate", automatic=True)


def _running() -> Exists:
    """Whether a client has a signed contract that did not end long ago, or goes on by itself."""
    since = clock.today() - timedelta(days=setting.value("customer.dormant_days"))
    lasts = or_(Contract.auto_renew, Contract.end_on >= since)
    return exists().where(Contract.customer_id == Customer.id, Contract.state == "signed", lasts)


@CUSTOMER.after("unblock")
def _signed_meanwhile(customer: Customer, _taken: Taken) -> None:
    """A contract that was signed while the client was blocked makes it active now."""
    with access.system():
        found = session().scalar(select(Customer.id).where(Customer.id == customer.id, _running()))
    if found is not None and customer.state in ("prospect", "dormant"):
        CUSTOMER.advance(customer, "activate", automatic=True)


@handler("customers.rest", _("Clients whose last contract ended long ago"))
def rest(_job: Job) -> dict[str, Any]:
    """Once a night: without a contract for so long a client is dormant (matrix (b))."""
    signed = exists().where(Contract.customer_id == Customer.id, Contract.state == "signed")
    query = select(Customer.id).where(Customer.state == "active", signed, ~_running())
    moved = 0
    for ident in list(session().scalars(query.order_by(Customer.id))):
        with transaction():
            customer = session().get_one(Customer, ident)
            lock(customer)
            if session().scalar(query.where(Customer.id == ident)) is None:
                continue  # blocked, or signed another contract, since the list was made
            CUSTOMER.advance(customer, "rest", automatic=True)
        moved += 1
    return {"moved": moved}


rhythm.every("customers.rest", timedelta(days=1), clock.NIGHT)


@CONTRACT.after("register_signed")
def _date(contract: Contract, taken: Taken) -> None:
    contract.signed_on = taken.values["signed_on"]


def _start_signing(contract: Contract) -> None:
    CONTRACT.advance(contract, "start_signing", automatic=True)


subjects.register(
    "contract",
    subjects.Subject(
        facts=facts,
        bound=bound,
        code=lambda _c: "D01",
        called=lambda c: f"{c.title} {c.counterparty}",
        ends=lambda c: c.end_on,
        sources=lambda c: {"client": c.customer},
        seal=SealUse(states=("approved",), on_approved=_start_signing),
        copy=SignedCopy(waits_in="signing", sides=lambda _c: SIDES, gate=_gate, stored=_signed),
    ),
)

handing_on.goes_on(Contract, "void")
