"""Keeping certain jobs for oneself until they are done one by one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, claim


@contextmanager
def reserved(job_ids: Sequence[int], worker: str) -> Iterator[tuple[str, list[int]]]:
    """Keep other workers from certain jobs that `do_now` will do by the name this gives; also which it got.

    What was not done in the end is given back. Whoever is killed meanwhile loses them as any job.
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
