"""Choosing the employees who get an agreement, twenty at a time if need be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.chapters.confidentiality import doubles, issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.pages.files import attachment
from portal.documents.sharing import printing
from portal.kernel import duties
from portal.kernel.db import session
from portal.kernel.words import _
from portal.organization.models import Employee
from portal.web.record_view import Part, RecordView, parsing
from portal.web.record_view.tokens import sent_once
from portal.web.routes import needs

pages = Blueprint(
    "issuing", __name__, url_prefix="/confidentiality/issue", template_folder="templates"
)
PAGES = (pages,)


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """That the paper says another direction than the record, where that can no longer be changed."""
    if isinstance(record, ConfidentialityAgreement) and record.contradicts and not record.editable:
        yield Part("confidentiality/_direction.html")


@pages.get("/")
@needs("signed-in", duty="agreement.issue")
def choose() -> str:
    """Everybody who works here and has no agreement yet, ready to be ticked; and whose is on its way."""
    duties.require("agreement.issue")
    with_one = select(ConfidentialityAgreement.employee_id).where(
        ConfidentialityAgreement.kind == "employee",
        ConfidentialityAgreement.state.in_(doubles.OPEN),
    )
    query = select(Employee).where(Employee.state != "left", Employee.id.not_in(with_one))
    people = list(session().scalars(query.order_by(Employee.no).limit(issuing.MOST)))
    begun = doubles.of_employees(states=doubles.BEGUN)
    out = [one for one in begun if one.state == "issued"]
    return render_template(
        "confidentiality/issue.html", people=people, begun=begun, out=out, most=printing.MOST
    )


@pages.get("/print")
@needs("signed-in", duty="agreement.issue")
def for_signature() -> Response:
    """The issued agreements that were ticked as one PDF, to be printed and signed."""
    duties.require("agreement.issue")
    sent = request.args.getlist("agreement")[: printing.MOST + 1]
    idents = {ident for one in sent if (ident := parsing.ident(one)) is not None}
    issued = doubles.of_employees(states=("issued",))
    papers = [one.document for one in issued if one.id in idents and one.document is not None]
    if not papers:
        flash(str(_("Choose the agreements to print.")), "warning")
        return redirect(url_for(".choose"))
    return attachment(printing.stack(papers, str(_("Confidentiality agreements"))))


@pages.post("/")
@needs("signed-in", duty="agreement.issue")
def issue() -> Response:
    """Start the job; its page shows how far it is."""
    sent = request.form.getlist("employee")[: issuing.MOST + 1]
    chosen = [ident for one in sent if (ident := parsing.ident(one)) is not None]
    back = url_for(".choose")  # where what was issued is printed
    return sent_once(lambda: url_for("jobs.show", ident=issuing.issue_to(chosen).id, back=back))
