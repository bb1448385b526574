"""The background process: takes due jobs one by one, keeps its lease alive, survives any of them."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from portal.kernel import access, clock, jobs, rhythm
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
#: How long people can look up what came of a job.
KEPT = timedelta(days=90)


class Worker:
    """One worker process; `stop()` lets the job in hand finish, or come to a place to go on from."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stop = threading.Event()
        self._planned = False

    def stop(self, *_args: object) -> None:
        """End after the job in hand; may be called from a signal handler, any number of times."""
        self._stop.set()

    def work(self) -> None:
        """Take jobs until told to stop."""
        while not self._stop.is_set():
            if not self.step():
                self._stop.wait(POLL_SECONDS)

    def step(self) -> bool:
        """Do one job that is due; False when there is none, or the database does not answer."""
        try:
            if not self._planned:
                plan()
                self._planned = True
            job_id = jobs.claim(self.name)
        except Exception:
            log.exception("the database did not answer; trying again")
            return False
        finally:
            remove_session()
        if job_id is None:
            return False
        try:
            jobs.run(job_id, self.name, self._stop.is_set)
        except Exception:
            log.exception("job %s failed; it will be tried again", job_id)
        finally:
            remove_session()
        return True


def plan() -> None:
    """Put every recurring job into the table that is not there yet; it is due at once."""
    with access.acting_as(access.SYSTEM), transaction():
        keys = {rhythm.key_of(kind): kind for kind in rhythm.kinds()}
        there = set(session().scalars(select(Job.dedupe_key).where(Job.dedupe_key.in_(keys))))
        for key in keys.keys() - there:
            jobs.enqueue(keys[key], {}, key=key)


@handler("jobs.tidy", _("Tidying up finished work"))
def tidy(job: Job) -> dict[str, Any]:
    """Forget what ended long ago; what was given up stays until somebody looks at it."""
    with transaction():
        old = delete(Job).where(
            Job.state.in_(("done", "cancelled")), Job.finished_at < clock.now() - KEPT
        )
        session().execute(old)
    return {}


rhythm.every("jobs.tidy", timedelta(days=1), clock.NIGHT)
