"""Filling in what a paper asks for, generating it, and working on it in Word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents import subjects
from portal.documents.archive import uploads
from portal.documents.forms import answers, precedents
from portal.documents.forms.boxes import boxes
from portal.documents.forms.kept_where import kept_where
from portal.documents.forms.paper_form import paper_form
from portal.documents.pages.paper import leading_record, refused_on
from portal.documents.papers import checkout, generation
from portal.documents.review.remarks import remarks
from portal.documents.sharing import reading
from portal.kernel import access
from portal.kernel.db import transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unseen
from portal.kernel.record import seen_by_name
from portal.kernel.words import _
from portal.web.record_view import address, parsing
from portal.web.record_view.drafts import Draft
from portal.web.record_view.tokens import sent_once
from portal.web.record_view.versions import Boxes, unchanged, version
from portal.web.routes import needs

pages = Blueprint("paper_making", __name__)


@pages.get("/papers/make/<kind_name>/<int:ident>")
@needs("signed-in")
def form(kind_name: str, ident: int) -> str:
    """The values the template asks for, grouped, with what the record already says left out."""
    record = _record(kind_name, ident)
    _must_edit(record)  # what was entered for the paper is not for every reader of the record
    return _form(record, {})


@pages.post("/papers/make/<kind_name>/<int:ident>")
@needs("signed-in", redraws=True)
def make(kind_name: str, ident: int) -> Response | tuple[str, int]:
    """Keep the values; with "generate" also start making the paper."""
    try:
        return sent_once(lambda: _made(_record(kind_name, ident)))
    except Invalid as reason:
        return _form(_record(kind_name, ident), reason.fields), 422
    except Forbidden as reason:  # the values may be theirs to give, though not the paper to make
        record = _record(kind_name, ident)
        _must_edit(record)
        return _form(record, {"act": reason.message}), reason.status


def _made(record: Any) -> str:
    """Keep what the form says, start the job where it was asked for; where to go next."""
    _must_edit(record)
    with unchanged(record, _both, also=("act", "replace_edits")):
        answers.keep(record, request.form)  # the paper is filled from what was kept
    _draft(record).forget()
    if request.form.get("act") != "generate":
        return address(record)
    _must_give_up_edits(record)
    job = generation.generate(record)
    for remark in remarks(record):
        flash(str(remark), "warning")
    return url_for("jobs.show", ident=job.id, back=address(record))


def _both(record: Any) -> tuple[Boxes, Boxes]:
    """The values as they are kept now and as they were sent."""
    return boxes(paper_form(record)), boxes(paper_form(record, request.form))


def _must_give_up_edits(record: Any) -> None:
    """What somebody wrote in Word is not replaced without their saying so."""
    edited = record.document is not None and checkout.edited_by_hand(record.document)
    if edited and "replace_edits" not in request.form:
        said = _("The paper was edited by hand; say that its edits may go.")
        raise Invalid({"replace_edits": said})


def _form(record: Any, problems: dict[str, Any]) -> str:
    draft, like, begun = _draft(record), None, None
    sent = request.form if request.method == "POST" else draft.resumed()
    if sent is None and (ident := parsing.ident(request.args.get("like", ""))) is not None:
        like, begun = precedents.begun_like(record, ident)
    form = paper_form(record, sent, begun)
    return render_template(
        "papers/make.html",
        record=record,
        template=form.template,
        form=form,
        problems=problems,
        kept_where=kept_where,
        draft=draft,
        version=version(record, draft),
        like=like,
        precedents=precedents.offered(record) if sent is None and like is None else [],
        by_hand=record.document is not None and checkout.edited_by_hand(record.document),
    )


@pages.post("/papers/make/<kind_name>/<int:ident>/draft")
@needs("signed-in")
def draft(kind_name: str, ident: int) -> Response:
    """What was typed and not sent."""
    record = _record(kind_name, ident)
    _must_edit(record)
    with transaction():
        return _draft(record).take()


def _draft(record: Any) -> Draft:
    kind_name, ident = record.__tablename__, record.id
    url = url_for(".draft", kind_name=kind_name, ident=ident)
    form_url = url_for(".form", kind_name=kind_name, ident=ident)
    return Draft(f"paper:{kind_name}:{ident}", url, form_url)


def _record(kind_name: str, ident: int) -> Any:
    found = seen_by_name(kind_name, ident)
    if not subjects.made_by_hand(found):
        raise Unseen
    return found


def _must_edit(record: Any) -> None:
    if not access.may(record, access.EDIT):
        raise Forbidden
    subjects.paper_of(record)  # what stands in a paper is typed by those who may open it
    if not record.editable:
        raise Conflict(_("The paper is “%(s)s” now.", s=type(record).workflow.label(record.state)))


@pages.post("/papers/<int:ident>/check-out")
@needs("signed-in")
def check_out(ident: int) -> Response:
    """Take the paper to work on it in Word."""
    with transaction():
        checkout.check_out(_editable_paper(ident))
    return redirect(url_for("papers.show", ident=ident, tab="files"))


@pages.post("/papers/<int:ident>/release")
@needs("signed-in")
def release(ident: int) -> Response:
    """Give it back without a new version."""
    with transaction():
        checkout.release(_editable_paper(ident))
    return redirect(url_for("papers.show", ident=ident, tab="files"))


@pages.post("/papers/<int:ident>/upload")
@needs("signed-in")
@refused_on("files")
def upload(ident: int) -> Response:
    """The changed Word file becomes the next version; it is checked before anything is kept."""
    document = _editable_paper(ident)
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    if sent is None or not data:
        raise Invalid({"file": _("Choose the changed Word file.")})
    generation.check_upload(data, document)
    kept = uploads.keep(data)
    with transaction():
        job = checkout.upload(_editable_paper(ident), kept, sent.filename or "")
    return redirect(url_for("jobs.show", ident=job.id, back=url_for("papers.show", ident=ident)))


def _editable_paper(ident: int) -> Any:
    document = reading.document_seen(ident)
    record = leading_record(document)
    if record is None or not access.may(record, access.EDIT):
        raise Forbidden
    return document
