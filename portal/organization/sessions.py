"""Signing in and staying signed in: server-side sessions that end when we say so."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm.exc import StaleDataError

from portal.kernel import access, audit, clock
from portal.kernel.actor import Actor
from portal.kernel.db import if_free, session, transaction
from portal.kernel.errors import Invalid
from portal.kernel.words import _
from portal.organization import passwords
from portal.organization.accounts import SignIn, UserAccount, signed_in
from portal.organization.identity import Person, actor_of
from portal.organization.models import Employee

SEEN_EVERY = timedelta(minutes=1)


def sign_in(username: str, password: str, ip: str, agent: str, hours: int) -> str:
    """Check the password and open a session; returns the token for the cookie.

    Raises `Invalid` (the same for an unknown name, a wrong password and a closed account) and
    `TooMany`. Every try is logged.
    """
    name = username.strip()[:64]
    tries = (passwords.name_key(name), f"{passwords.PLACE}{ip}")
    passwords.count_try(*tries)
    with access.acting_as(access.SYSTEM):
        account = _named(name)
        right = passwords.matches(account.password_hash if account else None, password)
        if account is None or not right or account.state != "active" or _has_left(account):
            with transaction():
                audit.note_thing(
                    "user_account",
                    account.id if account else None,
                    "sign_in_refused",
                    result="denied",
                    changes={"username": name},
                )
            raise Invalid({"password": _("The user name or the password is wrong.")})
        whom = actor_of(account)
    return _opened(whom, tries, ip, agent, hours)


def _named(name: str) -> UserAccount | None:
    """The account of that name, else the one whose name differs in capital letters alone."""
    alike = func.lower(UserAccount.username) == name.lower()
    query = select(UserAccount).where(or_(UserAccount.username == name, alike))
    return session().scalar(query.order_by(UserAccount.username != name, UserAccount.id).limit(1))


def _opened(whom: Actor, tries: tuple[str, ...], ip: str, agent: str, hours: int) -> str:
    """Open the session in the name of whose it is, so that the log says so."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with access.acting_as(whom), transaction(), access.system():
        passwords.forget_tries(*tries)
        session().add(
            SignIn(
                id_hash=_hash(token),
                account_id=whom.account_id,
                ip=ip[:45],
                agent=agent[:200],
                expires_at=now + timedelta(hours=hours),
            )
        )
        signed_in(whom.account_id, now)
        audit.note_thing("user_account", whom.account_id, "sign_in", changes={"ip": ip})
    return token


def who(token: str) -> tuple[Person, Actor] | None:
    """The person and actor behind a token; None when the session ended, expired or the person left."""
    with access.acting_as(access.SYSTEM):
        query = (
            select(SignIn, UserAccount, Employee)
            .join(UserAccount, UserAccount.id == SignIn.account_id)
            .outerjoin(Employee, Employee.id == UserAccount.employee_id)
            .where(SignIn.id_hash == _hash(token), SignIn.expires_at > clock.now())
        )  # everything about who it is in one statement: this runs at every request
        found = session().execute(query).one_or_none()
        if found is None:
            return None
        row, account, _employee = found
        if account.state != "active" or _has_left(account):
            return None
        if clock.now() - row.seen_at > SEEN_EVERY and not _still_there(row.id_hash):
            return None
        person = Person(
            account.id,
            account.name,
            account.employee_id,
            account.locale,
            account.username,
            account.must_change,
            not account.unasked,
        )
        return person, actor_of(account)


def _still_there(id_hash: str) -> bool:
    """Note that the session is in use; False when it was ended in this moment."""
    try:
        with if_free():
            session().get_one(SignIn, id_hash, with_for_update=True).seen_at = clock.now()
    except (NoResultFound, StaleDataError):
        return False
    return True


def sign_out(token: str) -> None:
    """End this session."""
    with transaction(), access.system():
        row = session().get(SignIn, _hash(token), with_for_update=True)
        if row is not None:
            audit.note_thing("user_account", row.account_id, "sign_out")
            session().delete(row)


def end_sessions(account_id: int, but: str = "") -> None:
    """End every session of an account, except perhaps the one with token `but`."""
    session().execute(
        delete(SignIn).where(SignIn.account_id == account_id, SignIn.id_hash != _hash(but))
    )


def _has_left(account: UserAccount) -> bool:
    """Whether the person behind the account is gone, though it may not be closed yet."""
    if account.employee_id is None:
        return False
    employee = session().get(Employee, account.employee_id)
    return employee is not None and employee.has_left


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
