"""The page that registers a paper signed before the portal knew its record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents import incoming, signed, subjects, taking_over
from portal.documents.pages.registering import may_take_over
from portal.documents.pages.signing import read_files, signed_on, token
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.record import kind
from portal.web import jobs_page
from portal.web.routes import needs

pages = Blueprint("taking_over", __name__, url_prefix="/papers/existing")


@pages.get("/<kind_name>/<int:ident>")
@needs("signed-in")
def form(kind_name: str, ident: int) -> str:
    """Where the scan is chosen."""
    return _page(_record(kind_name, ident), {})


@pages.post("/<kind_name>/<int:ident>")
@needs("signed-in")
def register(kind_name: str, ident: int) -> Response | tuple[str, int]:
    """Take the scan or the photos; the answer is a page that shows it being stored."""
    record = _record(kind_name, ident)
    try:
        day = signed_on()
        received = incoming.keep(signed.as_pdf(read_files()))
        with transaction():
            fresh = session().get_one(type(record), record.id)
            facts = {"signed_on": day.isoformat()}
            job = taking_over.take_over(fresh, received, token(), facts)
    except Invalid as reason:
        return _page(_record(kind_name, ident), reason.fields), 422
    return jobs_page.accepted(job.id, _details(record))


def _page(record: Any, problems: dict[str, Any]) -> str:
    return render_template(
        "papers/existing.html", record=record, problems=problems, back=_details(record),
        typed=request.form.get("signed_on", ""),
    )  # fmt: skip


def _details(record: Any) -> str:
    return url_for(f"{record.__tablename__}.details_view", id=record.id)


def _record(kind_name: str, ident: int) -> Any:
    if kind_name not in subjects.names():
        raise Unseen
    found = session().get(kind(kind_name), ident)
    if found is None:
        raise Unseen
    if not may_take_over(found):
        raise Forbidden
    return found
