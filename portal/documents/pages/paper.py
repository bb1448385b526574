"""One paper on one page: its pages as pictures, its changes, approval, comments, files and readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.documents.classes import CLASSES
from portal.documents.models import CopyReplacement, Document, DocumentVersion
from portal.documents.pages import granting, registering
from portal.documents.pages import signatures as signing_rows
from portal.documents.pages.words import TABS
from portal.documents.papers import checkout, comparison
from portal.documents.review import binding, divergence
from portal.documents.sharing import audience, custody, grants, reading, readings
from portal.documents.signing import (
    better_copies,
    originals,
    seal_form,
    seal_requests,
    signatures,
    signed_copies,
)
from portal.documents.subjects import subject
from portal.engines import deciding
from portal.kernel import access, comment, duties
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unseen
from portal.kernel.record import kind
from portal.kernel.words import Words, _, listed
from portal.organization import choosing
from portal.web.record_view import parsing, progress
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("papers", __name__, url_prefix="/papers", template_folder="../templates")
#: So many lines, each one person on one day, the list of readers shows before it leads further.
MOST_READERS = 30
Act = Callable[[int], Any]


@pages.get("/<int:ident>")
@needs("signed-in")
def show(ident: int) -> str:
    """The paper; what one may do is offered, what is missing is said."""
    tab = request.args.get("tab", "pages")
    if tab not in TABS:
        abort(404)
    return page(reading.document_seen(ident), tab, {})


def page(document: Document, tab: str, problems: dict[str, Words]) -> str:
    """One tab of the paper's page; with `problems`, what was typed stands in its forms again."""
    record, said = leading_record(document), bool(problems) and request.endpoint == "papers.say"
    return render_template(
        "papers/paper.html",
        document=document,
        record=record,
        tabs=TABS,
        tab=tab,
        problems=problems,
        typed=request.form if problems and not said else MultiDict(),
        said=request.form if said else MultiDict(),
        version=shown_version(document),
        printed=reading.may_print(document),
        **deciding.drawn(deciding.panel(record) if record is not None else None, _here(document)),
        comments=comment.comments_on(record) if record is not None else [],
        **_otherwise(document, record),
        **PARTS[tab](document),
    )


def _otherwise(document: Document, record: Any | None) -> dict[str, Any]:
    """What the record says otherwise than the paper, and what the person may do about it now."""
    found = divergence.differences(document, record)
    if not found or record is None:
        return {"otherwise": []}
    remake = record.editable and access.may(record, access.EDIT)
    return {"otherwise": found, "may_remake": remake, "steps_back": progress.steps_back(record)}


def refused_on(tab: str, **boxes: Words) -> Callable[[Act], Act]:
    """A form of the paper's page: what it refuses is answered on its tab, nothing typed is lost."""

    def draw(problems: dict[str, Words], ident: int) -> str:
        return page(reading.document_seen(ident), tab, problems)

    return redrawn(draw, **boxes)


def _here(document: Document) -> str:
    return url_for("papers.show", ident=document.id)


def leading_record(document: Document) -> Any | None:
    """The record the paper belongs to, as the person's own session sees it; else None."""
    main = document.main_link
    if main is None:
        return None
    return session().get(kind(main.subject_type), main.subject_id)  # under their own rights


def shown_version(document: Document) -> DocumentVersion | None:
    """The signed copy where there is one, else the newest PDF; or the one the address names."""
    asked = request.args.get("version", type=int)
    kind = request.args.get("kind", "")
    if asked is not None:
        copy = parsing.ident(request.args.get("copy", ""))
        kind = kind if kind in reading.MARKED else "pdf"
        found = reading.file_named(document, kind, asked, copy)
        if found is None:
            raise Unseen
        return found
    return document.file("signed_scan") or document.file("pdf")


def _pages_part(document: Document) -> dict[str, Any]:
    version = shown_version(document)
    clean = version is not None and reading.to_be_signed(document, version)
    return {
        "watermarked": reading.watermark(document) is not None and not clean,
        "to_be_signed": clean,
        "edited_places": comparison.places(document),
        "printed_class": comparison.printed_class(document),
        "copies_told": better_copies.told(document) if document.file("signed_scan") else {},
        "sent_out": signed_copies.sent_out(document),
    }


def _changes_part(document: Document) -> dict[str, Any]:
    """The redline, against the version before or against the unchanged template text."""
    reading.log_opening(document, document.current_no)  # the tab holds the whole text
    first = document.current_no <= 1  # a first version has nothing before it but the template
    against = request.args.get("against") or ("template" if first else "previous")
    compare = comparison.with_template if against == "template" else comparison.with_previous
    try:
        found = compare(document, document.current_no)
    except Unseen:
        found = None
    apart = comparison.printed_otherwise(document, document.current_no)
    return {"against": against, "redline": found, "apart": apart}


def _files_part(document: Document) -> dict[str, Any]:
    stored = (v for v in document.versions if v.kept)
    taken = [v for v in stored if reading.may_take(document, v)]
    return {
        "may_download": reading.may_download(document),
        "takes": {v.id for v in taken},
        "copies": {v.id for v in taken if not reading.takes_original(document, v)},
        "by_hand": checkout.edited_by_hand(document),
        "me": access.current().account_id,
        "holder": checkout.holder(document),
        "listed": [v for v in document.versions if reading.opens(v)],
        "copies_told": better_copies.told(document),
        "sent_out": signed_copies.sent_out(document),
        "making": binding.in_the_making(document),
        "may_edit": _may_edit(document),
    }


def _may_edit(document: Document) -> bool:
    record = leading_record(document)
    return record is not None and access.may(record, access.EDIT)


def _signing_part(document: Document) -> dict[str, Any]:
    record = leading_record(document)
    may_ask = record is not None and registering.may_ask_seal(record)
    may_register = record is not None and registering.may_register(record)
    return {
        "takes_seal": any(subject(link.subject_type).seal for link in document.links),
        "asked": seal_requests.open_request(document.id) is not None,
        "seal": seal_requests.request_seen(document.id),
        "copy": document.file("signed_scan"),
        "signed_on": getattr(record, "signed_on", None),
        "originals": originals.of(document),
        "originals_said": seal_form.originals_said(record) if may_ask else None,
        "may_destroy": duties.has("original.destroy"),
        "may_ask": may_ask,
        "may_register": may_register,
        "signed": signing_rows.asked(record, request.form) if may_register else None,
        "signatures": signatures.of(document),
        "signed_heads": signing_rows.HEADS,
        "may_hold": duties.has("paper.hold"),
        "sent_out": signed_copies.sent_out(document),
        **_better_part(document),
    }


def _better_part(document: Document) -> dict[str, Any]:
    """The better copy that waits, and whether the person may bring one or decide on it."""
    found = better_copies.waiting(document)
    mine = None if found is None else session().get(CopyReplacement, found.id)
    may_better = found is None and better_copies.may_bring(document)
    return {"better": found, "better_seen": mine, "may_better": may_better}


def _access_part(document: Document) -> dict[str, Any]:
    readers = readings.by_day(document) if readings.may_see(document) else None
    return {
        "readers": None if readers is None else readers[:MOST_READERS],
        "same_opening": readings.same_opening(),
        "more_readers": max(0, len(readers or ()) - MOST_READERS),
        "class_choices": {name: CLASSES[name] for name in custody.offered(document)},
        **granting.offered_on(document),
        "by_record": grants.by_record(document),
        "audience": listed(audience.by_office(document)),
        # whom a refused form named, so that the choice is shown again
        "people": {name: choosing.typed(name) for name in ("grantee", "custodian")},
    }


PARTS = {
    "pages": _pages_part,
    "changes": _changes_part,
    "files": _files_part,
    "signing": _signing_part,
    "access": _access_part,
}


def _where() -> str:
    """The tab beside which the comment was typed."""
    tab = request.form.get("tab", "")
    return tab if tab in TABS else "pages"


def _said_again(problems: dict[str, Words], ident: int) -> str:
    """The tab one was on; its own boxes may be called as those of a comment are."""
    named = {"say-place" if name == "place" else name: said for name, said in problems.items()}
    return page(reading.document_seen(ident), _where(), named)


@pages.post("/<int:ident>/comment")
@needs("signed-in")
@redrawn(_said_again, text=_("Comment"), place=_("Article or page"))
def say(ident: int) -> Response:
    """Add a numbered comment, perhaps about one article."""
    with transaction():
        record = leading_record(reading.document_seen(ident))
        if record is None:
            raise Unseen
        comment.say(record, request.form.get("text", ""), request.form.get("place", ""))
    return redirect(url_for("papers.show", ident=ident, tab=_where()) + "#comments")
