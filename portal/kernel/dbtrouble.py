"""What a database's trouble means to people: it does not answer, has no room, or must not be written."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from portal.kernel.errors import Down
from portal.kernel.words import _

#: The codes of SQLite (the low byte) and of PostgreSQL.
FULL, READ_ONLY = (13, "53100"), (8, "25006")
#: PostgreSQL ended a transaction that stood still, or took, for too long.
ENDED = ("25P03", "25P04")
#: It undid one of two transactions that waited for each other, or could not both be.
CROSSED = ("40P01", "40001")


def meant(reason: DBAPIError) -> Down:
    """The refusal that tells people what is the matter and when to come back (I9)."""
    code = _code(reason)
    if code in FULL:
        said = _(
            "There is no room to save anything. What was saved is safe and can be read; the "
            "administrators must make room."
        )
        return Down(said, 60)
    if read_only(reason):
        said = _(
            "Nothing can be saved at the moment. What was saved is safe and can be read; the "
            "administrators must look at the disk."
        )
        return Down(said, 60)
    return Down(_("The database is not answering."))


def read_only(reason: DBAPIError) -> bool:
    """Whether the database may be read but not written, as one on a broken disk or a standby."""
    return _code(reason) in READ_ONLY


def ended(reason: DBAPIError) -> bool:
    """Whether the database ended the transaction because it went on for too long."""
    return _code(reason) in ENDED


def crossed(reason: DBAPIError) -> bool:
    """Whether the database undid one of two acts that got in each other's way."""
    return _code(reason) in CROSSED


def _code(reason: DBAPIError) -> int | str | None:
    state: str | None = getattr(reason.orig, "sqlstate", None)
    number: int | None = getattr(reason.orig, "sqlite_errorcode", None)
    return state if number is None else number & 0xFF
