"""Filling a database with example people and records; the demonstration prints its logins."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from portal.kernel import access, jobs
from portal.kernel.db import session
from portal.organization.accounts import UserAccount
from portal.seed import begun, demo, people, records

# Printed on screen; only for the local demonstration.
DEMO_PASSWORD = "portal-demo-2026"  # noqa: S105


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    with access.acting_as(access.SYSTEM):
        return session().scalar(select(UserAccount.id).limit(1)) is None


def acceptance(password_file: Path | None) -> str:
    """Make the fixed users and records of the acceptance tests; returns their ids as JSON."""
    password = password_file.read_text().strip() if password_file else secrets.token_urlsafe(12)
    accounts = begun.company(password)
    with access.acting_as(access.SYSTEM):
        made = records.make(accounts)
    ids = {"users": {name: account.id for name, account in accounts.items()}, **made}
    return json.dumps(ids, indent=2, ensure_ascii=False)


def demo_if_empty(say: Callable[[str], None]) -> list[str]:
    """Make the demonstration company where there is nothing yet; returns the lines with the logins."""
    if is_empty():
        say("Preparing the demonstration company …")
        accounts = begun.company(DEMO_PASSWORD, cleared=False)
        with access.acting_as(access.SYSTEM):
            demo.make(accounts, say)
            jobs.drain("seed")
    names = "  ".join(seat.username for seat in people.SEATS[:-1])
    return [f"Password of every demonstration account: {DEMO_PASSWORD}", f"Accounts: {names}"]
