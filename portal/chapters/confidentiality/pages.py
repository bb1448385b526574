"""Choosing the employees who get an agreement, twenty at a time if need be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.chapters.confidentiality import choosing, doubles, issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.pages.files import handed
from portal.documents.sharing import printing
from portal.kernel import duties
from portal.kernel.words import Words, _
from portal.web.record_view import Part, RecordView, listing, parsing
from portal.web.record_view.tokens import sent_once
from portal.web.redrawn import redrawn
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
    """Everybody who works here and has no agreement yet, ready to be ticked; and whose is on its way.

    ``?q=`` lists who matches; whom ``chosen`` (``12.15``) names stays listed and ticked.
    """
    duties.require("agreement.issue")
    return _page(request.args.get("q", ""), request.args.get("chosen", "").split("."))


def _page(sought: str, ticked: Iterable[str], problems: Mapping[str, Words] | None = None) -> str:
    chosen = set(_idents(ticked))
    choice = choosing.among(sought, chosen)
    begun = doubles.of_employees(states=doubles.BEGUN)
    return render_template(
        "confidentiality/issue.html",
        choice=choice,
        chosen=chosen & {one.id for one in (*choice.people, *choice.besides)},
        sought=sought,
        begun=begun,
        out=[one for one in begun if one.state == "issued"],
        most=printing.MOST,
        most_chosen=issuing.MOST,
        problems=problems or {},
    )


def _again(problems: Mapping[str, Words]) -> str:
    """The page with what was sought and ticked."""
    duties.require("agreement.issue")
    return _page(request.form.get("q", ""), request.form.getlist("employee"), problems)


def _idents(sent: Iterable[str]) -> list[int]:
    """The numbers of what was ticked, one more than may be issued at once where there are more."""
    found = (parsing.ident(one) for one in islice(sent, issuing.MOST + 1))
    return [ident for ident in found if ident is not None]


@pages.get("/print")
@needs("signed-in", duty="agreement.issue")
def for_signature() -> Response:
    """The issued agreements that were ticked as one PDF, to be printed and signed."""
    duties.require("agreement.issue")
    sent = request.args.getlist("agreement")[: printing.MOST + 1]
    idents = set(_idents(sent))
    issued = doubles.of_employees(states=("issued",))
    papers = [one.document for one in issued if one.id in idents and one.document is not None]
    if not papers:
        flash(str(_("Choose the agreements to print.")), "warning")
        return redirect(url_for(".choose"))
    return handed(printing.stack(papers, str(_("Confidentiality agreements"))))


@pages.post("/")
@needs("signed-in", duty="agreement.issue")
@redrawn(_again, q=_("Search"))
def issue() -> Response:
    """Start the job, whose page shows how far it is; or list whom the form seeks, the ticks kept."""
    chosen = _idents(request.form.getlist("employee"))
    if "find" in request.form:
        duties.require("agreement.issue")
        kept = ".".join(str(ident) for ident in chosen)
        sought = request.form.get("q", "")[: listing.MOST_LETTERS]
        return redirect(url_for(".choose", q=sought, chosen=kept or None), 303)
    back = url_for(".choose")  # where what was issued is printed
    return sent_once(lambda: url_for("jobs.show", ident=issuing.issue_to(chosen).id, back=back))
