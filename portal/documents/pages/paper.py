"""One paper on one page: its pages as pictures, its changes, approval, comments, files and readers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents import binding, comparing, editing, reading, sealing, sharing, subjects
from portal.documents.models import Document, DocumentVersion
from portal.engines.approval import rounds
from portal.kernel import access, comment
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal, Unseen
from portal.kernel.words import _
from portal.web.routes import needs

pages = Blueprint("papers", __name__, url_prefix="/papers", template_folder="../templates")
TABS = {
    "pages": _("Pages"),
    "changes": _("Changes"),
    "files": _("Versions and files"),
    "signing": _("Seal and originals"),
    "access": _("Who may see it"),
}


@pages.get("/<int:ident>")
@needs("signed-in")
def show(ident: int) -> str:
    """The paper; what one may do is offered, what is missing is said."""
    document = reading.document_seen(ident)
    tab = request.args.get("tab", "pages")
    if tab not in TABS:
        abort(404)
    record = leading_record(document)
    return render_template(
        "papers/paper.html",
        document=document,
        record=record,
        tabs=TABS,
        tab=tab,
        version=shown_version(document),
        approval=approval_panel(record),
        comments=comment.comments_on(record) if record is not None else [],
        **PARTS[tab](document),
    )


def leading_record(document: Document) -> Any | None:
    """The record the paper belongs to, if the person may see that too."""
    for link in document.links:
        if link.role == "main":
            record = subjects.subject_of(link)
            return record if record is not None and access.may(record, access.READ) else None
    return None


def shown_version(document: Document) -> DocumentVersion | None:
    """The signed copy where there is one, else the newest PDF."""
    asked = request.args.get("version", type=int)
    kind = request.args.get("kind", "")
    if asked is not None:
        found = document.file(kind if kind in ("pdf", "signed_scan") else "pdf", asked)
        if found is None:
            raise Unseen
        return found
    return document.file("signed_scan") or document.file("pdf")


def approval_panel(record: Any | None) -> dict[str, Any] | None:
    """The steps of the latest round, and whether the person may decide the open one."""
    if record is None:
        return None
    steps = rounds.steps_of(record, "approve")
    pending = next((s for s in steps if s.status == "pending"), None)
    barred = rounds.barred(pending, record, access.current()) if pending else None
    return {"steps": steps, "pending": pending, "mine": pending is not None and barred is None}


def _pages_part(document: Document) -> dict[str, Any]:
    return {"watermarked": reading.watermark(document) is not None}


def _changes_part(document: Document) -> dict[str, Any]:
    """The redline, against the version before or against the unchanged template text."""
    against = request.args.get("against", "previous")
    compare = comparing.with_template if against == "template" else comparing.with_previous
    try:
        found = compare(document, document.current_no)
    except Unseen:
        found = None
    return {"against": against, "redline": found}


def _files_part(document: Document) -> dict[str, Any]:
    return {
        "may_download": reading.may_download(document),
        "by_hand": editing.edited_by_hand(document),
        "me": access.current().account_id,
        "making": binding.in_the_making(document),
    }


def _signing_part(document: Document) -> dict[str, Any]:
    return {"seal": sealing.open_request(document.id), "originals": sealing.originals_of(document)}


def _access_part(document: Document) -> dict[str, Any]:
    may = reading.may_see_readers(document)
    return {
        "readers": reading.readers(document) if may else None,
        "may_grant": sharing.may_grant(document),
        "grants": sharing.grants_of(document),
    }


PARTS = {
    "pages": _pages_part,
    "changes": _changes_part,
    "files": _files_part,
    "signing": _signing_part,
    "access": _access_part,
}


@pages.post("/<int:ident>/decide")
@needs("signed-in")
def decide(ident: int) -> Response:
    """Approve, or ask for changes: the answer binds the manifest the page was opened with."""
    with transaction():
        record = leading_record(reading.document_seen(ident))
        if record is None:
            raise Unseen
        now = binding.binding_of(record).sha256
        seen = request.form.get("manifest", "")
        answer, said = request.form.get("answer", ""), request.form.get("comment", "")
        if said.strip() and answer != "approved":
            comment.say(record, said, request.form.get("place", ""))
        rounds.decide(record, "approve", answer, said, now if seen == now else seen or "unread")
    return redirect(url_for("papers.show", ident=ident))


@pages.post("/<int:ident>/comment")
@needs("signed-in")
def say(ident: int) -> Response:
    """Add a numbered comment, perhaps about one article."""
    with transaction():
        record = leading_record(reading.document_seen(ident))
        if record is None:
            raise Unseen
        comment.say(record, request.form.get("text", ""), request.form.get("place", ""))
    return redirect(url_for("papers.show", ident=ident) + "#comments")


@pages.app_template_global("manifest_of")
def manifest_of(record: Any) -> str:
    """The manifest's hash as the page shows it, empty while there is none."""
    try:
        return binding.binding_of(record).sha256
    except Refusal:
        return ""
