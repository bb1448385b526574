"""What waits for a person: open approval steps they may decide, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.engines.approval import rounds
from portal.engines.approval.models import Approval
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.record import kind
from portal.kernel.words import Words


@dataclass(frozen=True)
class Waiting:
    """One thing to decide: the record, which step, since when and until when."""

    record: Any
    who: Words
    since: datetime
    due: datetime | None


def waiting(most: int) -> list[Waiting]:
    """The first open steps the person acting may decide; the others are not there for them.

    One statement for the steps and one for each kind of record among them.
    """
    query = rounds.waiting_for(access.current()).order_by(Approval.due_at, Approval.id)
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
        Waiting(record, step.who, step.requested_at, step.due_at)
        for step in steps
        if (record := records.get((step.subject_type, step.subject_id))) is not None
    ]


def count(most: int) -> int:
    """How many steps wait for the person acting, counted no further than `most`."""
    idents = rounds.waiting_for(access.current()).with_only_columns(Approval.id)
    return session().scalar(select(func.count()).select_from(idents.limit(most).subquery())) or 0
