"""One's own page about being away: whom I let act for me, who lets me, and letting somebody (R2.1)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.kernel import clock, text
from portal.kernel.db import transaction
from portal.kernel.words import Words, _
from portal.organization import choosing, delegation
from portal.organization.accounts import GRANTED, IN_PERSON, MOST_DAYS
from portal.organization.workflows import ROLE_GRANT
from portal.web.record_view import parsing
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint(
    "delegation", __name__, url_prefix="/profile/delegation", template_folder="templates"
)
#: So much a grant of a role says of why.
MOST_OF_A_REASON = 200


@pages.get("/")
@needs("signed-in")
def show() -> str:
    """Both sides, and the form for whoever has a role to lend."""
    return _page({})


def _page(problems: dict[str, Words]) -> str:
    today = clock.today()
    return render_template(
        "organization/delegation.html",
        given=delegation.given(),
        received=delegation.received(),
        roles=delegation.own_roles(),
        problems=problems,
        typed=request.form,
        workflow=ROLE_GRANT,
        in_person=GRANTED[IN_PERSON],
        person=choosing.typed("user"),
        most=MOST_DAYS,
        first=today,
        last=today + timedelta(days=6),
    )


@pages.post("/")
@needs("signed-in")
@redrawn(_page, valid_from=_("From"), valid_to=_("Until"), reason=_("Reason"))
def give() -> Response:
    """Enter a delegation; Management confirms it."""
    form = request.form
    first, last = (parsing.day_in(form, name) for name in ("valid_from", "valid_to"))
    with transaction():
        delegate = choosing.chosen("user", _("Choose who acts for you."))
        reason = text.uncut(form.get("reason", ""), MOST_OF_A_REASON, "reason", _("Reason"))
        delegation.give(form.get("role", ""), delegate, first, last, reason)
    flash(str(_("Entered; it holds once Management confirmed it.")), "success")
    return redirect(url_for("delegation.show"), 303)


@pages.post("/end")
@needs("signed-in")
def end() -> Response:
    """I am back, or changed my mind."""
    with transaction():
        delegation.take_back(parsing.ident(request.form.get("id")) or 0)
    flash(str(_("The delegation has ended.")), "success")
    return redirect(url_for("delegation.show"), 303)
