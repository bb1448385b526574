"""Letting a person or a department see a paper, changing its class, naming its custodian."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents import labels
from portal.documents.classes import CLASSES
from portal.documents.models import Document
from portal.documents.pages import granting
from portal.documents.pages.paper import refused_on
from portal.documents.sharing import custody, reading
from portal.kernel import access, duties
from portal.kernel.db import transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.words import Words, _
from portal.organization import choosing
from portal.organization.models import Employee
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("paper_sharing", __name__, url_prefix="/papers")


@pages.post("/<int:ident>/grant")
@needs("signed-in")
@refused_on("access", purpose=_("Purpose"), days=_("Days"))
def grant(ident: int) -> Response:
    """Give a person or a department the right to see this paper for some days."""
    with transaction():
        granting.give(reading.document_seen(ident))
    return redirect(url_for("papers.show", ident=ident, tab="access"))


@pages.post("/<int:ident>/revoke")
@needs("signed-in")
@refused_on("access", revoke_reason=_("Reason"))
def revoke(ident: int) -> Response:
    """Take an exceptional right back before its end."""
    with transaction():
        granting.take_back(reading.document_seen(ident))
    return redirect(url_for("papers.show", ident=ident, tab="access"))


@pages.post("/<int:ident>/class")
@needs("signed-in")
@refused_on("access", reason=_("Reason"))
def classify(ident: int) -> Response:
    """Raise or lower the class."""
    name = request.form.get("classification", "")
    with transaction():
        document = reading.document_seen(ident)
        if not custody.may_classify(document):
            raise Forbidden
        if name not in CLASSES:
            raise Invalid({"classification": _("This is not one of the choices.")})
        custody.classify(document, name, request.form.get("reason", ""))
    return _onwards(document)


@pages.post("/<int:ident>/custodian")
@needs("signed-in", duty="paper.name_custodian")
@refused_on("access", place=_("Where the original is"))
def custodian(ident: int) -> Response:
    """Name who keeps the paper; Legal does."""
    with transaction():
        document = reading.document_seen(ident)
        duties.require("paper.name_custodian")
        place = request.form.get("place", document.physical_place)
        custody.name_custodian(document, _person("custodian").id, place)
    return _onwards(document)


def _onwards(document: Document) -> Response:
    """Back to the paper; to the list, with a word why, where it is not open to oneself any more."""
    if labels.may_see(document, access.current()):
        return redirect(url_for("papers.show", ident=document.id, tab="access"))
    flash(str(_("Done. This paper is open to its custodian and whom they name, and not to you.")))
    return redirect(url_for("document.index_view"))


@pages.get("/custodian")
@needs("signed-in", duty="paper.name_custodian_unseen")
def custodian_by_number() -> str:
    """Name a custodian for a paper of which one knows the number alone."""
    return _by_number({})


def _by_number(problems: dict[str, Words]) -> str:
    if not duties.has("paper.name_custodian_unseen"):
        raise Unseen
    return render_template(
        "papers/custodian.html",
        problems=problems,
        typed=request.values,
        person=choosing.typed("custodian"),
    )


@pages.post("/custodian")
@needs("signed-in", duty="paper.name_custodian_unseen")
@redrawn(_by_number, number=_("Number"), reason=_("Reason"))
def name_by_number() -> Response:
    """The paper has another custodian; nothing of it is shown."""
    if not duties.has("paper.name_custodian_unseen"):
        raise Unseen
    form = request.form
    with transaction():
        custody.name_custodian_of(
            form.get("number", ""), _person("custodian").id, form.get("reason", "")
        )
    return redirect(url_for("document.index_view"))


def _person(field: str) -> Employee:
    return choosing.chosen(field, _("Choose the employee."))
