"""Exceptional rights on a paper: Legal or its custodian names a person, a purpose and an end (R8.1.3)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.documents.classes import CLEARED
from portal.documents.models import AccessGrant, Document
from portal.documents.models.sharing import RIGHTS
from portal.documents.workflows import ACCESS_GRANT
from portal.kernel import access, audit, clock, duties, setting, text
from portal.kernel.db import session, stale
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.words import Words, _
from portal.organization.identity import holds_fact

setting.declare(
    "grant.most_days", 30, _("Longest access grant in days"), power=True, bounds=(1, 366)
)


def may_grant(document: Document) -> bool:
    """Legal, and the custodian, who keeps the list of a secret paper's readers."""
    who = access.current()
    mine = who.employee_id is not None and who.employee_id == document.custodian_id
    return mine or duties.has("paper.grant")


def offered(document: Document) -> dict[str, Words]:
    """The rights one may grant on a paper: a secret one is read in the portal only (R8.1.3)."""
    return {"view": RIGHTS["view"]} if document.classification == "secret" else RIGHTS


def grant(
    document: Document, employee_id: int, rights: str, purpose: str, days: int
) -> AccessGrant:
    """Let a person see a paper for some days; raises `Forbidden`, `Invalid`."""
    if not may_grant(document):
        raise Forbidden
    most = setting.value("grant.most_days")
    if not 1 <= days <= most:
        raise Invalid({"days": _("A grant lasts 1 to %(most)s days.", most=most)})
    if not (purpose := text.said(purpose)):
        raise Invalid({"purpose": _("Say what it is for.")})
    if rights not in RIGHTS:
        raise Invalid({"rights": _("This is not one of the choices.")})
    if rights not in offered(document):
        raise Invalid({"rights": _("Secret papers are read here only.")})
    if employee_id in (one.employee_id for one in access.current().persons):
        raise Forbidden(_("Nobody grants to themselves."))
    if not holds_fact(employee_id, CLEARED):
        raise Invalid(
            {"grantee": _("This person has no agreement in force; a grant opens nothing.")}
        )
    now = clock.now()
    given = AccessGrant(
        document_id=document.id,
        grantee_id=employee_id,
        rights=rights,
        purpose=purpose,
        granted_by_id=access.current().account_id,
        valid_from=now,
        valid_to=now + timedelta(days=days),
    )
    session().add(given)
    audit.note(document, "access_granted", {"to": employee_id, "days": days, "rights": rights})
    return given


def revoke(document: Document, ident: int, reason: str) -> None:
    """Take back a grant on this paper before its end: whoever may give one may.

    Raises `Forbidden`, `Invalid` without a reason, `Unseen` for a grant on another paper,
    `Conflict` when it was taken back already.
    """
    if not may_grant(document):
        raise Forbidden
    if not text.said(reason):
        raise Invalid({"revoke_reason": _("A reason is needed.")})
    with access.system():  # a custodian sees the grants of their paper, not all
        given = session().get(AccessGrant, ident)
        if given is None or given.document_id != document.id:
            raise Unseen
        ACCESS_GRANT.advance(given, "revoke", reason, automatic=True)
    stale(AccessGrant, ident)


def grants_of(document: Document) -> list[AccessGrant]:
    """The grants on a paper, newest first: all for those who give them, else those one may know of."""
    query = (
        select(AccessGrant)
        .where(AccessGrant.document_id == document.id)
        .order_by(AccessGrant.id.desc())
        .options(joinedload(AccessGrant.grantee))
    )
    if not may_grant(document):
        return list(session().scalars(query))
    with access.system():
        return list(session().scalars(query))
