"""The form that opens a paper or a whole record to a person or a department; the page of a record's grants."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents.sharing import grants
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.record import seen_by_name
from portal.kernel.words import Words, _
from portal.organization import choosing
from portal.organization.models import Department
from portal.web.record_view import parsing
from portal.web.redrawn import redrawn
from portal.web.routes import needs

records = Blueprint("record_grants", __name__, url_prefix="/access")


def give(on: Any) -> None:
    """What the form asks for, on a paper or a record."""
    if not grants.may_grant(on):
        raise Forbidden
    terms = (
        request.form.get("rights", "view"),
        request.form.get("purpose", ""),
        request.form.get("days", 0, type=int),
    )
    if (place := request.form.get("department", "")) == "":
        grants.grant(on, choosing.chosen("grantee", _("Choose the employee.")).id, *terms)
    elif request.form.get("grantee"):
        raise Invalid({"department": _("Choose a person or a department, not both.")})
    else:
        grants.grant_department(on, _place(place).id, *terms)


def _place(typed: str) -> Department:
    found = session().get(Department, parsing.ident(typed) or 0)
    if found is None or not found.active:
        raise Invalid({"department": _("This is not one of the choices.")})
    return found


def take_back(on: Any) -> None:
    """Which of its grants the form names, and why it ends."""
    given = parsing.ident(request.form.get("given")) or 0
    grants.revoke(on, given, request.form.get("revoke_reason", ""))


def _record(kind_name: str, ident: int) -> Any:
    """The whole record, for whoever may open it to others; raises `Unseen`, `Forbidden`."""
    record = seen_by_name(kind_name, ident)
    if not access.opens_by_name(type(record)):
        raise Unseen
    if not grants.may_grant(record):
        raise Forbidden
    return record


def _of_record(problems: dict[str, Words], kind_name: str, ident: int) -> str:
    record = _record(kind_name, ident)
    return render_template(
        "papers/record_grants.html",
        record=record,
        problems=problems,
        typed=request.form,
        people={"grantee": choosing.typed("grantee")},
        **offered_on(record),
    )


def offered_on(on: Any) -> dict[str, Any]:
    """What the card of grants shows of a paper or a record."""
    return {
        "may_grant": grants.may_grant(on),
        "rights": grants.offered(on),
        "grants": grants.grants_of(on),
        "places": grants.places_for(on),
    }


@records.get("/<kind_name>/<int:ident>")
@needs("signed-in", duty="record.grant")
def show(kind_name: str, ident: int) -> str:
    """Who reads a whole record by a grant, and the form that gives one."""
    return _of_record({}, kind_name, ident)


@records.post("/<kind_name>/<int:ident>/grant")
@needs("signed-in", duty="record.grant")
@redrawn(_of_record, purpose=_("Purpose"), days=_("Days"))
def grant(kind_name: str, ident: int) -> Response:
    """Give a person or a department the right to read this record for some days."""
    with transaction():
        give(_record(kind_name, ident))
    return redirect(url_for(".show", kind_name=kind_name, ident=ident))


@records.post("/<kind_name>/<int:ident>/revoke")
@needs("signed-in", duty="record.grant")
@redrawn(_of_record, revoke_reason=_("Reason"))
def revoke(kind_name: str, ident: int) -> Response:
    """Take such a right back before its end."""
    with transaction():
        take_back(_record(kind_name, ident))
    return redirect(url_for(".show", kind_name=kind_name, ident=ident))
