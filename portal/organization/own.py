"""What a signed-in person may know and change about themselves: facts, sessions, password, language."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, request
from sqlalchemy import delete, select
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from portal.kernel import access, audit, clock
from portal.kernel.config import Config
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid
from portal.kernel.words import Words, _, labelled, listed
from portal.organization import passwords
from portal.organization.accounts import GRANTED, SCOPES, RoleGrant, SignIn, UserAccount
from portal.organization.identity import grants_now
from portal.organization.models import Employee
from portal.organization.services import set_password
from portal.web.record_view.cells import NONE, Cell, cell
from portal.web.record_view.portal_form import PortalForm

MOST_SESSIONS = 50
#: So much of a session's fingerprint names it among the person's own.
SHORT = 16


class PasswordForm(PortalForm):
    """The old password, and twice the new one."""

    current = PasswordField(
        _("Current password"),
        [InputRequired(), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    fresh = PasswordField(
        _("New password"),
        [InputRequired(), Length(max=passwords.LONGEST)],
        description=_("At least %(n)s characters; a sentence is best.", n=passwords.SHORTEST),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password once more"),
        [InputRequired(), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Also: both times the same."""
        fine = super().validate(extra_validators)
        if fine and self.fresh.data != self.again.data:
            self.again.errors = [_("This is not what you typed above.")]
            return False
        return fine


@dataclass(frozen=True)
class Seen:
    """One session as the profile shows it."""

    id: str
    agent: Words | str
    ip: str
    seen: datetime
    current: bool


def cookie_name(config: Config) -> str:
    """The cookie that names the session; under https no other host or path can set it."""
    return "__Host-portal" if config.public_url.startswith("https://") else "portal"


def token() -> str:
    """The token this request came with."""
    return request.cookies.get(cookie_name(current_app.extensions["config"]), "")


def _fingerprint() -> str:
    return hashlib.sha256(token().encode()).hexdigest()


def facts() -> list[tuple[Words, Cell]]:
    """Name, place and roles, as the person's own rights show them."""
    account = session().get(UserAccount, g.person.id)
    if account is None:
        return [(_("User name"), Cell("text", g.person.username))]
    found = [
        (_("Full name"), Cell("text", account.name)),
        (_("User name"), cell(account, "username")),
    ]
    if (employee := account.employee) is not None:
        found += [(label, cell(employee, name)) for name, label in EMPLOYEE.items()]
    found.append((_("E-mail"), cell(account, "email")))
    found.append((_("Last sign-in"), cell(account, "last_login_at")))
    with access.system():
        held = [str(_held(grant)) for grant in grants_now(account.id)]
    found.append((_("Roles"), Cell("text", listed(held)) if held else NONE))
    return found


def _held(grant: RoleGrant) -> Words:
    """A role with how far it reaches, until when and for whom: everybody reads their own (matrix (c))."""
    reach = grant.department if grant.scope == "department" else SCOPES[grant.scope]
    terms: list[object] = [reach or SCOPES[grant.scope]]
    if grant.valid_to is not None:
        terms.append(_("until %(when)s", when=str(grant.valid_to)))
    if grant.delegated_from is not None:
        terms.append(labelled(_("In place of"), grant.delegated_from))
    return _("%(what)s (%(place)s)", what=GRANTED.get(grant.role, grant.role), place=listed(terms))


EMPLOYEE = {
    "no": _("Number"),
    "department": _("Department"),
    "position": _("Position"),
    "manager": _("Manager"),
    "hired_on": _("Joined on"),
}
assert all(hasattr(Employee, name) for name in EMPLOYEE)


def sessions() -> list[Seen]:
    """Where the person is signed in, the one in use first."""
    query = (
        select(SignIn)
        .where(SignIn.account_id == g.person.id, SignIn.expires_at > clock.now())
        .order_by(SignIn.seen_at.desc())
        .limit(MOST_SESSIONS)
    )
    mine = _fingerprint()
    found = [
        Seen(row.id_hash[:SHORT], agent(row.agent), row.ip, row.seen_at, row.id_hash == mine)
        for row in session().scalars(query)
    ]
    return sorted(found, key=lambda one: not one.current)


#: What stands in a browser's name of itself -> what people call it; the first that fits.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def agent(said: str) -> Words | str:
    """A browser and its system in two words."""
    browser = next((name for mark, name in BROWSERS.items() if mark in said), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in said), "")
    return " · ".join(filter(None, (browser, system))) or said[:40] or _("Unknown browser")


def end(ident: str) -> None:
    """End one of the person's own sessions; one that is gone already is gone."""
    if len(ident) != SHORT:
        return
    with transaction():
        session().execute(
            delete(SignIn).where(
                SignIn.account_id == g.person.id, SignIn.id_hash.startswith(ident, autoescape=True)
            )
        )
        audit.note_thing("user_account", g.person.id, "session_ended")


def change_password(current: str, fresh: str) -> None:
    """Give the person acting a new password; raises `Invalid` for a wrong old one, `TooMany`."""
    passwords.count_try(f"change:{g.person.id}")
    with access.system():
        account = session().get_one(UserAccount, g.person.id)
        kept, names = account.password_hash, (account.username, account.name)
    if not passwords.matches(kept, current):
        raise Invalid({"current": _("This is not your present password.")})
    try:
        made = passwords.chosen(fresh, *names)
    except Invalid as reason:
        raise Invalid({"fresh": reason.message}) from None
    with transaction(), access.system():
        account = session().get_one(UserAccount, g.person.id)
        set_password(account, made, keep_token=token())
        passwords.forget_tries(f"change:{g.person.id}")


def speak(locale: str) -> None:
    """Keep the person's language (``zh_Hant_TW``, ``zh_Hans_CN``, ``en``) in their account."""
    short = "_".join(locale.split("_")[:2])
    with transaction(), access.system():
        session().get_one(UserAccount, g.person.id).locale = short
