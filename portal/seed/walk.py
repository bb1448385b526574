"""Taking an example contract or agreement through its real life, each step as the right person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from secrets import token_hex
from typing import Any

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.documents.archive import objects, uploads
from portal.documents.models import SigningEvent
from portal.documents.papers import generation
from portal.documents.review import binding
from portal.documents.signing import seal_requests, signatures, signed_copies
from portal.documents.signing.originals import Counted
from portal.engines.approval import rounds
from portal.kernel import access, audit, clock, jobs
from portal.kernel.db import session, transaction
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of

Accounts = dict[str, UserAccount]


@contextmanager
def person(accounts: Accounts, name: str) -> Iterator[None]:
    """Work as one of the fixed users, in a transaction."""
    with access.acting_as(access.SYSTEM):
        actor = actor_of(session().get_one(UserAccount, accounts[name].id), via="seed")
    with access.acting_as(actor), transaction():
        audit.arrived(token_hex(6), "")
        yield


def generate(accounts: Accounts, name: str, record: Any) -> None:
    """Press "generate" and wait for the paper."""
    with person(accounts, name):
        generation.generate(session().get_one(type(record), record.id))
    work()


def work() -> None:
    """Let the background work happen."""
    with access.acting_as(access.SYSTEM):
        jobs.drain("seed")


def submit(accounts: Accounts, name: str, record: Any) -> None:
    """Submit for review."""
    with person(accounts, name):
        type(record).workflow.advance(session().get_one(type(record), record.id), "submit")


def answer(accounts: Accounts, name: str, record: Any, said: str, comment: str = "") -> None:
    """Decide the open step."""
    with person(accounts, name):
        fresh = session().get_one(type(record), record.id)
        manifest = binding.binding_of(fresh).sha256
        rounds.decide(fresh, "approve", said, comment, manifest)


def approve_contract(accounts: Accounts, contract: Contract, head: str) -> None:
    """Everybody the rules ask says yes, in order."""
    names = {
        "legal": "legal",
        "sales_head": head,
        "finance_head": "finance_mgr",
        "management": "exec",
        "chairman": "chairman",
    }
    with access.acting_as(access.SYSTEM):
        asked = [
            s.approver_ref
            for s in rounds.steps_of(session().get_one(Contract, contract.id), "approve")
        ]
    for role in asked:
        answer(accounts, names[role], contract, "approved")


def seal_contract(accounts: Accounts, name: str, contract: Contract) -> None:
    """Ask for the seal, get it approved, let the keeper use it and count two originals."""
    with person(accounts, name):
        fresh = session().get_one(Contract, contract.id)
        seal = seal_requests.request_seal(
            fresh, seal_requests.Asked(purpose=f"{fresh.counterparty}簽約")
        )
        ident, manifest = seal.id, seal.content_sha256
    with person(accounts, "exec"):
        rounds.decide(session().get_one(SigningEvent, ident), "approve", "approved", "", manifest)
    with person(accounts, "seal"):
        counted = [Counted("法務", "檔案室 A 櫃", 1), Counted("客戶", "客戶自存", 1)]
        event = session().get_one(SigningEvent, ident)
        seal_requests.seal(event, 2, 0, clock.today(), counted)
    work()  # the form is printed


def sign(accounts: Accounts, name: str, record: Any, token: str) -> None:
    """Register the signed copy; the example's scan is the frozen PDF itself."""
    with access.acting_as(access.SYSTEM):
        document = session().get_one(type(record), record.id).document
        received = uploads.keep(objects.read(document.file("pdf")))
    with person(accounts, name):
        fresh = session().get_one(type(record), record.id)
        signed_copies.register(fresh, received, token, read_on(fresh))
    work()


def read_on(record: Any, day: date | None = None) -> dict[str, Any]:
    """What whoever brings a copy back says of it: each side signed as printed, on one day (today)."""
    last, names = day or clock.today(), signatures.printed(record)
    signed = [
        signatures.Said(side, names.get(side) or "王大明", "", signatures.usual(side), last)
        for side in signatures.sides(record)
    ]
    return {"signed_on": last.isoformat(), "signatures": signed}


def sign_contract(accounts: Accounts, owner: str, head: str, contract: Contract) -> None:
    """From draft to found signed copy."""
    generate(accounts, owner, contract)
    submit(accounts, owner, contract)
    approve_contract(accounts, contract, head)
    seal_contract(accounts, owner, contract)
    sign(accounts, "legal", contract, f"seed-contract-{contract.id:08}")


def sign_agreement(accounts: Accounts, owner: str, agreement: ConfidentialityAgreement) -> None:
    """Standard text: generated, approved as unchanged, issued, signed, in force."""
    generate(accounts, owner, agreement)
    for step in ("standard", "issue"):
        with person(accounts, owner):
            fresh = session().get_one(ConfidentialityAgreement, agreement.id)
            AGREEMENT.advance(fresh, step)
    sign(accounts, owner, agreement, f"seed-agreement-{agreement.id:08}")


def bring_to(accounts: Accounts, owner: str, contract: Contract, state: str) -> None:
    """Take a draft to `state`, by the head of the team where one is asked."""
    head = f"{owner.removesuffix('_mgr')}_mgr"
    if state == "signed":
        sign_contract(accounts, owner, head, contract)
        return
    if state == "void":
        with person(accounts, owner):
            CONTRACT.advance(session().get_one(Contract, contract.id), "cancel", "客戶改期")
        return
    if state == "draft":
        return
    generate(accounts, owner, contract)
    submit(accounts, owner, contract)
    if state == "changes":
        answer(accounts, "legal", contract, "returned", "簽約地請寫至市、區。")
    elif state in ("approved", "signing"):
        approve_contract(accounts, contract, head)
        if state == "signing":
            seal_contract(accounts, owner, contract)
