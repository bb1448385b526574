"""A company of the examples that can begin its work: people, rules, agreements in force, templates."""

from __future__ import annotations

from sqlalchemy import select

from portal.documents.models import DocumentTemplate
from portal.documents.word_templates import library
from portal.documents.workflows import TEMPLATE
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.accounts import UserAccount
from portal.seed import people, rules, walk


def company(password: str, *, cleared: bool = True) -> dict[str, UserAccount]:
    """Make it in an empty database, with one password for all; the accounts by user name.

    `cleared`: with agreements in force that are kept on paper elsewhere.
    """
    with access.acting_as(access.SYSTEM):
        with transaction():
            accounts = people.staff(password)
            rules.approval_rules()
            if cleared:
                people.clear(accounts)
        library.install_built_in()
    _put_into_use(accounts)
    return accounts


def _put_into_use(accounts: dict[str, UserAccount]) -> None:
    """Legal approves every template and its head puts it into use, as in a real company (R10.5)."""
    for name, step in (("legal", "approve"), ("legal_head", "activate")):
        with walk.person(accounts, name):
            for template in session().scalars(select(DocumentTemplate)):
                TEMPLATE.advance(template, step)
