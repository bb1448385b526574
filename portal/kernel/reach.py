"""What one role alone opens: whoever holds several is asked, and acts, as far as each itself reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from portal.kernel import access
from portal.kernel.access import READ, Rule
from portal.kernel.actor import Actor


def only(actor: Actor, role: str, lent_by: Actor | None = None) -> Actor:
    """The person with nothing but `role`, held in their own right or lent by somebody away."""
    held = tuple(h for h in actor.roles if h.role == role and h.lent_by == lent_by)
    return replace(actor, roles=held, opened=frozenset(), _kept={})


def opens(record: Any, role: str, actor: Actor) -> bool:
    """Whether `role` shows the person this row; one the matrix is silent about takes nothing away."""
    cells = _cells(type(record), role)
    return not cells or any(one.fits(record) and one.label(record) in actor.labels for one in cells)


def rows(model: type, role: str, actor: Actor) -> ColumnElement[bool] | None:
    """The same as a criterion on the rows of a kind; None for all of them."""
    cells = _cells(model, role)
    held = [one for one in cells if one.held_by(actor)]
    if not cells or any(one.scope == "all" and not one.where for one in held):
        return None
    return or_(false(), *(one.criterion(actor, model) for one in held))


def _cells(model: type, role: str) -> list[Rule]:
    return [one for one in access.rules(model, None, READ) if one.role == role]
