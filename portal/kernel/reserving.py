"""Keeping certain jobs for oneself until they are done one by one."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, claim, run

log = logging.getLogger(__name__)


@contextmanager
def reserved(job_ids: Sequence[int], worker: str) -> Iterator[tuple[str, list[int]]]:
    """Claim certain jobs, so that no other worker takes them while the block runs.

    Gives the name under which `do_now` may do them, and the ids of those that were free. What was
    not done in the end is given back; a process that is killed loses them as it would any job.
    """
    name = f"{worker}-{secrets.token_hex(4)}"
    got = [ident for ident in job_ids if claim(name, ident=ident) is not None]
    try:
        yield name, got
    finally:
        with transaction():
            kept = select(Job).where(Job.worker == name, Job.state == "running")
            fresh = kept.with_for_update().execution_options(populate_existing=True)
            for job in session().scalars(fresh):
                job.state, job.lease_until, job.attempts = "ready", None, job.attempts - 1


def do_now(job_id: int, worker: str) -> str:
    """Take and do one certain job here, if it is due and nobody has it.

    Returns the state it is in then; a failure is in the job, as if a worker had done it.
    """
    job = session().get_one(Job, job_id, populate_existing=True)
    mine = (job.state, job.worker) == ("running", worker)  # it was `reserved` by this name
    if not mine:
        worker = f"{worker}-{secrets.token_hex(4)}"
        mine = claim(worker, ident=job_id) is not None
    if mine:
        try:
            run(job_id, worker)
        except Exception:
            log.exception("job %s failed; it will be tried again", job_id)
    found = session().get_one(Job, job_id, populate_existing=True)
    return found.state
