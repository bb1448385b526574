"""Every "no" as a page, a fragment or JSON in the reader's words, with the request's number and never a trace."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.kernel import dbtrouble
from portal.kernel.db import session
from portal.kernel.errors import Conflict, Down, Invalid, Refusal, TooMany, Unmet
from portal.kernel.words import Words, _
from portal.web.edge import asked
from portal.web.edge.addresses import local_path

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every refusal and every failure of every page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, stopped)
    app.register_error_handler(StaleDataError, lambda _reason: refused(Conflict(OVERTAKEN)))
    app.register_error_handler(IntegrityError, collided)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(InternalError, perhaps_away)
    app.register_error_handler(Exception, failed)


OVERTAKEN = _(
    "Somebody else changed this a moment ago. Open it again to see what stands there now."
)
STALE_FORM = _(
    "This form was open for too long. Go back, load the page again and send it once more."
)


def refused(reason: Refusal) -> Response:
    """A business "no": its own sentence, the fields it names, what is missing, when to try again."""
    fields = reason.fields if isinstance(reason, Invalid) else {}
    missing = list(reason.missing) if isinstance(reason, Unmet) else list(fields.values())
    later = reason.retry_after if isinstance(reason, TooMany | Down) else 0
    return page(reason.status, str(reason), missing=missing, fields=fields, retry_after=later)


def stopped(reason: HTTPException) -> Response:
    """What HTTP itself refuses; redirects pass as they are."""
    if reason.code is None or reason.code < 400:
        return make_response(reason.get_response())
    said = str(STALE_FORM) if isinstance(reason, CSRFError) else ""
    answer = page(reason.code, said, retry_after=getattr(reason, "retry_after", None) or 0)
    for name, value in reason.get_headers():
        if name in ("Allow", "Content-Range"):
            answer.headers[name] = value
    return answer


def collided(reason: IntegrityError) -> Response:
    """Two acts at one moment met in the database; whoever came second looks again."""
    log.error("request %s: %s", number(), type(reason.orig).__name__, exc_info=reason)
    session().rollback()
    return refused(Conflict(OVERTAKEN))


def database_away(reason: OperationalError | InternalError) -> Response:
    """The database does not answer, is busy for longer than one waits, or cannot be written; or it
    undid this act because another one got in its way.
    """
    log.error("request %s: %s", number(), type(reason.orig).__name__, exc_info=reason)
    session().rollback()
    return refused(Conflict(OVERTAKEN) if dbtrouble.crossed(reason) else dbtrouble.meant(reason))


def perhaps_away(reason: InternalError) -> Response:
    """PostgreSQL counts "read only" and "stood still for too long" among faults of the program."""
    away = dbtrouble.read_only(reason) or dbtrouble.ended(reason)
    return database_away(reason) if away else failed(reason)


def failed(reason: Exception) -> Response:
    """A fault of the program: the log gets everything, the reader the number to ask by."""
    log.error("request %s: %s %r failed", number(), request.method, request.path, exc_info=reason)
    session().rollback()
    return page(500)


def number() -> str:
    """The request's number."""
    return str(g.get("request_id", "-"))


def page(
    code: int,
    said: str = "",
    *,
    missing: list[Words] | None = None,
    fields: dict[str, Words] | None = None,
    retry_after: int = 0,
) -> Response:
    """The answer in the kind that was asked for."""
    if asked.for_data():
        words = {name: str(sentence) for name, sentence in (fields or {}).items()}
        body: dict[str, Any] = {"error": said, "code": code, "request_id": number()}
        body |= {"fields": words} if words else {}
        body |= {"missing": [str(line) for line in missing]} if missing and not words else {}
        answer = jsonify(body)
    else:
        answer = make_response(_drawn(code, said, missing or [], retry_after))
    answer.status_code = code
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    if code == 401 and asked.by_htmx():  # the page stays, with what is typed in it, and is told
        answer.headers["HX-Reswap"], answer.headers["HX-Trigger"] = "none", "session-ended"
    return answer


def _came_from() -> str:
    """The page of ours that led here, so that one can go on from there."""
    asked_from = urlsplit(request.referrer or "")
    if asked_from.netloc != request.host:
        return ""
    page_before = local_path(asked_from._replace(scheme="", netloc="", fragment="").geturl())
    again = request.method == "GET" and page_before == request.full_path.rstrip("?")
    return "" if again else page_before


def _drawn(code: int, said: str, missing: list[Words], retry_after: int) -> Response | str:
    """The page; without the person's frame when that cannot be drawn; at worst one plain line."""
    if code >= 500:
        g.waiting = 0  # counting what waits may be just what failed
    for _try in range(2):
        try:
            return render_template(
                "error.html",
                code=code,
                text=said,
                missing=missing,
                request_id=number(),
                retry_after=retry_after,
                back=_came_from(),
            )
        except Exception:
            log.exception("request %s: its error page failed too", number())
            g.person = None
    return Response(f"{code}: request {number()}\n", mimetype="text/plain")
