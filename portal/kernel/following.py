"""What one row copies from another: whoever leads takes its followers along, in one transaction.

A contact carries its client's owner, a paper that of its record, because rights are columns of the
row they are asked of. Whatever changes the leading row (form, list, import, step), its followers
say the same before anybody else can read them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.kernel import access
from portal.kernel.db import before_sealing, session, stale

Act = Callable[[Any], None]
_acts: defaultdict[type, list[Act]] = defaultdict(list)


def follows(model: type[Any], act: Act) -> None:
    """Have `act(row)` bring along what copies from a `model` row, whenever one was changed.

    It runs as SYSTEM, once the change is in the database and before the log is sealed; what it
    changes is followed in its turn. It must change nothing where all is well, or it has no end.
    """
    _acts[model].append(act)


@event.listens_for(Session, "after_flush")
def _remember(current: Session, *_args: object) -> None:
    changed = [row for row in current.dirty if current.is_modified(row)]
    current.info.get("followers", []).extend(changed)
    for row in changed:
        if type(row) in _acts and "led" in current.info:
            current.info["led"][type(row), row.id] = None


@before_sealing
def bring_along(current: Session) -> None:
    """Until nothing more changes; a chain of followers ends, as rights form no circle.

    Every transaction does it last. Whoever has something typed to show again when a follower is
    refused (`Refusal`) does it as soon as the leading rows are flushed.
    """
    led: dict[tuple[type[Any], int], None] = current.info.get("led", {})
    while led:
        (model, ident), _nothing = led.popitem()
        followers: list[Any] = []
        with access.system():
            session().info["followers"] = followers
            row = session().get_one(model, ident)
            for act in _acts[model]:
                act(row)
        for one in followers:
            stale(type(one), one.id)  # the session around it read them before
