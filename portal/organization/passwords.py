"""Passwords: argon2 behind a limiter that counts before it checks, so guessing is slow and cheap to refuse."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from portal.kernel import clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid, TooMany
from portal.kernel.words import _
from portal.organization.accounts import Attempt

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
        for key in keys:
            row = session().scalar(select(Attempt).where(Attempt.key == key).with_for_update())
            if row is None:
                row = Attempt(key=key[:120], count=0, until=now + WINDOW)
                session().add(row)
            elif row.until <= now:
                row.count, row.until = 0, now + WINDOW
            row.count += 1
            if row.count > (MOST_FROM_ONE_PLACE if key.startswith(PLACE) else MOST_TRIES):
                wait = max(wait, int((row.until - now).total_seconds()) + 1)
    if wait:
        raise TooMany(_("Too many tries."), wait)


def name_key(username: str) -> str:
    """Under which key the tries of a user name are counted, however it is typed."""
    return f"name:{username.casefold()}"[:120]


def shut_until(username: str) -> datetime | None:
    """Until when wrong tries keep everybody from signing in by this name; None when they do not."""
    row = session().get(Attempt, name_key(username), populate_existing=True)
    if row is None or row.count < MOST_TRIES or row.until <= clock.now():
        return None
    return row.until


def forget_tries(*keys: str) -> None:
    """A right password clears the count of its name, and takes its own try back from its address."""
    for key in keys:
        row = session().get(Attempt, key[:120], with_for_update=True)
        if row is not None and key.startswith(PLACE) and row.count > 1:
            row.count -= 1
        elif row is not None:
            session().delete(row)
