"""By which doors somebody comes upon a paper, and how a reason to see it ends."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.models import AccessGrant, Document
from portal.documents.sharing import custody, reading
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.organization.models import Department, Employee
from portal.seed import walk
from tests.portal.documents.conftest import Company

EVERY = {"page", "picture", "list", "search", "count", "suggestion"}


def doors(company: Company, name: str, paper: int) -> set[str]:
    """The doors that tell this person anything of the paper."""
    with access.acting_as(access.SYSTEM):
        row = session().get_one(Document, paper)
        number, title = row.no, row.title
    browser, found = company.browser(name), set[str]()
    for door, at in (("page", f"/papers/{paper}"), ("picture", f"/papers/{paper}/pdf/1/1.webp")):
        if browser.get(at).status_code == 200:
            found.add(door)
    link = re.compile(rf'href="/(papers/|documents/document/details/\?id=){paper}["?#]')
    for door, at in (("list", "/documents/document/"), ("search", f"/search?q={number}")):
        if link.search(browser.get(at).text):
            found.add(door)
    if '<span class="count">' in browser.get(f"/search?q={number}").text.partition("<main")[2]:
        found.add("count")
    if any(title in one for one in browser.get(f"/search/suggest?q={title[:3]}").json or ()):
        found.add("suggestion")
    return found


def place(company: Company, code: str) -> int:
    """The id of a department."""
    with access.acting_as(access.SYSTEM):
        return session().scalars(select(Department.id).where(Department.code == code)).one()


def move(company: Company, name: str, code: str) -> None:
    """Somebody works in another department from now on."""
    there = place(company, code)
    with access.acting_as(access.SYSTEM), transaction():
        ident = company.accounts[name].employee_id
        session().get_one(Employee, ident).department_id = there


def uncleared(company: Company, name: str) -> None:
    """The person's agreement ended yesterday."""
    whose = ConfidentialityAgreement.employee_id == company.accounts[name].employee_id
    with access.acting_as(access.SYSTEM), transaction():
        yesterday = clock.today() - timedelta(days=1)
        session().execute(update(ConfidentialityAgreement).where(whose).values(end_on=yesterday))


def made_secret(company: Company, paper: int) -> None:
    """Legal names a custodian and makes the paper secret; the work of it is done."""
    with walk.person(company.accounts, "legal_head"):
        document = reading.document_seen(paper)
        custody.name_custodian(document, company.accounts["hr_head"].employee_id, "A 櫃")
        custody.classify(document, "secret", "未公開")
    walk.work()


def revoked(company: Company, at: str) -> None:
    """Legal takes the newest grant back at this door."""
    with access.acting_as(access.SYSTEM):
        ident = session().scalars(select(AccessGrant.id).order_by(AccessGrant.id.desc())).first()
    sent: dict[str, Any] = {"given": ident, "revoke_reason": "已無需要"}
    assert company.browser("legal").post(at, data=sent).status_code == 302


def forget_labels(paper: int) -> None:
    """As a release before wrote the paper's labels: none of departments or records."""
    with access.acting_as(access.SYSTEM), transaction():
        label = Document.__mapper__.relationships["labels"].mapper.class_
        later = label.label.like("d:%") | label.label.like("r:%")
        session().execute(delete(label).where(label.document_id == paper, later))
