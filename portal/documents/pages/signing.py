"""Asking for the seal, recording its use, and bringing the signed copy back."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents import incoming, reading, sealing, signed
from portal.documents.models import SigningEvent
from portal.documents.models.signing import SEALS
from portal.documents.pages.paper import leading_record
from portal.documents.pages.registering import is_registrar
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.words import _
from portal.web import jobs_page
from portal.web.record_view.tokens import sent_once
from portal.web.routes import needs

pages = Blueprint("paper_signing", __name__, url_prefix="/papers")
MOST_PHOTOS = 40


@pages.post("/<int:ident>/seal-request")
@needs("signed-in")
def request_seal(ident: int) -> Response:
    """Fill in form D37 and ask Management."""
    form = request.form
    kind = form.get("seal_kind", "company")
    if kind not in SEALS:
        raise Invalid({"seal_kind": _("This is not one of the choices.")})
    asked = sealing.Asked(
        purpose=form.get("purpose", ""), seal_kind=kind, copies=form.get("copies", 0, type=int),
        places=form.get("places", 1, type=int), edge="edge" in form,
    )  # fmt: skip
    if not asked.purpose.strip():
        raise Invalid({"purpose": _("Say what the seal is for.")})

    def act() -> str:
        record = _record(ident)
        if not access.may(record, access.EDIT):
            raise Forbidden
        event = sealing.request_seal(record, asked)
        return url_for("signing_event.details_view", id=event.id)

    return sent_once(act)


@pages.get("/seal/<int:seal_id>")
@needs("signed-in")
def sealing_form(seal_id: int) -> str:
    """The keeper's check list: the hashes side by side, the originals to count."""
    return render_template("papers/seal.html", seal=_seal(seal_id), today=clock.today())


@pages.post("/seal/<int:seal_id>")
@needs("signed-in")
def seal(seal_id: int) -> Response:
    """Record what was sealed and where each original went."""
    form = request.form
    holders, places = form.getlist("holder"), form.getlist("place")
    counts = form.getlist("count")
    rows = [
        {"holder": h, "place": p, "copies": _count(c)}
        for h, p, c in zip(holders, places, counts, strict=False)
        if h.strip() or p.strip()
    ]

    def act() -> str:
        event = _seal(seal_id)
        if not access.current().holds("seal_keeper"):
            raise Forbidden
        copies, spoiled = _count(form.get("copies", "")), _count(form.get("spoiled") or "0")
        sealing.seal(event, copies, spoiled, _day("sealed_on"), rows)
        return url_for("papers.show", ident=event.document_id, tab="signing")

    return sent_once(act)


@pages.post("/<int:ident>/signed-copy")
@needs("signed-in")
def signed_copy(ident: int) -> Response:
    """Take the scan or the photos; the answer is a page that shows it being stored."""
    day = signed_on()
    record = _record(ident)
    if not is_registrar(record):
        raise Forbidden
    received = incoming.keep(signed.as_pdf(read_files()))
    once = token()
    with transaction():
        job = signed.register(_record(ident), received, once, {"signed_on": day.isoformat()})
    return jobs_page.accepted(job.id, url_for("papers.show", ident=ident))


@pages.get("/<int:ident>/signed-copy")
@needs("signed-in")
def signed_copy_again(ident: int) -> Response:
    """Where a reload of the answer leads: to the paper's seal and signature."""
    return redirect(url_for("papers.show", ident=ident, tab="signing"))


def read_files() -> list[bytes]:
    """The scan, or the photos in their order."""
    return [sent.read() for sent in request.files.getlist("file")[:MOST_PHOTOS]]


def signed_on() -> date:
    """The day of signature; raises `Invalid` for what is none or is still to come."""
    day = _day("signed_on")
    if day > clock.today():
        raise Invalid({"signed_on": _("This day is still to come.")})
    return day


def token() -> str:
    """What makes a form count once; raises `Invalid` when it is missing."""
    found = re.sub(r"[^A-Za-z0-9_-]", "", request.form.get("token", ""))[:64]
    if len(found) < 16:
        raise Invalid({"file": _("The form is too old; please open it again.")})
    return found


def _record(ident: int):  # type: ignore[no-untyped-def]
    record = leading_record(reading.document_seen(ident))
    if record is None:
        raise Unseen
    return session().get_one(type(record), record.id)


def _seal(seal_id: int) -> SigningEvent:
    found = session().get(SigningEvent, seal_id)
    if found is None:
        raise Unseen
    return found


def _count(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) > 50:
        raise Invalid({"copies": _("Copies are whole numbers up to 50.")})
    return int(text)


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, "").strip().replace("/", "-"))
    except ValueError:
        raise Invalid({field: _("Give the day as yyyy-mm-dd.")}) from None
