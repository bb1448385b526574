"""Work for later, kept as rows in the same transaction as what asks for it; repeatable by design.

A job may run more than once (its worker was killed), so every handler must be idempotent.
Long handlers report progress and notice when somebody cancelled.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, Integer, String, Text, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, clock, rhythm
from portal.kernel.db import Base, Moment, session, transaction
from portal.kernel.errors import Conflict
from portal.kernel.heartbeat import beating
from portal.kernel.leaving import Cancelled, Resting, outcome
from portal.kernel.registry import Registry
from portal.kernel.words import Words, _

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 8
#: A job whose workers died this often is what kills them.
MOST_DEATHS = 24
#: How often a job looks whether what it waits for is back: work goes on within a minute (I3).
WAIT = timedelta(seconds=10)
#: A job that has only waited for this long is given up.
PATIENCE = timedelta(days=7)
ENDED = ("done", "dead", "cancelled")
#: What a job was to do is not done: it is still to run, or was given up and may be taken up again.
#: Named one by one, so that the index finds them among all that have ended.
UNSETTLED = ("ready", "running", "dead")
Handler = Callable[["Job"], dict[str, Any] | None]
Undone = Callable[["Job"], None]


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
    #: The present run: when it began and how much was done by then, the same of where it could last
    #: have been stopped (what is made together begins slowly and ends fast).
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    started_count: Mapped[int] = mapped_column(Integer, default=0)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    moved_count: Mapped[int] = mapped_column(Integer, default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    #: A step that was taken already is completed by it, so nobody may stop it.
    promised: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Kind:
    """How one kind of work is done, what people read beside its bar, and what its failure leaves."""

    act: Handler
    title: Words
    undone: Undone | None
    cancellable: bool


_kinds = Registry[str, Kind]("handler of jobs")


def handler(
    kind: str, title: Words, *, undone: Undone | None = None, cancellable: bool = True
) -> Callable[[Handler], Handler]:
    """Register what does the work of `kind`; `title` is what people read beside the bar.

    `undone` is called in the transaction in which a job of this kind is given up or cancelled,
    so that nothing stays half done. Work that was promised is not `cancellable`.
    Raises `ValueError` when the kind has a handler already.
    """

    def register(act: Handler) -> Handler:
        _kinds.tell(kind, Kind(act, title, undone, cancellable))
        return act

    return register


def title(job: Job) -> Words:
    """What people read beside the progress bar."""
    return _kinds[job.kind].title


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    total: int = 0,
    promised: bool = False,
) -> Job:
    """Add a job to this transaction; with a `key` one that has not begun is reused as it is.

    A job with a key reads what it needs when it runs: the one that waits keeps its own payload
    and moment, whatever this call says. One of the same key that is running may have looked at
    the facts before they changed, so another follows it. Nobody can stop one that is `promised`.
    """
    if key is not None and (found := _asked_before(key)) is not None:
        if found.state in ENDED:
            _renew(found, payload, run_at)
            found.total_count, found.promised = total, promised
        return found
    job = Job(
        kind=kind,
        payload=payload,
        dedupe_key=key,
        run_at=run_at or clock.now(),
        account_id=access.behalf().account_id,
        total_count=total,
        promised=promised,
    )
    try:
        with session().begin_nested():
            session().add(job)
            session().flush()  # the id is wanted for its status page
    except IntegrityError:  # a rival was faster
        if key is None:
            raise
        return enqueue(kind, payload, key=key, run_at=run_at, total=total, promised=promised)
    return job


def _asked_before(key: str) -> Job | None:
    """The job of that key; one that is running gives its key up."""
    query = select(Job).where(Job.dedupe_key == key).with_for_update()
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is not None and found.state == "running":
        found.dedupe_key = None
        session().flush()  # the key is free for the one that follows
        return None
    return found


def _renew(job: Job, payload: dict[str, Any], run_at: datetime | None) -> None:
    """Let an ended job begin anew, for whoever asks now."""
    job.state, job.attempts, job.run_at = "ready", 0, run_at or clock.now()
    job.cancel_asked, job.error, job.payload = False, "", payload
    job.created_at, job.finished_at = clock.now(), None
    job.done_count, job.account_id = 0, access.behalf().account_id


def soon(kind: str) -> None:
    """Let a recurring job run now instead of at its next slot; nothing happens while it runs."""
    key = rhythm.key_of(kind)
    if session().scalar(select(Job.id).where(Job.dedupe_key == key, Job.run_at <= clock.now())):
        return  # due already, or at work
    with transaction():
        found = session().scalar(select(Job).where(Job.dedupe_key == key).with_for_update())
        if found is None:
            enqueue(kind, {}, key=key)
        elif found.state == "ready":
            found.run_at = min(found.run_at, clock.now())


def cancel(job: Job) -> None:
    """Ask a job to stop at its next unit of work; one not started yet stops at once.

    Raises `Conflict` for work that was promised and must be done.
    """
    if not may_cancel(job):
        raise Conflict(_("This work cannot be stopped."))
    job.cancel_asked = True
    if job.state == "ready":
        job.state, job.finished_at = "cancelled", clock.now()
        with access.system():
            _undo(job)


def may_cancel(job: Job) -> bool:
    """Whether stopping the job is possible: it has not ended, and nobody was promised its result."""
    recurring = job.dedupe_key == rhythm.key_of(job.kind)
    kept = recurring or job.promised or not _kinds[job.kind].cancellable
    return job.state not in ENDED and not kept


def try_again(job: Job) -> None:
    """Let a job that was given up begin anew; raises `Conflict` for any other."""
    if job.state != "dead":
        raise Conflict(_("This work was not given up."))
    starter = job.account_id
    _renew(job, job.payload, None)
    job.account_id = starter


def _undo(job: Job) -> None:
    if (undone := _kinds[job.kind].undone) is not None:
        undone(job)


@dataclass(frozen=True)
class Hold:
    """One run of a job: whoever lost its lease holds it no longer, whatever it still believes.

    `stopping` tells whether the worker was asked to end.
    """

    job_id: int
    worker: str
    attempt: int
    stopping: Callable[[], bool] = lambda: False

    def row(self) -> Job | None:
        """The job as it stands now, locked; None when another took it over."""
        query = select(Job).where(
            Job.id == self.job_id,
            Job.worker == self.worker,
            Job.attempts == self.attempt,
            Job.state == "running",
        )
        fresh = query.with_for_update().execution_options(populate_existing=True)
        return session().scalar(fresh)

    def renew(self) -> None:
        """Say that the work goes on, from a thread beside it."""
        with access.acting_as(access.SYSTEM), transaction():
            if (job := self.row()) is not None:
                job.lease_until = clock.now() + LEASE


_held: ContextVar[Hold | None] = ContextVar("held_job", default=None)


def claim(worker: str, only: tuple[str, ...] = (), ident: int | None = None) -> int | None:
    """Take the next job that is due, or one whose worker died; returns its id."""
    with transaction():
        now = clock.now()
        query = select(Job).where(_due(now)).order_by(Job.run_at, Job.id).limit(1)
        if only:
            query = query.where(Job.kind.in_(only))
        if ident is not None:
            query = query.where(Job.id == ident)
        fresh = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        job = session().scalar(fresh)
        if job is None:
            return None
        if deadly := job.state == "running" and job.attempts >= MOST_DEATHS:
            with access.system():
                _end(session().get_one(Job, job.id), "failed", "its workers died")
        else:
            job.state, job.worker = "running", worker
            job.attempts, job.lease_until = job.attempts + 1, now + LEASE
            job.started_at, job.moved_at = now, None
            job.started_count = job.moved_count = job.done_count
    return claim(worker, only, ident) if deadly else job.id


def _due(now: datetime) -> ColumnElement[bool]:
    """Work whose moment has come, or whose worker died.

    Where the clock was put back, what was asked for before does not wait until that moment comes
    again, and a lease that could not have been given is none.
    """
    asked = or_(Job.dedupe_key.is_(None), Job.dedupe_key.not_like(rhythm.key_of("%")))
    untimely = asked & (Job.attempts == 0) & (Job.created_at > now + LEASE)
    ready = (Job.state == "ready") & or_(Job.run_at <= now, untimely)
    lease = or_(Job.lease_until < now, Job.lease_until > now + 2 * LEASE)
    return or_(ready, (Job.state == "running") & lease)


def run(job_id: int, worker: str, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do a claimed job, and record how it ended; only its holder may (a late zombie may not)."""
    with access.acting_as(access.SYSTEM):
        job = session().get(Job, job_id, populate_existing=True)
        if job is None or job.worker != worker or job.state != "running":
            return
        hold = Hold(job.id, worker, job.attempts, stopping)
        token = _held.set(hold)
        try:
            with beating(hold.renew, LEASE.total_seconds() / 3):
                result = _kinds[job.kind].act(job)
        except Exception as reason:
            session().rollback()
            how, noted = outcome(reason)
            _finish(hold, how, noted)
            if how == "failed":
                raise
        else:
            _finish(hold, "done", result=result or {})
        finally:
            _held.reset(token)


def _finish(hold: Hold, how: str, error: str = "", result: dict[str, Any] | None = None) -> None:
    """Write down how a run ended, unless another has taken the job over."""
    with transaction():
        if (job := hold.row()) is not None:
            job.result = job.result if result is None else result
            _end(job, how, error)


def _end(job: Job, how: str, error: str) -> None:
    """End a run: ``done``, ``cancelled``, ``waiting``, ``resting`` or ``failed``."""
    again = _next_run(job, how)
    if again is None:
        job.state, job.finished_at = how if how in ENDED else "dead", clock.now()
    else:
        job.state, job.run_at = "ready", again
    if how in ("waiting", "resting"):
        job.attempts -= 1  # only failures count towards giving up
    elif again is not None and how == "done":
        job.attempts, job.created_at = 0, again  # its next run is a new one
    job.lease_until, job.error = None, error[:2000]
    if job.state in ("dead", "cancelled"):
        _undo(job)


def _next_run(job: Job, how: str) -> datetime | None:
    """When the job runs again; None when it has ended."""
    now = clock.now()
    if how == "resting":
        return now
    if how == "waiting" and now - job.created_at < PATIENCE:
        return now + with_jitter(WAIT)
    if how == "failed" and job.attempts < MOST_ATTEMPTS:
        return now + backoff(job.attempts)
    return rhythm.due_again(job.kind, job.dedupe_key)


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failure: 2, 4, 8 … seconds with some jitter, about four minutes in all.

    That is for faults of the moment; a job that needs a part which is away waits for it instead.
    """
    return with_jitter(timedelta(seconds=2**attempts))


def with_jitter(wait: timedelta) -> timedelta:
    """Up to a quarter longer, so that what failed together does not come back together."""
    return wait * (1 + secrets.randbelow(25) / 100)


def progress(
    job: Job, done: int, total: int | None = None, *, restful: bool = False, within: bool = False
) -> None:
    """Report how far a job is, renew its lease; raises `Cancelled` when somebody asked to stop,
    or when the lease was lost and another worker has the job.

    Commits: call it between units of work, never inside a transaction. `restful`: the work is long
    and can go on from here, so a worker that was told to end leaves it here (raises `Resting`).
    `within`: what was begun together is not finished yet, so nobody's wish stops it here.
    """
    hold = _held.get() or Hold(job.id, job.worker, job.attempts)
    with transaction():
        row = hold.row()
        if row is None:
            raise Cancelled
        now = clock.now()
        if not within and done > row.moved_count:
            row.moved_at, row.moved_count = now, done
        row.done_count, row.total_count = done, total if total is not None else row.total_count
        row.lease_until = now + LEASE
        stop = row.cancel_asked and not within
    if stop:
        raise Cancelled
    if restful and hold.stopping():
        raise Resting


def drain(worker: str = "inline", only: tuple[str, ...] = ()) -> int:
    """Do everything that is due, in this thread; returns how many jobs ran."""
    count = 0
    while (job_id := claim(worker, only)) is not None:
        run(job_id, worker)
        count += 1
    return count
