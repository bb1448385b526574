"""What can go wrong in the business, as opposed to in the program; each knows its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from portal.kernel.words import Words, _


class Refusal(Exception):
    """A "no" that a person may read: a translated sentence, never a trace."""

    status: ClassVar[int] = 409

    def __init__(self, message: Words) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Refusal):
    """Bad input: `fields` names each field and what is wrong with it (422)."""

    status = 422

    def __init__(self, fields: Mapping[str, Words]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = dict(fields)


class Unmet(Refusal):
    """A step is not possible yet; `missing` says in sentences what is needed first (409)."""

    def __init__(self, missing: Sequence[Words]) -> None:
        super().__init__(missing[0])
        self.missing = list(missing)


class Conflict(Refusal):
    """The record is in a state, or was changed meanwhile, that makes the act impossible (409)."""


class Forbidden(Refusal):
    """The person sees the thing and may not do this with it (403)."""

    status = 403

    def __init__(self, message: Words | None = None) -> None:
        super().__init__(
            message
            or _("Your role does not include it. Ask the record's owner or the administrators.")
        )


class Unseen(Refusal):
    """For this person the thing does not exist (404)."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is nothing here."))


class TooLarge(Refusal):
    """More bytes, rows or pages than allowed (413)."""

    status = 413


class TooMany(Refusal):
    """Too often; try again after `retry_after` seconds (429)."""

    status = 429

    def __init__(self, message: Words, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Down(Refusal):
    """A part the portal needs is not answering; the rest works (503)."""

    status = 503

    def __init__(self, message: Words, retry_after: int = 15) -> None:
        super().__init__(message)
        self.retry_after = retry_after
