"""Exceptional rights: a person, or everybody of a department, reads a paper or a whole record (R8.1.3).

Always for a purpose and until a day, and only while whoever reads has an agreement in force. A grant
on a record opens its papers as well, but for secret ones: those are open to a list of names.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.documents import labels
from portal.documents.classes import CLEARED
from portal.documents.models import AccessGrant, Document, DocumentLink, SigningEvent
from portal.documents.models.sharing import RIGHTS
from portal.documents.search import index
from portal.documents.workflows import ACCESS_GRANT
from portal.kernel import access, audit, clock, duties, setting, text
from portal.kernel.db import session, stale
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.words import Words, _
from portal.organization import departments
from portal.organization.identity import holds_fact
from portal.organization.models import WORKING, Department, Employee

setting.declare(
    "grant.most_days", 30, _("Longest access grant in days"), power=True, bounds=(1, 366)
)


def may_grant(on: Any) -> bool:
    """Who opens `on`, a paper or a whole record, to others.

    A paper: Legal, and the custodian, who keeps the list of a secret paper's readers. A record:
    Legal alone. It has no custodian, and its owner would open a client to another team unasked.
    """
    if not isinstance(on, Document):
        return access.opens_by_name(type(on)) and duties.has("record.grant")
    who = access.current()
    mine = who.employee_id is not None and who.employee_id == on.custodian_id
    return mine or duties.has("paper.grant")


def offered(on: Any) -> dict[str, Words]:
    """The rights one may grant on it: a secret paper is read in the portal only (R8.1.3)."""
    return {"view": RIGHTS["view"]} if _named_list(on) else RIGHTS


def places_for(on: Any) -> list[Department]:
    """The departments it may be opened to; none for a secret paper, whose readers are named."""
    if _named_list(on) or not may_grant(on):
        return []
    query = select(Department).where(Department.active).order_by(Department.code)
    return list(session().scalars(query))


def grant(on: Any, employee_id: int, rights: str, purpose: str, days: int) -> AccessGrant:
    """Let a person see a paper or a whole record for some days; raises `Forbidden`, `Invalid`."""
    purpose = _checked(on, rights, purpose, days)
    if employee_id in (one.employee_id for one in access.current().persons):
        raise Forbidden(_("Nobody grants to themselves."))
    if not holds_fact(employee_id, CLEARED):
        raise Invalid(
            {"grantee": _("This person has no agreement in force; a grant opens nothing.")}
        )
    given = AccessGrant(grantee_kind="employee", grantee_id=employee_id)
    return _give(on, given, rights, purpose, days, {"to": employee_id})


def grant_department(
    on: Any, department_id: int, rights: str, purpose: str, days: int
) -> AccessGrant:
    """Let everybody who works in a department or below it see it; raises `Forbidden`, `Invalid`.

    The department of whoever grants is refused. They see the paper anyway, but by their office, and
    a grant of their own making would outlast that, or add the right to download: so nobody grants
    to themselves by this way either, and whoever moves there later gains nothing by what they gave
    (`labels`).
    """
    purpose = _checked(on, rights, purpose, days)
    if _named_list(on):
        said = _("A secret paper is open to a list of names; choose a person.")
        raise Invalid({"department": said})
    if any(department_id in _works_in(one.employee_id) for one in access.current().persons):
        raise Forbidden(_("Nobody grants to the department they work in themselves."))
    if not any(holds_fact(ident, CLEARED) for ident in _working_in(department_id)):
        said = _("Nobody there has an agreement in force; a grant opens nothing.")
        raise Invalid({"department": said})
    given = AccessGrant(grantee_kind="department", grantee_department_id=department_id)
    return _give(on, given, rights, purpose, days, {"to_department": department_id})


def _named_list(on: Any) -> bool:
    return isinstance(on, Document) and on.classification == "secret"


def _checked(on: Any, rights: str, purpose: str, days: int) -> str:
    """The purpose as it is kept, once everything but the grantee is right."""
    if not may_grant(on):
        raise Forbidden
    most = setting.value("grant.most_days")
    if not 1 <= days <= most:
        raise Invalid({"days": _("A grant lasts 1 to %(most)s days.", most=most)})
    if not (purpose := text.said(purpose)):
        raise Invalid({"purpose": _("Say what it is for.")})
    if rights not in RIGHTS:
        raise Invalid({"rights": _("This is not one of the choices.")})
    if rights not in offered(on):
        raise Invalid({"rights": _("Secret papers are read here only.")})
    return purpose


def _works_in(employee_id: int | None) -> frozenset[int]:
    """The department somebody works in and those it is part of."""
    with access.system():
        person = None if employee_id is None else session().get(Employee, employee_id)
        return departments.read().over(person.department_id) if person else frozenset()


def _working_in(department_id: int) -> list[int]:
    """Who works in a department or below it now."""
    with access.system():
        below = departments.read().under(department_id)
        query = select(Employee.id).where(
            Employee.department_id.in_(below), Employee.state.in_(WORKING)
        )
        return list(session().scalars(query.order_by(Employee.id)))


def _give(
    on: Any, given: AccessGrant, rights: str, purpose: str, days: int, noted: dict[str, int]
) -> AccessGrant:
    now = clock.now()
    given.rights, given.purpose = rights, purpose
    given.granted_by_id = access.current().account_id
    given.valid_from, given.valid_to = now, now + timedelta(days=days)
    if isinstance(on, Document):
        given.document_id = on.id
    else:
        given.subject_type, given.subject_id = on.__tablename__, on.id
    session().add(given)
    audit.note(on, "access_granted", {**noted, "days": days, "rights": rights})
    _label_anew(on)
    return given


def _label_anew(on: Any) -> None:
    """Papers whose labels an earlier release wrote get those a grant asks for now, not at night."""
    papers = [on.id] if isinstance(on, Document) else papers_of(on)
    changed = []
    with access.system():
        forms = select(SigningEvent.form_id).where(SigningEvent.document_id.in_(papers))
        with_forms = [*papers, *session().scalars(forms.where(SigningEvent.form_id.is_not(None)))]
        for ident in with_forms:
            document = session().get_one(Document, ident)
            if labels.outdated(document):
                index.refresh(document)
                changed.append(ident)
    for ident in changed:
        stale(Document, ident)


def papers_of(record: Any) -> list[int]:
    """The papers that are a record's own, whoever may see them."""
    link = DocumentLink.__table__.c
    query = select(link.document_id).where(
        link.subject_type == record.__tablename__,
        link.subject_id == record.id,
        link.role.in_(labels.OWN),
    )
    return sorted(set(session().scalars(query)))


def revoke(on: Any, ident: int, reason: str) -> None:
    """Take back a grant on this paper or record before its end: whoever may give one may.

    Raises `Forbidden`, `Invalid` without a reason, `Unseen` for a grant on something else,
    `Conflict` when it was taken back already.
    """
    if not may_grant(on):
        raise Forbidden
    if not text.said(reason):
        raise Invalid({"revoke_reason": _("A reason is needed.")})
    with access.system():  # a custodian sees the grants of their paper, not all
        query = select(AccessGrant).where(AccessGrant.id == ident, _on(on))
        if (given := session().scalar(query)) is None:
            raise Unseen
        ACCESS_GRANT.advance(given, "revoke", reason, automatic=True)
    stale(AccessGrant, ident)


def _on(on: Any) -> ColumnElement[bool]:
    if isinstance(on, Document):
        return AccessGrant.document_id == on.id
    return and_(AccessGrant.subject_type == on.__tablename__, AccessGrant.subject_id == on.id)


def grants_of(on: Any) -> list[AccessGrant]:
    """The grants on a paper or record, newest first: all for those who give them, else those one may know of."""
    return _told(on, _on(on))


def in_force(on: Any) -> list[AccessGrant]:
    """Those of them that hold now."""
    now = clock.now()
    held = (g for g in grants_of(on) if g.state == "given" and g.valid_from <= now < g.valid_to)
    return list(held)


def by_record(document: Document) -> list[AccessGrant]:
    """The grants on whole records that open this paper too; none opens a secret one."""
    whose = [(one.subject_type, one.subject_id) for one in document.links if one.role in labels.OWN]
    if _named_list(document) or not whose:
        return []
    either = (
        and_(AccessGrant.subject_type == table, AccessGrant.subject_id == ident)
        for table, ident in whose
    )
    return _told(document, or_(*either))


def _told(on: Any, which: ColumnElement[bool]) -> list[AccessGrant]:
    people = (AccessGrant.grantee, AccessGrant.grantee_department)
    query = select(AccessGrant).where(which).order_by(AccessGrant.id.desc())
    query = query.options(*(joinedload(one) for one in people))
    if not may_grant(on):
        return list(session().scalars(query))
    with access.system():
        return list(session().scalars(query))
