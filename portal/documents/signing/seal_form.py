"""Form D37 (用印申請單): what it says of the request, the paper, the approvals, the use, the originals."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from portal.documents import subjects
from portal.documents.classes import PAPER_LOCALE
from portal.documents.company import company, place_of
from portal.documents.models import DocumentTemplate, SigningEvent
from portal.documents.papers import generation, merge_data
from portal.documents.review import binding
from portal.documents.signing import originals, seal_requests
from portal.documents.word_templates import library
from portal.engines.approval import rounds
from portal.kernel import access, clock, setting
from portal.kernel.db import session
from portal.kernel.words import _
from portal.organization.accounts import RoleGrant, UserAccount
from portal.web.catalogue import said_in

setting.declare("seal.code", "SEAL-01", _("Number of the seal in the register of seals"))

DECISIONS = {"approved": "approved", "rejected": "refused", "returned": "refused"}


def facts(seal: SigningEvent) -> dict[str, Any]:
    """The values of template D37 for a request; raises `Unmet` when there is no paper to seal."""
    with access.system():
        record = seal_requests.main_record(seal)
        copies = originals_said(record)
    now = binding.binding_of(record).sha256
    return {
        "company": company(place_of(record.locale, record.details), seal.locale),
        "event": _event(seal),
        "paper": {**_paper(seal), "sha_short": now[:12], "sha256": now, "copies": copies},
        "approved": {"sha256": seal.content_sha256},
        "check": {
            "approved_sha_short": seal.content_sha256[:12],
            "match": now == seal.content_sha256,
        },
        "seal": {
            "kind": seal.seal_kind,
            "code": setting.value("seal.code"),
            "places": seal.places,
            "edge": seal.edge,
            "returned_on": None,
        },
        "keeper": {"name": seal.keeper.name if seal.keeper else keeper_name()},
        "approvals": [
            _step(step, seal.locale)
            for step in rounds.steps_of(seal, "approve")
            if step.status != "unasked"  # whose holder was gone before they answered
        ],
        "use": _use(seal),
        "originals": _originals(seal),
    }


def _event(seal: SigningEvent) -> dict[str, Any]:
    """Who asks for the seal, for what, and how often."""
    return {
        "number": seal.no,
        "verify_url": generation.verify_url(seal.form),
        "requested_on": seal.created_at.astimezone(clock.zone()).date(),
        "requester": seal.requested_by.name,
        "department": seal.department.name_in(seal.locale),
        "purpose": seal.purpose,
        "copies": seal.copies,
        "outside": False,
        "urgent": False,
    }


def _paper(seal: SigningEvent) -> dict[str, Any]:
    """The paper to be sealed; without its fees, as the keeper reads the form and may not know them."""
    frozen = seal.document.file("pdf", seal.version_no)
    return {
        "title": seal.document.title[:160],
        "number": seal.document.no,
        "version": seal.version_no,
        "pages": max(1, frozen.pages if frozen else 1),
        "counterparty": seal.counterparty or None,
        "back_due_on": None,
        "amount": None,
        "currency": None,
    }


def originals_said(record: Any) -> int | None:
    """How many originals the paper itself names; None for one that names none.

    The paper says that its number and the one of the seal-use form agree.
    """
    if record.document.template_id is None:
        return None
    template = session().get_one(DocumentTemplate, record.document.template_id)
    values = merge_data.values_for(record, template)
    filled = library.manifest_of(template).context(values, PAPER_LOCALE[template.locale])
    named = (filled.get(group, {}).get("copies") for group in ("contract", "nda"))
    return next((copies for copies in named if copies is not None), None)


def _step(step: Any, locale: str) -> dict[str, Any]:
    decided = step.decided_at.astimezone(clock.zone()).date() if step.decided_at else None
    return {
        "role": said_in(locale, step.who),
        "name": said_in(locale, step.answered_by) or "—",
        "decision": DECISIONS.get(step.status, "open"),
        "on": decided,
        "note": step.comment[:120],
    }


def _use(seal: SigningEvent) -> dict[str, Any]:
    if seal.sealed_on is None:
        return {"result": "open", "on": None, "copies": None, "impressions": None, "spoiled": None}
    copies = seal.sealed_copies or 0
    return {
        "result": "done",
        "on": seal.sealed_on,
        "copies": copies,
        "impressions": copies * seal.places,
        "spoiled": seal.spoiled or 0,
    }


def _originals(seal: SigningEvent) -> list[dict[str, Any]]:
    held = Counter(
        (o.holder, o.place) for o in originals.of(seal.document) if o.called_back_on is None
    )
    return [
        {"holder": holder, "place": place, "copies": count, "received_on": None}
        for (holder, place), count in held.items()
    ]


def keeper_name() -> str:
    """Who keeps the seal today, for a form that nobody has sealed yet; the longest-serving of several."""
    with access.system():
        query = (
            select(RoleGrant, UserAccount.name)
            .join(UserAccount, RoleGrant.user_id == UserAccount.id)
            .where(
                RoleGrant.role == "seal_keeper",
                RoleGrant.state == "confirmed",
                UserAccount.state == "active",
            )
            .order_by(RoleGrant.valid_from, RoleGrant.id)
        )
        today = clock.today()
        held = (name for grant, name in session().execute(query) if grant.holds_on(today))
        return next(held, "—")


def bound(seal: SigningEvent) -> dict[str, Any]:
    """What an approval of the request stands for: the paper to be sealed, with its hash (R3.3.2)."""
    return {"no": seal.no, "paper": seal.document_id, "sha256": seal.content_sha256}


subjects.register(
    "signing_event",
    subjects.Subject(
        facts=facts,
        bound=bound,
        code=lambda _seal: "D37",
        paper="form",
        by_hand=False,
        while_editable=False,  # made again with what the keeper recorded
        # Once the seal was used, both its use and the originals it left must be in order.
        stages=lambda seal: ("use", "close") if seal.state == "done" else (),
        signed_on=lambda seal: seal.sealed_on,
        classification=lambda seal: seal.document.classification,
        custodian=lambda seal: seal.document.custodian_id,
    ),
)
