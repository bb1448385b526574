"""What people who leave had of papers: custody, originals, seals asked for, papers checked out ((c), R8.1.3).

A secret paper, or an original of one, goes to nobody above who was not let see it by name before:
with it goes who may open it, so the head of Legal is asked who keeps it. Until then nobody
opens it but whom the list names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from portal.documents.models import Document, Original, SigningEvent
from portal.documents.papers import checkout, lifecycle
from portal.documents.sharing import custody
from portal.documents.signing import originals
from portal.documents.signing.seal_requests import UNUSED
from portal.kernel import access, audit
from portal.kernel.db import session
from portal.kernel.words import Words, _
from portal.kernel.workflow import stepping
from portal.organization import handing_on
from portal.organization.accounts import UserAccount
from portal.organization.hand_overs import HandOver, HandOverItem
from portal.organization.handing_on import ASKED, LEFT, TAKEN, Sort
from portal.organization.models import Employee
from portal.organization.workflows import HAND_OVER

ORIGINAL = "original"


def _secret(document: Document) -> bool:
    return document.classification == "secret"


def _may_have(document: Document, heir: Employee) -> bool:
    return custody.may_pass_to(document, heir.id)


def _kept(people: Select[int]) -> Select[int]:
    """The form of a seal is kept with the paper it is about."""
    forms = select(SigningEvent.form_id).where(SigningEvent.form_id.is_not(None))
    kept = Document.custodian_id.in_(people)
    return select(Document.id).where(kept, Document.id.not_in(forms))


def _keep(document: Document, heir: Employee | None) -> None:
    assert heir is not None  # without one Legal is asked
    custody.pass_on(document, heir.id, LEFT)


handing_on.goes(
    Sort(
        custody.CUSTODY,
        _("Custody of a paper"),
        Document,
        held=_kept,
        whose=lambda document: document.custodian,
        give=_keep,
        fit=_may_have,
        secret=_secret,
        otherwise=ASKED,
    )
)


def _held(people: Select[int]) -> Select[int]:
    """Originals are known by their holder's name; one that somebody here bears as well says nothing."""
    leaver, other = aliased(Employee), aliased(Employee)
    named = select(leaver.name).where(
        leaver.id.in_(people),
        ~select(other.id)
        .where(other.name == leaver.name, other.id != leaver.id)
        .correlate(leaver)
        .exists(),
    )
    return select(Original.id).where(Original.holder.in_(named), Original.destroyed_on.is_(None))


def _holder(original: Original) -> Employee | None:
    return session().scalar(select(Employee).where(Employee.name == original.holder))


def _paper(original: Original) -> Document:
    return session().get_one(Document, original.document_id)


def _in_hand(item: HandOverItem, heir: Employee) -> None:
    document = session().get_one(Document, item.subject_id)
    originals.now_with(document, item.part, heir.name)


handing_on.goes(
    Sort(
        ORIGINAL,
        _("Original on paper"),
        Original,
        held=_held,
        whose=_holder,
        give=lambda _original, _heir: None,  # it is where it is until somebody has it in hand
        fit=lambda original, heir: _may_have(_paper(original), heir),
        about=lambda original: (_paper(original), original.sequence),
        secret=lambda original: _secret(_paper(original)),
        taken=_in_hand,
        otherwise=ASKED,
    )
)


def _asked(people: Select[int]) -> Select[int]:
    theirs = SigningEvent.owner_id.in_(people)
    return select(SigningEvent.id).where(theirs, SigningEvent.state.in_(UNUSED))


def _take_over(seal: SigningEvent, heir: Employee | None) -> None:
    """Who asked stays who asked; whose request it is from now on is another matter."""
    assert heir is not None  # it stays until there is somebody
    with stepping(seal):
        seal.taken_over_by_id, seal.department_id = heir.id, heir.department_id
        audit.note(seal, "handed_on", reason=LEFT)
        session().flush()
    if seal.form is not None:
        lifecycle.keep_up(seal.form, seal)


handing_on.goes(
    Sort(
        SigningEvent.__tablename__,
        SigningEvent.noun,
        SigningEvent,
        held=_asked,
        whose=lambda seal: session().get(Employee, seal.owner_id),
        give=_take_over,
    )
)


def _checked_out(people: Select[int]) -> Select[int]:
    accounts = select(UserAccount.id).where(UserAccount.employee_id.in_(people))
    return select(Document.id).where(Document.checked_out_by_id.in_(accounts))


def _who_edits(document: Document) -> Employee | None:
    account = session().get(UserAccount, document.checked_out_by_id or 0)
    return None if account is None else account.employee


handing_on.goes(
    Sort(
        "checkout",
        _("Paper checked out, given back"),
        Document,
        held=_checked_out,
        whose=_who_edits,
        give=lambda document, _heir: checkout.end_of(document, LEFT),
        fit=lambda document, heir: not _secret(document) or _may_have(document, heir),
        secret=_secret,
        otherwise=TAKEN,
    )
)


@HAND_OVER.guard("settle")
def _somebody_keeps_it(found: HandOver) -> Iterator[Words]:
    """Legal closes what it was asked about once the paper has a keeper who works here."""
    with access.system():
        for item in session().get_one(HandOver, found.id).items:
            if item.sort == custody.CUSTODY and _without_keeper(item):
                yield _("Name a custodian first.")


def _without_keeper(item: Any) -> bool:
    document = session().get_one(Document, item.subject_id)
    return document.custodian is None or document.custodian.has_left
