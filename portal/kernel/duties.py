"""Named duties: what people do beside reading, changing and moving records, and whose it is.

The matrix says who may what on a kind of record, a workflow who takes a step. Everything else one
does by one's role (putting a paper on hold, using the seal) is a duty: policy gives it to shapes of
labels (`kernel.access`), every door asks here. Who does it for another reason as well (the
custodian of this very paper) stands where the act is.
"""

from __future__ import annotations

from typing import Any

from portal.kernel import access, reach
from portal.kernel.actor import Actor
from portal.kernel.errors import Forbidden

_given: dict[str, dict[type | None, tuple[str, ...]]] = {}


def give(name: str, *who: str, on: type | None = None) -> None:
    """Give a duty to `who` (``legal.all``), on one kind of record or at all; only policy does."""
    _given.setdefault(name, {})[on] = who


def forget() -> None:
    """Take back every duty, so that they can be given anew (application start, tests)."""
    _given.clear()


def given() -> dict[str, frozenset[str]]:
    """Every duty with all who have it, on whatever kind of record."""
    return {name: frozenset().union(*by_kind.values()) for name, by_kind in _given.items()}


def has(name: str, record: Any = None, actor: Actor | None = None) -> bool:
    """Whether the person has the duty, on this record where it is of one kind or of one's own.

    Where it is of one kind, a role does it with the rows the matrix shows that very role.

    Raises `KeyError` for a duty nobody was ever given.
    """
    by_kind, who = _given[name], actor or access.current()
    if who is access.SYSTEM or type(record) not in by_kind:
        return access.fits(record, by_kind.get(None, ()), who)
    return any(
        access.fits(record, (one,), who) and reach.opens(record, one.partition(".")[0], who)
        for one in by_kind[type(record)]
    )


def somewhere(name: str) -> bool:
    """Whether the person acting has the duty at all, be it on one kind of record alone."""
    return any(access.fits(None, who, access.current()) for who in _given[name].values())


def roles(name: str) -> frozenset[str]:
    """The roles a duty is given to, however far they reach."""
    found = frozenset[str]().union(*_given[name].values())
    return frozenset(who.partition(".")[0] for who in found)


def require(name: str, record: Any = None) -> None:
    """Raise `Forbidden` unless the person acting has the duty, on `record` where it is of one kind."""
    if not has(name, record):
        raise Forbidden
