"""Giving somebody a password: for administrators, on a page of its own, never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from portal.kernel import access
from portal.kernel.db import transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid
from portal.kernel.record import seen
from portal.kernel.words import _
from portal.organization import passwords
from portal.organization.accounts import UserAccount
from portal.organization.services import ask_password
from portal.web.record_view import Action, Part, RecordView, address
from portal.web.record_view.portal_form import PortalForm
from portal.web.routes import needs

pages = Blueprint("accounts", __name__, url_prefix="/organization/accounts")

SET = _("The password is set; the account is signed out everywhere.")
ASKED = _(
    "Asked for. This account holds power: the password holds once Management or another"
    " administrator confirms it."
)


class NewPassword(PortalForm):
    """One new password."""

    password = PasswordField(
        _("New password"),
        [InputRequired(), Length(max=passwords.LONGEST)],
        description=_("Tell it to the person yourself; at the next sign-in they choose their own."),
        render_kw={"autocomplete": "new-password"},
    )


def actions(view: RecordView, record: Any) -> Iterator[Action]:
    """The button on an account's page."""
    if isinstance(record, UserAccount) and _may(record):
        url = url_for("accounts.password", ident=record.id)
        yield Action(_("Set a password"), url, "key", primary=record.password_hash is None)


def parts(view: RecordView, record: Any) -> Iterator[Part]:
    """That wrong tries keep the person out, and until when; for whoever keeps accounts."""
    if isinstance(record, UserAccount) and _may(record):
        until = passwords.shut_until(record.username)
        if until is not None:
            yield Part("organization/shut.html", {"until": until})


@pages.route("/<int:ident>/password", methods=["GET", "POST"])
@needs("signed-in", redraws=True)
def password(ident: int) -> Response | str | tuple[str, int]:
    """The form; sent, the account has the password and every session of it has ended."""
    form = NewPassword(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return _page(form, _account(ident))
    try:
        if form.validate():
            account = _account(ident)
            made = passwords.chosen(form.password.data or "", account.username, account.name)
            with transaction():
                account = _account(ident)
                holds = ask_password(account, made)
            flash(str(SET if holds else ASKED), "success")
            return redirect(address(account), 303)
    except Invalid as reason:
        form.refuse(reason.fields)
    return _page(form, _account(ident)), 422


def _page(form: NewPassword, account: UserAccount) -> str:
    return render_template(
        "organization/password.html", form=form, account=account, back_url=address(account)
    )


def _account(ident: int) -> UserAccount:
    """The account, for whoever keeps accounts; nobody gives a disabled one a password."""
    found = seen(UserAccount, ident)
    if not access.may(found, access.EDIT):
        raise Forbidden
    if not found.editable:
        raise Conflict(_("This account is disabled for good."))
    return found


def _may(account: UserAccount) -> bool:
    return account.editable and access.may(account, access.EDIT)
