"""How a piece of work is left before it is done: stopped, put off, or failed."""

from __future__ import annotations

import errno

from sqlalchemy.exc import OperationalError

from portal.kernel.errors import Down

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class Cancelled(Exception):
    """Raised inside a handler when the job was cancelled, or is no longer this worker's."""


class Later(Exception):
    """Raised by a handler when it must wait for something; the job tries again by itself.

    So it does after `Down`, when the database does not answer, and while a disk is full.
    """


class Resting(Exception):
    """Raised between two units of work when the worker was told to end; another goes on from here."""


def outcome(reason: Exception) -> tuple[str, str]:
    """``cancelled``, ``resting``, ``waiting`` or ``failed``, and what to note of it."""
    if isinstance(reason, Cancelled):
        return "cancelled", ""
    if isinstance(reason, Resting):
        return "resting", ""
    full = isinstance(reason, OSError) and reason.errno in NO_ROOM
    if full or isinstance(reason, Later | Down | OperationalError):
        return "waiting", str(reason)
    return "failed", f"{type(reason).__name__}: {reason}"
