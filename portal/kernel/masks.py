"""What a person must not know of a row they may read: the matrix's masks, and what its paper keeps back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from portal.kernel import access
from portal.kernel.actor import Actor

#: Whether a record is closed to a person beyond what the matrix says.
Closed = Callable[[Any, Actor], bool]

_kept_back: dict[type, tuple[frozenset[str], Closed]] = {}


def keep_back(model: type, fields: Iterable[str], closed: Closed) -> None:
    """Mask these fields as well of every row that is `closed` to a person; only `portal.policy` does."""
    _kept_back[model] = (frozenset(fields), closed)


def kept_back(model: type) -> frozenset[str]:
    """The fields that a row of this kind may keep back beyond the matrix."""
    return _kept_back[model][0] if model in _kept_back else frozenset()


def masked(
    record: Any, actor: Actor | None = None, among: Collection[str] | None = None
) -> frozenset[str]:
    """The fields of this row whose values the person may not know.

    `among`: the only fields of interest; spares asking of the row's paper for the others.
    """
    actor = actor or access.current()
    if actor is access.SYSTEM:
        return frozenset()
    hidden, more = _by_matrix(record, actor), kept_back(type(record))
    if not more <= hidden and (among is None or more & set(among)):
        _fields, closed = _kept_back[type(record)]
        if closed(record, actor):
            hidden |= more
    return hidden


def _by_matrix(record: Any, actor: Actor) -> frozenset[str]:
    """What every rule hides through which the person reads the row."""
    held = access.rules(type(record), actor)
    found = [r.masked for r in held if r.fits(record) and r.label(record) in actor.labels]
    if not found:  # no office opens the row, at most a grant: all is closed that is to anybody
        return _to_anybody(type(record))
    return frozenset.intersection(*found)


def _to_anybody(model: type) -> frozenset[str]:
    """The fields that are masked for somebody in some row."""
    return frozenset[str]().union(*(r.masked for r in access.rules(model)))


def whole(record: Any) -> bool:
    """Whether nothing of the row is hidden from the person acting: then free text about it is told.

    A remark, the reason of a step or an approver's answer may say what a mask hides.
    """
    return not masked(record)


def sometimes_masked(model: type) -> frozenset[str]:
    """Fields masked in at least one row: they can be neither sorted, filtered nor searched."""
    actor = access.current()
    if actor is access.SYSTEM:
        return frozenset()
    held = access.rules(model, actor)
    if any(r.scope == "all" and not r.where and not r.masked for r in held):
        return kept_back(model)
    if access.opened(model, actor):
        return kept_back(model) | _to_anybody(model)
    return kept_back(model).union(*(r.masked for r in held))
