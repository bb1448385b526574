"""Who may see a paper: the labels of its record, cut by its class (R8.1.3).

A paper carries one label for each reason to see it. The letter says what a person needs besides:

- ``n:`` and a label of the record (``n:sales.own.17``): nothing more;
- ``c:`` and a label of the record: an agreement in force;
- ``k:`` and an employee: to be this custodian, with an agreement in force;
- ``g:`` and a paper: a grant in one's name for it, or for the paper whose seal a form asks for;
- ``d:`` and a paper: the same for a department one works in, an agreement in force besides;
- ``r:`` and a record: a grant for the whole record, an agreement in force besides.

A secret paper is open to a list of names alone: it has neither of the last two.

What depends on dates (agreement, grants, terms) stands on the person's side and never in the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
)

from portal.documents.classes import CLEARED
from portal.documents.models import (
    AccessGrant,
    Document,
    DocumentLabel,
    DocumentLink,
    SigningEvent,
)
from portal.documents.subjects import names, record_of, subject_of, use_of
from portal.kernel import access, clock
from portal.kernel.actor import Actor
from portal.kernel.db import Moment, session
from portal.kernel.record import kind
from portal.organization.identity import opens_rows

FREE, IF_CLEARED, CUSTODIAN, GRANTED, SHARED, RECORD = "n", "c", "k", "g", "d", "r"
#: The letters that stand for grants.
BY_GRANT = (GRANTED, SHARED, RECORD)


#: The roles of the links by which a paper is a record's own.
OWN = ("main", "annex")


def record_label(table: str, ident: int) -> str:
    """The label of the papers of a record for whom the whole record is open by name."""
    return f"{RECORD}:{table}.{ident}"


def rewrite(document: Document) -> None:
    """Set the labels of a paper anew from its record and class; part of every step and change."""
    with session().no_autoflush:
        wanted = set(_labels(document))
    for row in list(document.labels):
        if row.label not in wanted:
            document.labels.remove(row)
    have = {row.label for row in document.labels}
    document.labels += [DocumentLabel(label=label) for label in sorted(wanted - have)]
    document.revision += 1


def outdated(document: Document) -> bool:
    """Whether its labels say other than its record and class do now."""
    return {row.label for row in document.labels} != set(_labels(document))


def _labels(document: Document) -> Iterator[str]:
    papers = [document.id]
    if (sealed := _sealed_by(document)) is not None:
        papers.append(sealed)  # who was let see a paper sees how its seal was asked for
    yield from (f"{GRANTED}:{ident}" for ident in papers)
    if document.custodian_id is not None:
        yield f"{CUSTODIAN}:{document.custodian_id}"
    if (main := record_of(document)) is not None:
        for signer in use_of(main).signers(main):  # one may always open what one signs
            yield f"{FREE}:employee.own.{signer}"
    if document.classification == "secret":
        return
    yield from (f"{SHARED}:{ident}" for ident in papers)
    links = [*document.links, *(_links_of(sealed) if sealed is not None else ())]
    yield from (record_label(one.subject_type, one.subject_id) for one in links if one.role in OWN)
    if document.classification == "public":
        yield f"{FREE}:employee.all"
    needed = IF_CLEARED if document.classification == "confidential" else FREE
    for link in document.links:
        if link.role in OWN:
            record = subject_of(link)
            if record is not None:
                yield from (f"{needed}:{label}" for label in _open_to(record))
                yield from (f"{FREE}:{label}" for label in _issuers(record))


def _sealed_by(document: Document) -> int | None:
    """The paper whose seal a form asks for; None for a paper that is no such form."""
    asked = SigningEvent.__table__.c  # the table itself: whoever may see the request
    return session().scalar(select(asked.document_id).where(asked.form_id == document.id))


def _links_of(ident: int) -> Sequence[Any]:
    """The links of another paper, whoever may see it."""
    link = DocumentLink.__table__.c
    query = select(link.role, link.subject_type, link.subject_id)
    return session().execute(query.where(link.document_id == ident)).all()


def _open_to(record: Any) -> frozenset[str]:
    """The record's readers who see every field the paper prints (a masked fee is in its text)."""
    printed = {
        column.key
        for column in type(record).__mapper__.column_attrs
        if column.columns[0].info.get("sensitive")
    }
    return access.labels_of(record, clear=printed)


def _issuers(record: Any) -> frozenset[str]:
    """Whoever issues agreements, who need not have one yet."""
    if not use_of(record).uncleared_issuers:
        return frozenset()
    return access.labels_of(record, action=access.EDIT)


def held_by(actor: Actor) -> frozenset[str]:
    """Every paper label a person holds now, those of grants in force too; worked out once a request."""
    return actor.once("paper_labels", lambda: frozenset([*_lasting(actor), *_given(actor)]))


def _given(actor: Actor) -> Iterator[str]:
    """The labels of the papers a person holds a grant for."""
    if not _cleared(actor):
        return
    grant = AccessGrant.__table__.c
    query = select(grant.document_id, grant.grantee_kind).where(
        grant.document_id.is_not(None), *_in_force(actor)
    )
    for ident, kind_of in session().execute(query):
        yield f"{GRANTED if kind_of == 'employee' else SHARED}:{ident}"


def _cleared(actor: Actor) -> bool:
    return actor.employee_id is not None and CLEARED in actor.facts


def _lasting(actor: Actor) -> Iterator[str]:
    """The labels that follow from who somebody is; grants come from the database."""
    yield from (f"{FREE}:{label}" for label in actor.labels)
    if _cleared(actor):
        yield from (f"{IF_CLEARED}:{label}" for label in actor.labels)
        yield f"{CUSTODIAN}:{actor.employee_id}"
        yield from (record_label(table, ident) for table, ident in actor.opened)


def _now() -> BindParameter[datetime]:
    """The moment a statement runs."""
    return bindparam(None, callable_=clock.now, type_=Moment())


def _any_record() -> ColumnElement[bool]:
    """Whether anybody holds a grant for a whole record."""
    grant = AccessGrant.__table__.c
    held = (grant.subject_id.is_not(None), grant.status == "given", grant.valid_to > _now())
    return exists(select(grant.id).where(*held))


@opens_rows(_any_record())
def _records(actor: Actor) -> Iterator[tuple[str, int]]:
    """The whole records a person, or a department they work in, holds a grant for."""
    if _cleared(actor):
        grant = AccessGrant.__table__.c
        query = select(grant.subject_type, grant.subject_id)
        query = query.where(grant.subject_id.is_not(None), *_in_force(actor))
        yield from (tuple(row) for row in session().execute(query))


def _in_force(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """What a grant must say to open anything to a person at the moment the statement runs.

    The table itself is asked: rights are not asked of rights. A grant opens nothing to whoever gave
    it, in whatever department they work by now: nobody grants to themselves.
    """
    grant, now = AccessGrant.__table__.c, _now()
    works_in = sorted(actor.departments("employee"))
    yield or_(grant.grantee_id == actor.employee_id, grant.grantee_department_id.in_(works_in))
    yield grant.granted_by_id.is_distinct_from(actor.account_id)
    yield grant.status == "given"
    yield grant.valid_from <= now
    yield grant.valid_to > now


def _granted(actor: Actor) -> Select[int]:
    """The papers a person holds a grant for, secret ones in their own name alone."""
    grant, paper = AccessGrant.__table__.c, Document.__table__.c
    secret = select(paper.id).where(paper.classification == "secret")
    return select(grant.document_id).where(
        grant.document_id.is_not(None),
        or_(grant.grantee_kind == "employee", grant.document_id.not_in(secret)),
        *_in_force(actor),
    )


def visible(actor: Actor) -> ColumnElement[bool] | None:
    """The criterion of the papers a person sees, for the session's row security."""
    held = list(_lasting(actor))
    if not held:
        return false()
    labelled = exists(
        select(1).where(DocumentLabel.document_id == Document.id, DocumentLabel.label.in_(held))
    )
    if not _cleared(actor):
        return labelled
    asked = SigningEvent.__table__.c
    forms = select(asked.form_id).where(
        asked.form_id.is_not(None), asked.document_id.in_(_granted(actor))
    )
    return or_(labelled, Document.id.in_(_granted(actor)), Document.id.in_(forms))


def may_see(document: Document, actor: Actor) -> bool:
    """Whether a person sees a paper, asked of its labels in memory."""
    return bool(_reasons(document, actor))


def by_right(document: Document, actor: Actor) -> bool:
    """Whether a person sees a paper for another reason than that a grant lets them."""
    return any(label.partition(":")[0] not in BY_GRANT for label in _reasons(document, actor))


def taken_by_grant(document: Document, actor: Actor) -> bool:
    """Whether a grant that is in force says download: for the paper, or for a record it is of."""
    if not _cleared(actor):
        return False
    grant = AccessGrant.__table__.c
    what = [grant.document_id == document.id]
    for link in document.links:
        if link.role in OWN:
            of_it = (grant.subject_type == link.subject_type, grant.subject_id == link.subject_id)
            what.append(and_(*of_it))
    query = select(grant.id).where(or_(*what), grant.rights == "download", *_in_force(actor))
    return session().scalar(query.limit(1)) is not None


def _reasons(document: Document, actor: Actor) -> frozenset[str]:
    """The labels of a paper that a person holds."""
    return held_by(actor) & {row.label for row in document.labels}


def closed(record: Any, actor: Actor) -> bool:
    """Whether a record's paper is secret and not open to this person: nor are its words in the record.

    Asked once for all secret papers: a list may show many records.
    """
    if record.document_id is None:
        return False
    return record.document_id in actor.once("closed_papers", lambda: _closed_to(actor))


def _closed_to(actor: Actor) -> frozenset[int]:
    """The secret papers that are not open to a person; they are few, and a list may name many."""
    # The table itself: whether there is a secret paper is the question.
    paper, label = Document.__table__.c, DocumentLabel.__table__.c
    joined = Document.__table__.outerjoin(DocumentLabel.__table__, label.document_id == paper.id)
    query = select(paper.id, label.label).select_from(joined)
    found: dict[int, set[str]] = defaultdict(set)
    for ident, name in session().execute(query.where(paper.classification == "secret")):
        found[ident].add(name)
    held = held_by(actor) if found else frozenset()
    return frozenset(ident for ident, names in found.items() if held.isdisjoint(names))


def known_to(actor: Actor) -> bool:
    """Whether there may be papers for a person: their own, or those of records their roles read.

    An administrator who is nobody's colleague sees no business content, so no empty list of it.
    """
    return actor.employee_id is not None or any(
        access.allowed(kind(name), access.READ, actor) for name in names()
    )


access.seen_where(Document, visible, known_to)
