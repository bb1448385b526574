"""Passwords: argon2 behind a limiter that counts before it checks, so guessing is slow and cheap to refuse."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.kernel import clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid, TooMany
from portal.kernel.words import _
from portal.organization.accounts import Attempt
from portal.organization.guessing import guessable

MOST_TRIES = 8
#: Wrong tries from one address: a whole office may share it.
MOST_FROM_ONE_PLACE = 60
PLACE = "ip:"
WINDOW = timedelta(minutes=10)
SHORTEST, LONGEST = 10, 200

_hasher = PasswordHasher()
_one_at_a_time = threading.Lock()  # a hash costs 64 MiB; a flood must not cost the machine
_decoy = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """The argon2id hash to keep; raises `Invalid` for a password too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            {"password": _("A password has %(a)s to %(b)s characters.", a=SHORTEST, b=LONGEST)}
        )
    with _one_at_a_time:
        return _hasher.hash(password)


def chosen(password: str, *names: str) -> str:
    """The hash of a password that somebody thought of; `names`: of the account and its person.

    Raises `Invalid` for one too short, too long, or guessed at once.
    """
    if len(password) >= SHORTEST and guessable(password, *names):
        said = _(
            "This password is guessed at once: it repeats itself, follows a row of letters or "
            "digits, or is made of the account's own name. A sentence is best."
        )
        raise Invalid({"password": said})
    return hashed(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is right; as slow for an unknown account as for a wrong password."""
    with _one_at_a_time:
        try:
            return _hasher.verify(kept or _decoy, password[:LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def count_try(*keys: str) -> None:
    """Count one try under each key, in a transaction of its own; raises `TooMany` when it was one too many."""
    wait = 0
    with transaction():
        now = clock.now()
        for key in sorted(keys):
            count, until = _counted(key, now)
            if count > (MOST_FROM_ONE_PLACE if key.startswith(PLACE) else MOST_TRIES):
                wait = max(wait, int((until - now).total_seconds()) + 1)
    if wait:
        raise TooMany(_("Too many tries."), wait)


def name_key(username: str) -> str:
    """Under which key the tries of a user name are counted, however it is typed."""
    return f"name:{username.casefold()}"


def shut_until(username: str) -> datetime | None:
    """Until when wrong tries keep everybody from signing in by this name; None when they do not."""
    row = session().get(Attempt, _kept(name_key(username)), populate_existing=True)
    if row is None or row.count < MOST_TRIES or row.until <= clock.now():
        return None
    return row.until


def _counted(key: str, now: datetime) -> tuple[int, datetime]:
    """One more try, and until when they count; in one statement, as a whole office signs in at nine."""
    connection = session().connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    over = Attempt.until <= now
    counted = insert(Attempt).values(key=_kept(key), count=1, until=now + WINDOW)
    counted = counted.on_conflict_do_update(
        index_elements=[Attempt.key],
        set_={
            "count": case((over, 1), else_=Attempt.count + 1),
            "until": case((over, now + WINDOW), else_=Attempt.until),
        },
    )
    row = connection.execute(counted.returning(Attempt.count, Attempt.until)).one()
    tries, until = row
    return int(tries), until


def forget_tries(*keys: str) -> None:
    """A right password clears the count of its name, and takes its own try back from its address."""
    for key in sorted(keys):
        left = Attempt.count - 1 if key.startswith(PLACE) else 0
        mine = update(Attempt).where(Attempt.key == _kept(key), Attempt.count > 0)
        session().connection().execute(mine.values(count=left))


def _kept(key: str) -> str:
    """Names may be of any length, and need not be readable here."""
    return hashlib.sha256(key.encode()).hexdigest()
