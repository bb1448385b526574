"""A company of the examples that can begin its work: people, rules, agreements in force, templates."""

from __future__ import annotations

from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import transaction
from portal.organization.accounts import UserAccount
from portal.seed import people, rules


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
        library.install_built_in(into_use=True)
    return accounts
