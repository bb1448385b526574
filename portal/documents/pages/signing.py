"""Asking for the seal, recording its use, and bringing the signed copy back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.documents.models import SigningEvent
from portal.documents.models.signing import SEALS
from portal.documents.pages import signatures
from portal.documents.pages.paper import leading_record, refused_on
from portal.documents.review.remarks import of_seal
from portal.documents.sharing import reading
from portal.documents.signing import originals, seal_requests, signed_copies
from portal.kernel import access, clock, duties, text
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.jobs import Job
from portal.kernel.record import seen
from portal.kernel.words import Words, _
from portal.web import jobs_page
from portal.web.record_view import address, parsing
from portal.web.record_view.tokens import sent_once
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("paper_signing", __name__, url_prefix="/papers")
MOST_COPIES = 50
#: So much of a file's name is repeated when the file cannot be used.
MOST_OF_A_NAME = 80

#: The boxes of each original in the keeper's form, and the others.
ROW = {"holder": _("Holder"), "place": _("Place"), "count": _("Copies")}
COUNTED = {
    "copies": _("Copies sealed"),
    "spoiled": _("Spoiled copies"),
    "sealed_on": _("Sealed on"),
}
#: Asked where a copy has fewer pages than were sent out.
FEWER_BOX = {signed_copies.FEWER: signed_copies.WHY_FEWER}


@pages.post("/<int:ident>/seal-request")
@needs("signed-in")
@refused_on("signing", purpose=_("Purpose"), copies=_("Copies"), places=_("Impressions per copy"))
def request_seal(ident: int) -> Response:
    """Fill in form D37 and ask Management."""

    def act() -> str:
        record = _record(ident)
        if not access.may(record, access.EDIT):
            raise Forbidden
        event = seal_requests.request_seal(record, _asked())
        flash(str(_("Asked for the seal: %(no)s", no=event.no)), "success")
        return address(event)

    return sent_once(act)


def _asked() -> seal_requests.Asked:
    """What the form says of the use of the seal; raises `Invalid` naming the field."""
    form = request.form
    kind = form.get("seal_kind", "company")
    if kind not in SEALS:
        raise Invalid({"seal_kind": _("This is not one of the choices.")})
    purpose = text.said(form.get("purpose", ""))
    if not purpose:
        raise Invalid({"purpose": _("Say what the seal is for.")})
    return seal_requests.Asked(
        purpose=purpose,
        seal_kind=kind,
        copies=_count("copies", form.get("copies", "")),
        places=_count("places", form.get("places", "1")),
        edge="edge" in form,
    )


@pages.get("/seal/<int:seal_id>")
@needs("signed-in")
def sealing_form(seal_id: int) -> str:
    """The keeper's check list: the hashes side by side, the originals to count."""
    return _sealing_page({}, seal_id)


def _sealing_page(problems: dict[str, Words], seal_id: int) -> str:
    found = seen(SigningEvent, seal_id)
    rows = ROW.keys() & problems  # one message for the table they stand in
    problems = {"originals" if name in rows else name: said for name, said in problems.items()}
    paper = seal_requests.compared(found) if duties.has("seal.use") else None
    return render_template(
        "papers/seal.html",
        seal=found,
        today=clock.today(),
        problems=problems,
        typed=request.form if problems else _begun(paper),
        paper=paper,
        remarks=of_seal(found),
    )


def _begun(paper: seal_requests.Compared | None) -> MultiDict[str, str]:
    """Where originals mostly go: ours to whom this keeper gives them, the others to the other side."""
    me = access.current().employee_id
    if paper is None or me is None:
        return MultiDict()
    rows = [originals.usual(me) or ("", ""), (paper.counterparty[: originals.MOST_LETTERS], "")]
    return MultiDict([pair for row in rows for pair in zip(("holder", "place"), row, strict=True)])


@pages.post("/seal/<int:seal_id>")
@needs("signed-in", duty="seal.use")
@redrawn(_sealing_page, **ROW, **COUNTED)
def seal(seal_id: int) -> Response:
    """Record what was sealed and where each original went."""
    form = request.form

    def act() -> str:
        event = seen(SigningEvent, seal_id)
        duties.require("seal.use")
        copies = _count("copies", form.get("copies", ""))
        spoiled = _count("spoiled", form.get("spoiled") or "0")
        seal_requests.seal(
            event, copies, spoiled, parsing.day_in(request.form, "sealed_on"), list(_counted())
        )
        return address(event)

    return sent_once(act)


def _counted() -> Iterator[originals.Counted]:
    """The rows of the form that count copies; a holder suggested and not wanted is no row."""
    form = request.form
    typed = (form.getlist(name) for name in ("holder", "place", "count"))
    for holder, place, count in zip(*typed, strict=False):
        if count.strip():
            yield originals.Counted(holder, place, _count("count", count))


@pages.post("/<int:ident>/originals/destroyed")
@needs("signed-in", duty="original.destroy")
@refused_on("signing")
def destroyed(ident: int) -> Response:
    """Record that an original which was called back is gone."""
    with transaction():
        document = reading.document_seen(ident)
        originals.destroy(document, parsing.ident(request.form.get("original")) or 0)
    return redirect(url_for("papers.show", ident=ident, tab="signing") + "#originals")


@pages.post("/<int:ident>/signed-copy")
@needs("signed-in", duty="copy.register")
@refused_on("signing", signed_on=_("Signed on"), **FEWER_BOX, **signatures.BOXES)
def signed_copy(ident: int) -> Response:
    """Take the scan or the photos; the answer is a page that shows it being stored."""
    record = _record(ident)
    duties.require("copy.register", record)
    job = taken(record, signed_copies.register)
    return jobs_page.accepted(job.id, url_for("papers.show", ident=ident))


def taken(record: Any, act: Callable[..., Job]) -> Job:
    """The job that stores what the form brings of a record's signed copy.

    A file without any signature in it is taken, with a caution: what is signed on paper alone is
    registered so.
    """
    day, once = signed_on(), token()
    who = signatures.read(record, day)
    because = text.said(request.form.get(signed_copies.FEWER, ""))
    received = signed_copies.keep(record, read_files(), because)
    facts = {"signed_on": day.isoformat(), "signatures": who}
    if because:
        facts[signed_copies.FEWER] = because
    with transaction():
        fresh = session().get_one(type(record), record.id)
        job = act(fresh, received, once, facts)
    if signed_copies.as_sent_out(record, received):
        said = _(
            "Caution: this file is the paper exactly as it was sent out; no signature is in it."
            " Keep the signed original safe."
        )
        flash(str(said), "warning")
    return job


@pages.get("/<int:ident>/signed-copy")
@needs("signed-in")
def signed_copy_again(ident: int) -> Response:
    """Where a reload of the answer leads: to the paper's seal and signature."""
    return redirect(url_for("papers.show", ident=ident, tab="signing"))


def read_files() -> list[signed_copies.Sent]:
    """The scan, or the photos in their order."""
    return [
        signed_copies.Sent(text.cleaned(sent.filename or "")[:MOST_OF_A_NAME], sent.read())
        for sent in request.files.getlist("file")
    ]


def signed_on() -> date:
    """The day of signature; raises `Invalid` for what is none, is still to come or
    lies decades back.
    """
    day = parsing.day_in(request.form, "signed_on")
    if day > clock.today():
        raise Invalid({"signed_on": _("This day is still to come.")})
    return signatures.within_reach(day, "signed_on")


def token() -> str:
    """What makes a form count once; raises `Invalid` when it is missing."""
    found = re.sub(r"[^A-Za-z0-9_-]", "", request.form.get("token", ""))[:64]
    if len(found) < 16:
        raise Invalid({"file": _("The form is too old; please open it again.")})
    return found


def _record(ident: int) -> Any:
    record = leading_record(reading.document_seen(ident))
    if record is None:
        raise Unseen
    return record


def _count(field: str, typed: str) -> int:
    try:
        found = parsing.whole(typed)
    except ValueError:
        found = -1
    if not 0 <= found <= MOST_COPIES:
        raise Invalid({field: _("Copies are whole numbers up to 50.")})
    return found
