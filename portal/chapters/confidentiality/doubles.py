"""Agreements there are already with the same employee or client, as far as one sees them (R8.1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.kernel.db import session
from portal.kernel.words import Words, _

#: States in which the other side has an agreement or is about to get one.
BEGUN = ("draft", "legal_review", "approved", "issued")
OPEN = (*BEGUN, "signed", "in_force")
MOST_SAID = 5


def standing(states: Iterable[str] = OPEN) -> ColumnElement[bool]:
    """In one of `states`, and not past its disclosure period: then another one is wanted."""
    agreement = ConfidentialityAgreement
    runs = or_(agreement.state.in_(BEGUN), agreement.disclosing)
    return and_(agreement.state.in_(tuple(states)), runs)


def with_party(
    kind: str, employee_id: int | None, customer_id: int | None, but: int | None = None
) -> list[ConfidentialityAgreement]:
    """The newest open ones with the party an agreement of this kind has, without the one of id `but`.

    A client's count whether they bind one side or both.
    """
    agreement = ConfidentialityAgreement
    if kind == "employee":
        party, ident = agreement.employee_id, employee_id
    else:
        party, ident = agreement.customer_id, customer_id
    if ident is None:
        return []
    query = select(agreement).where(party == ident, standing())
    newest = query.order_by(agreement.id.desc()).limit(MOST_SAID + 1)
    return [one for one in session().scalars(newest) if one.id != but][:MOST_SAID]


def of_employees(
    idents: Iterable[int] | None = None, states: Iterable[str] = OPEN
) -> list[ConfidentialityAgreement]:
    """Those with employees (with all if none are named) that stand in one of `states`, by number."""
    agreement = ConfidentialityAgreement
    wanted: list[ColumnElement[bool]] = [agreement.kind == "employee", standing(states)]
    if idents is not None:
        wanted.append(agreement.employee_id.in_(list(idents)))
    return list(session().scalars(select(agreement).where(*wanted).order_by(agreement.id)))


def sentence(agreement: ConfidentialityAgreement) -> Words:
    """What whoever is about to make another one should know."""
    return _(
        "%(who)s has an agreement already: %(no)s (%(state)s).",
        who=agreement.counterparty,
        no=agreement.no,
        state=AGREEMENT.states[agreement.state][0],
    )
