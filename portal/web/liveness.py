"""Whether the process answers, and whether the database behind it does; for watchers, without a session."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.kernel.db import session
from portal.web.routes import needs

pages = Blueprint("liveness", __name__, url_prefix="/status")


@pages.get("", strict_slashes=False)
@needs("public", unasked=True)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/ready")
@needs("public", unasked=True)
def ready() -> tuple[Response, int]:
    """The database answers too; how, is nobody's business out here."""
    try:
        session().execute(select(1))
    except SQLAlchemyError:
        session().rollback()
        return jsonify(database="away"), 503
    return jsonify(database="ok"), 200
