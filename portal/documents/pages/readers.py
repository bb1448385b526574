"""The whole list of who opened and took a paper, page by page and as a sheet (R8.1.3)."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents.sharing import reading, readings
from portal.kernel import clock
from portal.web.downloads import attachment
from portal.web.record_view import parsing
from portal.web.record_view.export import TYPES
from portal.web.routes import needs

pages = Blueprint("paper_readers", __name__, url_prefix="/papers")


@pages.get("/<int:ident>/readers")
@needs("signed-in")
def show(ident: int) -> str:
    """One page of the list, newest first."""
    document = readings.seen(reading.document_seen(ident))
    before = parsing.ident(request.args.get("before", ""))
    rows = readings.one_by_one(document, before, readings.PAGE + 1)
    more, rows = len(rows) > readings.PAGE, rows[: readings.PAGE]
    return render_template(
        "papers/readers.html",
        document=document,
        rows=rows,
        head=readings.HEAD,
        same_opening=readings.same_opening(),
        later=url_for(".show", ident=ident, before=rows[-1].number) if more else "",
        newest=url_for(".show", ident=ident) if before is not None else "",
    )


@pages.get("/<int:ident>/readers.<any(csv, xlsx):form>")
@needs("signed-in")
def sheet(ident: int, form: str) -> Response:
    """The whole list as CSV or Excel."""
    document = readings.seen(reading.document_seen(ident))
    name = f"{document.no}-readers-{clock.today().isoformat()}.{form}"
    return attachment(readings.sheet(document, form), TYPES[form], name)
