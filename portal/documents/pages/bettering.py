"""Bringing a better copy of a signed paper; what becomes of it is on its own page."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.documents.models import Document
from portal.documents.pages.paper import refused_on
from portal.documents.pages.signing import FEWER_BOX, read_files, token
from portal.documents.sharing import reading
from portal.documents.signing import better_copies
from portal.documents.signing.signed_copies import FEWER
from portal.kernel import text
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden
from portal.kernel.words import _
from portal.web import jobs_page
from portal.web.routes import needs

pages = Blueprint("bettering", __name__, url_prefix="/papers")


@pages.post("/<int:ident>/better-copy")
@needs("signed-in")
@refused_on("signing", reason=_("What is wrong with the copy there is"), **FEWER_BOX)
def better_copy(ident: int) -> Response:
    """Take another scan of what was signed; the answer is a page that shows it being stored."""
    document = reading.document_seen(ident)
    if not better_copies.may_bring(document):
        raise Forbidden
    once, because = token(), text.said(request.form.get(FEWER, ""))
    reason = better_copies.reasoned(request.form.get("reason", ""))
    received = better_copies.keep(document, read_files(), once, because)
    with transaction():
        fresh = session().get_one(Document, ident)
        facts = {"reason": reason, FEWER: because}
        job = better_copies.bring(fresh, received, once, facts)
    return jobs_page.accepted(job.id, url_for("papers.show", ident=ident, tab="signing"))


@pages.get("/<int:ident>/better-copy")
@needs("signed-in")
def better_copy_again(ident: int) -> Response:
    """Where a reload of the answer leads: to the paper's seal and signature."""
    return redirect(url_for("papers.show", ident=ident, tab="signing"))
