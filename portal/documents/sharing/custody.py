"""A paper's class and its custodian: who says so, and what follows for the forms of its seal (R8.1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from portal.documents.archive import sealing
from portal.documents.classes import CLEARED, ORDER, higher
from portal.documents.models import AccessGrant, Document, SigningEvent
from portal.documents.search import index
from portal.kernel import access, audit, clock, duties, text
from portal.kernel.db import lock, session, stale
from portal.kernel.errors import Forbidden, Invalid, Unmet
from portal.kernel.words import Words, _
from portal.organization import hand_overs
from portal.organization.accounts import UserAccount
from portal.organization.identity import holds_fact
from portal.organization.services import holds_power

#: What hand-overs call the keeping of a paper.
CUSTODY = "custody"
#: So much is said of where an original is.
MOST_OF_A_PLACE = 120


def may_classify(document: Document) -> bool:
    """The owner classifies, the custodian keeps, Legal may always (R8.1.3); a reader does not."""
    who = access.current()
    theirs = who.employee_id in (document.owner_id, document.custodian_id)
    return duties.has("paper.classify") or (who.employee_id is not None and theirs)


def offered(document: Document) -> tuple[str, ...]:
    """The classes the person may give a paper, its own among them; none where they may change nothing."""
    if not may_classify(document):
        return ()
    if duties.has("paper.classify"):
        return ORDER
    own = ORDER.index(document.classification)
    raised = ORDER[own : ORDER.index("secret")]
    return raised if len(raised) > 1 else ()


def classify(document: Document, name: str, reason: str) -> None:
    """Change a paper's class: the owner raises, lowering and *secret* need Legal, secret a custodian.

    Raises `Forbidden`, `Unmet` without a custodian, `Invalid` without the reason for lowering.
    """
    if not may_classify(document):
        raise Forbidden
    legal = duties.has("paper.classify")
    lower = ORDER.index(name) < ORDER.index(document.classification)
    if (lower or name == "secret") and not legal:
        raise Forbidden(_("Only Legal lowers a class or makes a paper secret."))
    if missing := list(_missing_for(document, name)):
        raise Unmet(missing)
    reason = text.uncut(reason, text.MOST_OF_A_REASON, "reason", _("Reason"))
    if lower and not reason:
        raise Invalid({"reason": _("A reason is needed.")})
    before, document.classification = document.classification, name
    audit.note(document, "classified", {"classification": [before, name]}, reason=reason)
    index.refresh(document)
    sealing.follow(document)
    _carry_to_forms(document)


def name_custodian(document: Document, employee_id: int, place: str) -> None:
    """Say who keeps the paper, and where its original is.

    Raises `Forbidden`, also for oneself; `Invalid` for a person without an agreement in force.
    """
    duties.require("paper.name_custodian")
    _may_keep(employee_id)
    place = text.uncut(place, MOST_OF_A_PLACE, "place", _("Where the original is"))
    before, document.custodian_id = document.custodian_id, employee_id
    document.physical_place = place
    audit.note(document, "custodian_named", {"custodian": [before, employee_id]})
    index.refresh(document)
    _carry_to_forms(document)
    _tell_keeper(document, before)


def name_custodian_of(number: str, employee_id: int, reason: str) -> None:
    """Give a paper, known by its number alone, another custodian; nothing of it is shown.

    A secret paper is open to its custodian and to whom they name: when they left, this is how it
    is opened to somebody again. Raises `Forbidden`, `Invalid` naming the field.
    """
    duties.require("paper.name_custodian_unseen")
    _may_keep(employee_id)
    reason = text.uncut(reason, text.MOST_OF_A_REASON, "reason", _("Reason"))
    if not reason:
        raise Invalid({"reason": _("A reason is needed.")})
    with access.system():
        document = session().scalar(select(Document).where(Document.no == number.strip()[:24]))
        if document is None:
            raise Invalid({"number": _("There is no paper with this number.")})
        lock(document)
        before, document.custodian_id = document.custodian_id, employee_id
        index.refresh(document)
        _carry_to_forms(document)
    _tell_keeper(document, before)
    audit.note_thing(
        "document",
        document.id,
        "custodian_named",
        reason=reason,
        changes={"custodian": [before, employee_id]},
    )


def pass_on(document: Document, employee_id: int, reason: str) -> None:
    """The custodian has left: somebody else keeps the paper, who may (`may_pass_to`); as SYSTEM."""
    before, document.custodian_id = document.custodian_id, employee_id
    changes = {"custodian": [before, employee_id]}
    audit.note(document, "custodian_named", changes, reason=reason)
    index.refresh(document)
    _carry_to_forms(document)


def may_pass_to(document: Document, employee_id: int) -> bool:
    """Whether a paper may go to somebody without Legal naming them.

    Who keeps papers has an agreement in force; who keeps a secret one was let see it by name
    before: nobody gains a secret paper because somebody else left (R8.1.3).
    """
    if not holds_fact(employee_id, CLEARED):
        return False
    if document.classification != "secret":
        return True
    now = clock.now()
    query = select(AccessGrant.id).where(
        AccessGrant.document_id == document.id,
        AccessGrant.grantee_id == employee_id,
        AccessGrant.state == "given",
        AccessGrant.valid_from <= now,
        AccessGrant.valid_to > now,
    )
    return session().scalar(query.limit(1)) is not None


def _tell_keeper(document: Document, before: int | None) -> None:
    """It stands on the new custodian's *my work* until they say that they have it."""
    keeper = document.custodian_id
    if keeper == before:
        return
    with access.system():
        fresh = session().get_one(Document, document.id)
        hand_overs.end(CUSTODY, fresh)
        thing = hand_overs.item(CUSTODY, fresh)
        hand_overs.custody(before, keeper, thing, secret=fresh.classification == "secret")


def _carry_to_forms(document: Document) -> None:
    """The forms that ask for the paper's seal name it, so they are of its class and kept with it.

    Whoever acts: they may not see every form (R8.1.3).
    """
    changed = []
    with access.system():
        query = select(Document).join(SigningEvent, SigningEvent.form_id == Document.id)
        for form in list(session().scalars(query.where(SigningEvent.document_id == document.id))):
            assert form.template is not None  # every form is made from D37
            before = form.classification
            form.classification = higher(form.template.classification, document.classification)
            form.custodian_id = document.custodian_id
            if form.classification != before:
                changes = {"classification": [before, form.classification]}
                audit.note(form, "classified", changes)
                sealing.follow(form)
            index.refresh(form)
            changed.append(form.id)
    for ident in changed:
        stale(Document, ident)


def _may_keep(employee_id: int) -> None:
    """The custodian reads a secret paper and says who else does: nobody takes that for themselves."""
    if employee_id in (one.employee_id for one in access.current().persons):
        raise Forbidden(_("Nobody names themselves custodian."))
    if not holds_fact(employee_id, CLEARED):
        raise Invalid(
            {"custodian": _("This person has no agreement in force and keeps no papers.")}
        )


def _missing_for(document: Document, name: str) -> Iterator[Words]:
    if name == "secret" and document.custodian_id is None:
        yield _("A secret paper needs a custodian first.")


@holds_power
def _keeps_secrets(account: UserAccount) -> bool:
    """Whether a secret paper is open to the person by name: as its custodian, or by a grant (R8.1.3)."""
    granted = select(AccessGrant.document_id).where(
        AccessGrant.grantee_id == account.employee_id,
        AccessGrant.state == "given",
        AccessGrant.valid_to > clock.now(),
    )
    query = select(Document.id).where(
        Document.classification == "secret",
        or_(Document.custodian_id == account.employee_id, Document.id.in_(granted)),
    )
    known = account.employee_id is not None
    return known and session().scalar(query.limit(1)) is not None
