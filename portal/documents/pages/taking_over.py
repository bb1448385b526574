"""The page that registers a signed paper by its record: one from before the portal, or one come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from portal.documents import subjects
from portal.documents.pages import signatures
from portal.documents.pages.registering import may_bring_back, may_take_over
from portal.documents.pages.signing import FEWER_BOX, taken
from portal.documents.signing import signed_copies, takeover
from portal.kernel.errors import Forbidden, Unseen
from portal.kernel.record import seen_by_name
from portal.kernel.words import Words, _
from portal.web import jobs_page
from portal.web.record_view import address
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("taking_over", __name__, url_prefix="/papers")


@pages.get("/existing/<kind_name>/<int:ident>")
@needs("signed-in")
def form(kind_name: str, ident: int) -> str:
    """Where the scan of a paper is chosen that was signed before the portal knew it."""
    return _page(_record(kind_name, ident, may_take_over), {}, existing=True)


def _existing_again(problems: dict[str, Words], kind_name: str, ident: int) -> str:
    return _page(_record(kind_name, ident, may_take_over), problems, existing=True)


@pages.post("/existing/<kind_name>/<int:ident>")
@needs("signed-in")
@redrawn(_existing_again, signed_on=_("Signed on"), **FEWER_BOX, **signatures.BOXES)
def register(kind_name: str, ident: int) -> Response:
    """Take the scan or the photos; the answer is a page that shows it being stored."""
    record = _record(kind_name, ident, may_take_over)
    return jobs_page.accepted(taken(record, takeover.take_over).id, address(record))


@pages.get("/back/<kind_name>/<int:ident>")
@needs("signed-in")
def back(kind_name: str, ident: int) -> str:
    """Where administration, which has the signed paper in hand but may not open it here, brings it."""
    return _page(_record(kind_name, ident, may_bring_back), {}, existing=False)


def _back_again(problems: dict[str, Words], kind_name: str, ident: int) -> str:
    return _page(_record(kind_name, ident, may_bring_back), problems, existing=False)


@pages.post("/back/<kind_name>/<int:ident>")
@needs("signed-in")
@redrawn(_back_again, signed_on=_("Signed on"), **FEWER_BOX, **signatures.BOXES)
def bring_back(kind_name: str, ident: int) -> Response:
    """Take the signed copy of what was sent out."""
    record = _record(kind_name, ident, may_bring_back)
    return jobs_page.accepted(taken(record, signed_copies.register).id, address(record))


def _page(record: Any, problems: dict[str, Any], existing: bool) -> str:
    return render_template(
        "papers/existing.html",
        record=record,
        problems=problems,
        back=address(record),
        typed=request.form,
        signed=signatures.asked(record, request.form),
        existing=existing,
    )


def _record(kind_name: str, ident: int, may: Callable[[Any], bool]) -> Any:
    if kind_name not in subjects.names():
        raise Unseen
    found = seen_by_name(kind_name, ident)
    if not may(found):
        raise Forbidden
    return found
