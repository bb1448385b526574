"""Signing in and out, one's own profile and preferences, and finding a colleague for a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as form_session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from portal.kernel import text
from portal.kernel.config import Config
from portal.kernel.db import holding, session
from portal.kernel.errors import Invalid, TooMany
from portal.kernel.words import Words, _
from portal.organization import own, sessions
from portal.organization.models import Employee
from portal.web import language
from portal.web.edge.addresses import local_path
from portal.web.redrawn import redrawn
from portal.web.routes import needs

pages = Blueprint("account", __name__, template_folder="templates")
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600
MOST_FOUND = 20


def _refused(problems: Mapping[str, Words]) -> str:
    """The login page after a refusal; the password is typed anew."""
    wanted, name = local_path(request.values.get("next", "")), request.form.get("name", "")
    return _login(wanted, str(next(iter(problems.values()))), name, problems=problems)


@pages.route("/sign-in", methods=["GET", "POST"])
@needs("public")
@redrawn(_refused, name=_("User name"), password=_("Password"))
def sign_in() -> Response | str | tuple[str, int, dict[str, str]]:
    """User name and password; the same words for everything that is wrong with them."""
    wanted = local_path(request.values.get("next", ""))
    if request.method != "POST":
        return redirect(wanted or "/", 303) if g.person else _login(wanted)
    config: Config = current_app.extensions["config"]
    name = request.form.get("name", "")
    agent = "".join(c for c in request.headers.get("User-Agent", "") if not text.illegal(c))
    try:
        token = sessions.sign_in(
            name,
            request.form.get("password", ""),
            request.remote_addr or "",
            agent,
            config.session_hours,
        )
    except TooMany as reason:
        waits = {"Retry-After": str(reason.retry_after)}
        return _login(wanted, str(reason), name, reason.retry_after), 429, waits
    form_session.clear()  # tokens of forms from before are worth nothing afterwards
    answer = redirect(wanted or "/", 303)
    answer.set_cookie(
        own.cookie_name(config),
        token,
        max_age=config.session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=config.public_url.startswith("https://"),
    )
    return answer


def _login(
    wanted: str,
    said: str = "",
    name: str = "",
    wait: int = 0,
    problems: Mapping[str, Words] | None = None,
) -> str:
    return render_template(
        "login.html", said=said, wait=wait, name=name[:64], next=wanted, problems=problems or {}
    )


@pages.get("/here")
@needs("signed-in")
def here() -> Response:
    """Who is signed in, and the token their forms need now; for pages that have been open for long."""
    return make_response(jsonify(person=g.person.id, csrf=generate_csrf()))


@pages.post("/sign-out")
@needs("public")
def sign_out() -> Response:
    """End this session, here and in the database; done twice it is still done."""
    config: Config = current_app.extensions["config"]
    if token := own.token():
        sessions.sign_out(token)
    form_session.clear()
    answer = redirect(url_for("account.sign_in"), 303)
    secure = config.public_url.startswith("https://")
    answer.delete_cookie(own.cookie_name(config), secure=secure, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


#: What somebody may do before they chose a password of their own.
BEFORE_CHOOSING = {
    "account.profile",
    "account.password",
    "account.sign_out",
    "account.preferences",
    "asset",
}


def choose_first() -> Response | None:
    """Whoever signed in with a given password chooses their own before anything else."""
    if g.person is None or not g.person.must_change or request.endpoint in BEFORE_CHOOSING:
        return None
    flash(str(_("Somebody gave you this password. Choose one of your own first.")), "warning")
    return redirect(url_for("account.profile") + "#password", 303)


@pages.get("/profile")
@needs("signed-in")
def profile() -> str:
    """What the portal knows of me, where I am signed in, and how I like it."""
    return _profile(own.PasswordForm())


@pages.post("/profile/password")
@needs("signed-in", redraws=True)
def password() -> Response | tuple[str, int]:
    """A new password, for whoever knows the old one; every other session ends."""
    form = own.PasswordForm(request.form)
    if form.validate():
        try:
            own.change_password(form.current.data or "", form.fresh.data or "")
        except Invalid as reason:
            form.refuse(reason.fields)
        else:
            flash(str(_("The password is changed; you are signed out everywhere else.")), "success")
            return redirect(url_for("account.profile"), 303)
    return _profile(form), 422


@pages.post("/profile/end-session")
@needs("signed-in")
def end_session() -> Response:
    """End one of my sessions elsewhere."""
    own.end(request.form.get("id", ""))
    flash(str(_("That session has ended.")), "success")
    return redirect(url_for("account.profile"), 303)


def _profile(form: own.PasswordForm) -> str:
    addresses = {
        "password": url_for("account.password"),
        "end_session": url_for("account.end_session"),
        "delegation": url_for("delegation.show"),
    }
    return render_template(
        "profile.html",
        facts=own.facts(),
        sessions=own.sessions(),
        password_form=form,
        keys_on=not g.keys_off,
        urls=addresses,
    )


@pages.post("/preferences")
@needs("public")
def preferences() -> Response:
    """Language, appearance, single keys: kept in this browser, the language also in the account."""
    answer = redirect(local_path(request.form.get("back", "")) or "/", 303)
    chosen = {
        "language": (request.form.get("language"), tuple(language.LOCALES)),
        "theme": (request.form.get("theme"), THEMES),
        "keys": ((request.form.getlist("keys") or [""])[-1], ("on", "off")),
    }
    for name, (value, allowed) in chosen.items():
        if value in allowed:
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            answer.set_cookie(
                name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure
            )
    if g.person and chosen["language"][0] in language.LOCALES:
        own.speak(str(chosen["language"][0]))
    return answer


@needs("signed-in")
def employees_lookup() -> Response:
    """Colleagues for a type-ahead, through the person's own rights; who left is not offered."""
    term = (request.args.get("query") or request.args.get("q") or "").strip()[:60]
    query = select(Employee).where(Employee.state != "left")
    if term:
        columns: list[Any] = [Employee.no, Employee.name, Employee.name_en, Employee.work_email]
        query = query.where(or_(*(holding(c, term) for c in columns)))
    rows = session().scalars(query.order_by(Employee.no).limit(MOST_FOUND))
    found = [{"id": e.id, "value": e.id, "text": e.name, "note": e.no} for e in rows]
    return make_response(jsonify(found))
