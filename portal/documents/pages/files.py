"""The bytes of papers: one page as a picture, one file as a download; logged before the first byte."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.documents.models import Document, DocumentVersion
from portal.documents.papers import checkout
from portal.documents.sharing import reading
from portal.kernel.db import session
from portal.kernel.errors import Unseen
from portal.kernel.record import seen
from portal.kernel.words import _
from portal.web.downloads import attachment
from portal.web.record_view import parsing
from portal.web.routes import needs

pages = Blueprint("paper_files", __name__)


@pages.get("/papers/<int:ident>/<any(pdf, signed_scan):kind>/<int:number>/<int:at>.webp")
@needs("signed-in")
def page(ident: int, kind: str, number: int, at: int) -> Response:
    """One page of one version, watermarked from *confidential* up."""
    document = reading.document_seen(ident)
    dpi = 160 if request.args.get("size") == "large" else 100
    copy = parsing.ident(request.args.get("copy", ""))
    picture = reading.page(document, kind, number, at, dpi=dpi, copy=copy)
    return Response(picture, mimetype="image/webp", headers={"Cache-Control": "private, no-store"})


@pages.get("/papers/<int:ident>/files/<int:version_id>")
@needs("signed-in")
def download(ident: int, version_id: int) -> Response:
    """One file of the paper, under its own name, never shown inside the browser."""
    document = reading.document_seen(ident)
    return handed(reading.download(document, seen(DocumentVersion, version_id)))


@pages.get("/papers/<int:ident>/working-file")
@needs("signed-in")
def working_file(ident: int) -> Response:
    """The Word file for whoever checked the paper out."""
    return handed(checkout.working_file(reading.document_seen(ident)))


@pages.get("/v/<no>")
@needs("signed-in")
def verify(no: str) -> Response:
    """What the QR code on a paper opens: the paper, for those who may see it.

    Whoever holds an earlier version in their hands is told so.
    """
    document = session().scalar(select(Document).where(Document.no == no[:24]))
    if document is None:
        raise Unseen
    held, now = parsing.ident(request.args.get("v", "")), document.current_no
    if held is not None and held < now:
        said = _("The code you scanned is of version %(v)s; version %(now)s is the newest.")
        flash(str(said % {"v": held, "now": now}), "warning")
    return redirect(url_for("papers.show", ident=document.id))


def handed(file: reading.Delivered) -> Response:
    """What was taken from a paper, as a download."""
    return attachment(file.data, file.mime, file.name)
