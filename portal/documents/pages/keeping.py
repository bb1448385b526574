"""Putting a paper under legal hold and lifting it again."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.documents.archive import retention
from portal.documents.pages.paper import refused_on
from portal.documents.sharing import reading
from portal.kernel.db import transaction
from portal.kernel.words import _
from portal.web.routes import needs

pages = Blueprint("paper_keeping", __name__, url_prefix="/papers")


@pages.post("/<int:ident>/hold")
@needs("signed-in", duty="paper.hold")
@refused_on("signing", hold_reason=_("Reason"))
def hold(ident: int) -> Response:
    """Set the legal hold, or lift it with `on` = 0; Legal says why (R10.6)."""
    with transaction():
        document = reading.document_seen(ident)
        on = request.form.get("on", "1") != "0"
        retention.hold(document, on, request.form.get("hold_reason", ""))
    return redirect(url_for("papers.show", ident=ident, tab="signing"))
