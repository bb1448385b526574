"""What waits for a person: open approval steps they may decide, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.engines.approval import rounds
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


def waiting() -> list[Waiting]:
    """The open steps the person acting may decide; what they cannot see or may not decide is not there."""
    actor = access.current()
    found = []
    for step in rounds.pending_for(actor):
        record = session().get(kind(step.subject_type), step.subject_id)
        if record is not None and rounds.barred(step, record, actor) is None:
            found.append(Waiting(record, step.who, step.requested_at, step.due_at))
    return found
