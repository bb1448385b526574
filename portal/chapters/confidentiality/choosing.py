"""Whom an agreement can be issued to: everybody without one, found by name, number or department."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from portal.chapters.confidentiality import doubles
from portal.chapters.confidentiality.issuing import MOST
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.kernel.db import session
from portal.organization.models import Department, Employee
from portal.web.record_view import listing

#: What a word that was typed is looked for in.
COLUMNS = (
    Employee.no,
    Employee.name,
    Employee.name_en,
    Department.name_hant,
    Department.name_hans,
    Department.name_en,
)


@dataclass(frozen=True)
class Choice:
    """Who matches what is sought, whether there are more, and who was chosen before and does not."""

    people: list[Employee]
    more: bool
    besides: list[Employee]


def among(sought: str, chosen: Collection[int]) -> Choice:
    """Those who work here and have no agreement, by number: who matches, and who stays chosen."""
    matching = _without().where(listing.holding_all(listing.terms_of(sought), COLUMNS))
    found = list(session().scalars(matching.limit(MOST + 1)))
    people = found[:MOST]
    left = set(chosen) - {one.id for one in people}
    besides = list(session().scalars(_without().where(Employee.id.in_(left)))) if left else []
    return Choice(people, len(found) > MOST, besides)


def _without() -> Select[Employee]:
    agreement = ConfidentialityAgreement
    with_one = select(agreement.employee_id).where(agreement.kind == "employee", doubles.standing())
    query = select(Employee).join(Employee.department).options(contains_eager(Employee.department))
    query = query.where(Employee.state != "left", Employee.id.not_in(with_one))
    return query.order_by(Employee.no)
