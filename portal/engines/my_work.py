"""What waits for a person: open approval steps they may decide, then records whose state calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select, union_all

from portal.engines.approval import deciders
from portal.engines.approval.models import Approval
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.record import Staged, kind, kinds
from portal.kernel.words import Words, _
from portal.kernel.worked_out import follows_rules


@dataclass(frozen=True)
class Waiting:
    """One thing to do: the record, why it waits, since when and until when."""

    record: Any
    why: Words
    since: datetime
    due: datetime | None


def waiting(most: int) -> list[Waiting]:
    """What the person acting has to do, at most so many: decisions first, the most urgent first."""
    decisions = _decisions(most)
    return [*decisions, *_called(most - len(decisions))]


def _decisions(most: int) -> list[Waiting]:
    """The open steps they may decide; the others are not there for them.

    One statement for the steps and one for each kind of record among them.
    """
    query = deciders.waiting_for(access.current()).order_by(Approval.due_at, Approval.id)
    steps = list(session().scalars(query.limit(most)))
    idents: dict[str, list[int]] = defaultdict(list)
    for step in steps:
        idents[step.subject_type].append(step.subject_id)
    records = {
        (name, record.id): record
        for name, wanted in idents.items()
        for record in session().scalars(select(kind(name)).where(kind(name).id.in_(wanted)))
    }
    return [
        Waiting(record, _("asked of: %(who)s", who=step.who), step.requested_at, step.due_at)
        for step in steps
        if (record := records.get((step.subject_type, step.subject_id))) is not None
    ]


def _called(most: int) -> list[Waiting]:
    """Records whose state calls them, the longest untouched first."""
    found = []
    for model, query in _callings(access.current()):
        rows = session().scalars(query.order_by(model.updated_at, model.id).limit(max(0, most)))
        why = model.workflow.waits_for | model.workflow.called_for
        found += [Waiting(row, why[row.state], row.updated_at, None) for row in rows.unique()]
    return sorted(found, key=lambda one: one.since)[: max(0, most)]


def _callings(who: access.Actor) -> Iterator[tuple[Any, Select[Any]]]:
    """Each kind of record that calls a person in some state, and the query for those records."""
    for model in kinds().values():
        if not issubclass(model, Staged):
            continue
        for state, called in model.workflow.calls.items():
            theirs = access.open_to(model, called, who)
            if theirs is None:
                continue
            query = select(model).where(model.state == state, theirs)
            unless = model.workflow.calls_unless.get(state)
            yield model, query if unless is None else query.where(~getattr(model, unless))


def count(most: int) -> int:
    """How many things wait for the person acting, in one statement, counted no further than `most`."""
    return session().scalar(_counting(access.current(), most)) or 0


@follows_rules
@lru_cache(512)
def _counting(who: access.Actor, most: int) -> Select[int]:
    """Every page asks this, so the statement is kept for who has equal rights."""
    parts: list[Select[Any]] = [deciders.waiting_for(who).with_only_columns(Approval.id)]
    parts += [query.with_only_columns(model.id) for model, query in _callings(who)]
    return select(func.count()).select_from(union_all(*parts).limit(most).subquery())
