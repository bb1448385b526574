"""Letting a named person see a paper, changing its class, naming its custodian."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.documents import labels, reading, sharing
from portal.documents.classes import CLASSES
from portal.documents.pages.paper import refused_on
from portal.kernel import access, audit
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid
from portal.kernel.words import _
from portal.organization.models import Employee
from portal.web.routes import needs

pages = Blueprint("paper_sharing", __name__, url_prefix="/papers")


@pages.post("/<int:ident>/grant")
@needs("signed-in")
@refused_on("access")
def grant(ident: int) -> Response:
    """Give one person the right to see this paper for some days."""
    with transaction():
        document = reading.document_seen(ident)
        if not sharing.may_grant(document):
            raise Forbidden
        sharing.grant(
            document, _person("grantee").id, request.form.get("rights", "view"),
            request.form.get("purpose", ""), request.form.get("days", 0, type=int),
        )  # fmt: skip
    return redirect(url_for("papers.show", ident=ident, tab="access"))


@pages.post("/<int:ident>/class")
@needs("signed-in")
@refused_on("access")
def classify(ident: int) -> Response:
    """Raise or lower the class."""
    name = request.form.get("classification", "")
    with transaction():
        document = reading.document_seen(ident)
        if not sharing.may_classify(document):
            raise Forbidden
        if name not in CLASSES:
            raise Invalid({"classification": _("This is not one of the choices.")})
        sharing.classify(document, name, request.form.get("reason", ""))
    return redirect(url_for("papers.show", ident=ident, tab="access"))


@pages.post("/<int:ident>/custodian")
@needs("signed-in")
@refused_on("access")
def custodian(ident: int) -> Response:
    """Name who keeps the paper; Legal does."""
    with transaction():
        document = reading.document_seen(ident)
        if not access.current().holds("legal", "legal_head", "custodian"):
            raise Forbidden
        person = _person("custodian")
        document.custodian_id = person.id
        document.physical_place = request.form.get("place", document.physical_place)[:120]
        audit.note(document, "custodian_named", {"custodian": person.id})
        labels.rewrite(document)
    return redirect(url_for("papers.show", ident=ident, tab="access"))


def _person(field: str) -> Employee:
    """An employee chosen in a form, through the person's own rights."""
    found = session().get(Employee, request.form.get(field, 0, type=int))
    if found is None:
        raise Invalid({field: _("Choose the employee.")})
    return found
