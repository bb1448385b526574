"""The background process: takes due jobs one by one, keeps its lease alive, survives any of them."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session, transaction

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5

_recurring: list[tuple[str, timedelta]] = []


def every(kind: str, interval: timedelta) -> None:
    """Run the job `kind` once per interval, however many workers there are."""
    _recurring.append((kind, interval))


class Worker:
    """One worker process; `stop()` lets the job in hand finish."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stop = threading.Event()

    def stop(self, *_args: object) -> None:
        """End after the job in hand."""
        self._stop.set()

    def work(self) -> None:
        """Take jobs until told to stop."""
        while not self._stop.is_set():
            try:
                self._plan()
                job_id = jobs.claim(self.name)
            except Exception:
                log.exception("the database did not answer; trying again")
                job_id = None
            finally:
                remove_session()
            if job_id is None:
                self._stop.wait(POLL_SECONDS)
            else:
                self._do(job_id)

    def _do(self, job_id: int) -> None:
        beat = Heartbeat(job_id, self.name)
        beat.start()
        try:
            jobs.run(job_id, self.name)
        except Exception:
            log.exception("job %s failed; it will be tried again", job_id)
        finally:
            beat.end()
            remove_session()

    def _plan(self) -> None:
        """Put every recurring job whose interval has begun into the table, once."""
        for kind, interval in _recurring:
            slot = int(clock.now().timestamp() // interval.total_seconds())
            key = f"{kind}@{slot}"
            with access.acting_as(access.SYSTEM):
                if session().scalar(select(jobs.Job.id).where(jobs.Job.dedupe_key == key)) is None:
                    with transaction():
                        jobs.enqueue(kind, {}, key=key)


class Heartbeat(threading.Thread):
    """Renews a job's lease from beside, so that a long conversion is not taken for dead."""

    def __init__(self, job_id: int, worker: str) -> None:
        super().__init__(daemon=True)
        self.job_id, self.worker = job_id, worker
        self._over = threading.Event()

    def end(self) -> None:
        """Stop renewing and wait for the thread."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Renew every third of a lease until the job is over."""
        while not self._over.wait(jobs.LEASE.total_seconds() / 3):
            try:
                self._renew(clock.now() + jobs.LEASE)
            except Exception:
                log.exception("the lease of job %s could not be renewed", self.job_id)
            finally:
                remove_session()

    def _renew(self, until: datetime) -> None:
        with transaction():
            job = session().scalar(
                select(jobs.Job).where(jobs.Job.id == self.job_id, jobs.Job.worker == self.worker)
            )
            if job is not None and job.state == "running":
                job.lease_until = until
