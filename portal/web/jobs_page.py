"""Watching work that takes longer than a page: how far it is, stopping it, and where its result is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.kernel import access, clock, duties, jobs
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unseen
from portal.kernel.jobs import Job
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.edge import asked
from portal.web.edge.addresses import local_path
from portal.web.routes import needs

pages = Blueprint("jobs", __name__, url_prefix="/jobs")
#: Below so many finished pieces an estimate of the time left says nothing.
ENOUGH_DONE = 3


@pages.get("/<int:ident>", endpoint="show")
@needs("signed-in")
def show_job(ident: int) -> str:
    """The job's card; it asks for itself again while the work goes on."""
    return render_template("job.html", job=card(_mine(ident), _back()))


def accepted(ident: int, back: str) -> Response:
    """The answer to what was taken and is still being done (202): its card, and where to look again."""
    place = url_for("jobs.show", ident=ident, back=back)
    if asked.for_data():
        answer = jsonify(job=ident, url=place)
    else:
        answer = make_response(render_template("job.html", job=card(_mine(ident), back)))
    answer.status_code = 202
    answer.headers["Location"] = place
    return answer


@pages.post("/<int:ident>/again")
@needs("signed-in")
def again(ident: int) -> Response:
    """Let work that was given up begin anew."""
    with transaction():
        jobs.try_again(_mine(ident, lock=True))
    return redirect(url_for("jobs.show", ident=ident, back=_back() or None), 303)


@pages.post("/<int:ident>/cancel")
@needs("signed-in")
def cancel(ident: int) -> Response:
    """Ask the work to stop; what is done stays done."""
    with transaction():
        job = _mine(ident, lock=True)
        if job.state not in jobs.ENDED:
            jobs.cancel(job)
    return redirect(url_for("jobs.show", ident=ident, back=_back() or None), 303)


def card(job: Job, back: str) -> dict[str, Any]:
    """What `ui.job_card` draws."""
    ended = job.state in jobs.ENDED
    here: dict[str, Any] = {"ident": job.id, "back": back or None}
    return {
        "id": job.id,
        "title": jobs.title(job),
        "state": job.state,
        "done_count": job.done_count,
        "total_count": job.total_count,
        "left": show.span(left) if (left := time_left(job)) and not job.cancel_asked else "",
        "url": url_for("jobs.show", **here),
        "cancel_url": url_for("jobs.cancel", **here) if jobs.may_cancel(job) else "",
        "again_url": url_for("jobs.again", **here) if job.state == "dead" else "",
        "cancel_asked": job.cancel_asked,
        "result_url": back if ended else "",
        "result_text": said(job),
        "error": trouble(job),
        "note": stopping(job) or interrupted(job),
        "missed": missed(job),
    }


def missed(job: Job) -> list[tuple[str, Words]]:
    """What a finished job could not do, each with the reason in words."""
    rows = job.result.get("rows", []) if job.state == "done" else []
    return [(row.get("what", ""), Words.of(row["error"])) for row in rows if "error" in row]


def time_left(job: Job) -> timedelta | None:
    """How long it will still take at the speed of this run so far; None while nobody can say.

    It was reckoned where the work could last be stopped and runs down from there, so it grows only when
    the work turns out to be slower; once it has run out, nothing is said until the next unit.
    """
    done = job.moved_count - job.started_count
    if job.state != "running" or done < ENOUGH_DONE:
        return None
    if job.started_at is None or job.moved_at is None:
        return None
    then = (job.moved_at - job.started_at) * max(0, job.total_count - job.moved_count) / done
    left = then - (clock.now() - job.moved_at)
    return left if left > timedelta() else None


def said(job: Job) -> str:
    """What came of it, where the work counted; the numbers' names are the handlers' own."""
    if job.state != "done":
        return ""
    made, left = job.result.get("issued"), job.result.get("failed")
    if isinstance(made, int) and isinstance(left, int):
        return str(_("%(done)s done, %(missed)s not.", done=made, missed=left))
    return ""


def trouble(job: Job) -> Words | str:
    """What went wrong in words; technical reasons stay in the log and with the administrators."""
    if job.state == "dead":
        return _("The work could not be finished. The administrators see why.")
    if job.state == "ready" and job.error:
        return _("It did not succeed yet and will be tried again by itself.")
    failed = job.result.get("failed")
    return Words.of(failed) if job.state == "done" and isinstance(failed, dict) else ""


def stopping(job: Job) -> Words | str:
    """When work that somebody cancelled will end."""
    if job.state != "running" or not job.cancel_asked:
        return ""
    return _("It stops as soon as what was begun is finished; what is done stays done.")


def interrupted(job: Job) -> Words | str:
    """That the worker which had begun it is gone, and what becomes of the work."""
    if job.state != "running":
        return ""
    if job.lease_until is not None and job.lease_until < clock.now():
        return _("The work was interrupted and is about to be taken up again by itself.")
    if job.attempts > 1 and not job.error:
        return _("The work was interrupted and has been taken up again.")
    return ""


def _mine(ident: int, *, lock: bool = False) -> Job:
    """The job, for whoever started it and for administrators; for others there is none."""
    job = session().get(Job, ident, with_for_update=lock or None, populate_existing=lock)
    who = access.current()
    if job is None or not (job.account_id == who.account_id or duties.has("job.see")):
        raise Unseen
    return job


def _back() -> str:
    return local_path(request.args.get("back", ""))
