"""The first two people of a real company: an administrator, and Management who confirms what is entered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from portal.documents.word_templates import library
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.organization import lookups
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Department, Employee, Position
from portal.organization.passwords import hashed
from portal.organization.workflows import EMPLOYEE, ROLE_GRANT
from portal.seed import rules


@dataclass(frozen=True)
class First:
    """One of the first two: the name to sign in with, and the name people read."""

    username: str
    name: str

    @classmethod
    def said(cls, text: str) -> First:
        """Read ``username=Full name``; raises `ValueError` without both."""
        username, _sign, name = text.partition("=")
        if not username.strip() or not name.strip():
            raise ValueError(text)
        return cls(username.strip(), name.strip())


def found(admin: First, management: First) -> list[str]:
    """Make both accounts, the rules of the regulation as proposals and the templates as drafts.

    Power needs two from the first hour: the administrator enters, Management confirms, Legal
    approves the templates (R10.5). Returns the lines with the first passwords, told only once.
    """
    lines = []
    with access.acting_as(access.SYSTEM):
        with transaction():
            place = Department(
                code="MGT", name_hant="管理層", name_hans="管理层", name_en="Management"
            )
            seat = Position(code="P001", title="Management", department=place)
            person = Employee(
                name=management.name, department=place, position=seat, hired_on=clock.today()
            )
            session().add(person)
            session().flush()  # a step locks the row
            EMPLOYEE.advance(person, "join_confirmed", automatic=True)
            for one, role, employee in ((admin, "admin", None), (management, "management", person)):
                password = secrets.token_urlsafe(12)
                _account(one, role, employee, hashed(password))
                lines.append(f"{one.username}: {password}")
            lookups.install()
            rules.approval_rules(confirmed=False)
        library.install_built_in()
    return lines


def _account(one: First, role: str, employee: Employee | None, password_hash: str) -> None:
    account = UserAccount(
        username=one.username, name=one.name, employee=employee, password_hash=password_hash
    )
    session().add(account)
    session().flush()  # the grant needs the account's id
    grant = RoleGrant(
        user=account,
        role=role,
        valid_from=clock.today(),
        reason="founding",
        department=employee.department if employee else None,
    )
    session().add(grant)
    session().flush()  # a step locks the row
    ROLE_GRANT.advance(grant, "confirm", automatic=True)
