"""Work for later, kept as rows in the same transaction as what asks for it; repeatable by design.

A job may run more than once (its worker was killed), so every handler must be idempotent.
Long handlers report progress and notice when somebody cancelled.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, clock
from portal.kernel.db import Base, Moment, after_commit, session, transaction
from portal.kernel.words import Words

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
Handler = Callable[["Job"], dict[str, Any] | None]


class Cancelled(Exception):
    """Raised inside a handler when the person who started the job cancelled it."""


class Later(Exception):
    """Raised by a handler when something it needs is down; the job waits and tries again."""


class Job(Base):
    """One piece of work: what, for whom, how far, and who has it until when."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    #: ready → running → done | dead | cancelled
    state: Mapped[str] = mapped_column(String(12), default="ready")
    run_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    worker: Mapped[str] = mapped_column(String(40), default="")
    done_count: Mapped[int] = mapped_column(Integer, default=0)
    total_count: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    #: The account that started it and may watch and cancel it; None for the portal's own.
    account_id: Mapped[int | None] = mapped_column(Integer, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_asked: Mapped[bool] = mapped_column(default=False)


_handlers: dict[str, Handler] = {}
_titles: dict[str, Words] = {}


def handler(kind: str, title: Words) -> Callable[[Handler], Handler]:
    """Register what does the work of `kind`; `title` is what people read beside the bar."""

    def register(act: Handler) -> Handler:
        _handlers[kind], _titles[kind] = act, title
        return act

    return register


def title(job: Job) -> Words:
    """What people read beside the progress bar."""
    return _titles[job.kind]


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    total: int = 0,
) -> Job:
    """Add a job to this transaction; with a `key` an unfinished job of that key is reused."""
    if key is not None:
        found = session().scalar(select(Job).where(Job.dedupe_key == key).with_for_update())
        if found is not None:
            if found.state in ("done", "dead", "cancelled"):
                found.state, found.attempts, found.run_at = "ready", 0, run_at or clock.now()
                found.cancel_asked, found.error, found.payload = False, "", payload
            return found
    job = Job(
        kind=kind, payload=payload, dedupe_key=key, run_at=run_at or clock.now(),
        account_id=access.behalf().account_id, total_count=total,
    )  # fmt: skip
    session().add(job)
    session().flush()  # the id is wanted for its status page
    after_commit(_wake)
    return job


_wakers: list[Callable[[], None]] = []


def on_wake(act: Callable[[], None]) -> None:
    """Tell the worker of this process (tests, `--inline`) that there is something to do."""
    _wakers.append(act)


def _wake() -> None:
    for act in _wakers:
        act()


def claim(worker: str, only: tuple[str, ...] = ()) -> int | None:
    """Take the next job that is due, or one whose worker died; returns its id."""
    with transaction():
        now = clock.now()
        due = (Job.state == "ready") & (Job.run_at <= now)
        lost = (Job.state == "running") & (Job.lease_until < now)
        query = select(Job).where(or_(due, lost)).order_by(Job.run_at, Job.id).limit(1)
        if only:
            query = query.where(Job.kind.in_(only))
        job = session().scalar(query.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.state, job.worker = "running", worker
        job.attempts, job.lease_until = job.attempts + 1, now + LEASE
        job.started_at = job.started_at or now
        return job.id


def do_now(job_id: int, worker: str) -> str:
    """Take and do one certain job here, if nobody has it; returns the state it ended in."""
    with transaction():
        job = session().scalar(
            select(Job)
            .where(Job.id == job_id, Job.state == "ready")
            .with_for_update(skip_locked=True)
        )
        if job is not None:
            job.state, job.worker, job.attempts = "running", worker, job.attempts + 1
            job.lease_until, job.started_at = clock.now() + LEASE, clock.now()
    if job is not None:
        run(job_id, worker)
    found = session().get_one(Job, job_id)
    session().refresh(found)
    return found.state


def run(job_id: int, worker: str) -> None:
    """Do a claimed job, and record how it ended; only its holder may (a late zombie may not)."""
    with access.acting_as(access.SYSTEM):
        job = session().get(Job, job_id)
        if job is None or job.worker != worker or job.state != "running":
            return
        try:
            result = _handlers[job.kind](job)
        except Cancelled:
            _finish(job_id, worker, state="cancelled")
        except Later as reason:
            _finish(job_id, worker, state="ready", error=str(reason))
        except Exception as reason:
            session().rollback()
            _finish(
                job_id, worker, state="ready", error=f"{type(reason).__name__}: {reason}"[:2000]
            )
            if not isinstance(reason, Later):
                raise
        else:
            _finish(job_id, worker, state="done", result=result or {})


def _finish(job_id: int, worker: str, *, state: str, **values: Any) -> None:
    with transaction():
        job = session().scalar(
            select(Job)
            .where(Job.id == job_id, Job.worker == worker)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if job is None or job.state != "running":
            return
        now = clock.now()
        if state == "ready" and job.attempts >= MOST_ATTEMPTS:
            state = "dead"
        job.state, job.lease_until = state, None
        job.run_at = now + backoff(job.attempts) if state == "ready" else job.run_at
        job.finished_at = None if state == "ready" else now
        for name, value in values.items():
            setattr(job, name, value)


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failure: 2, 4, 8 … seconds, at most an hour, with some jitter."""
    seconds: int = min(3600, 2**attempts)
    return timedelta(seconds=seconds * (1 + secrets.randbelow(25) / 100))


def progress(job: Job, done: int, total: int | None = None) -> None:
    """Report how far a job is, renew its lease; raises `Cancelled` when somebody asked to stop.

    Commits: call it between units of work, never inside a transaction.
    """
    with transaction():
        row = session().scalar(
            select(Job)
            .where(Job.id == job.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None or row.worker != job.worker:
            raise Cancelled
        row.done_count, row.total_count = done, total if total is not None else row.total_count
        row.lease_until = clock.now() + LEASE
        stop = row.cancel_asked
    if stop:
        raise Cancelled


def cancel(job: Job) -> None:
    """Ask a job to stop at its next unit of work; one not started yet stops at once."""
    job.cancel_asked = True
    if job.state == "ready":
        job.state, job.finished_at = "cancelled", clock.now()


def drain(worker: str = "inline", only: tuple[str, ...] = ()) -> int:
    """Do everything that is due, in this thread; returns how many jobs ran."""
    count = 0
    while (job_id := claim(worker, only)) is not None:
        run(job_id, worker)
        count += 1
    return count
