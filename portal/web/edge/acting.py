"""Who is acting: the session cookie's person, the session's rights, and what those without one get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, g, redirect, request, url_for
from flask.globals import request_ctx
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from portal.kernel import access, audit
from portal.kernel.actor import Actor
from portal.kernel.db import remove_session
from portal.web.edge import asked
from portal.web.edge.addresses import local_path
from portal.web.routes import need_of, unasked

#: Session token -> the person for pages and the actor for rights; None when it has ended.
Who = Callable[[str], tuple[Any, Actor] | None]


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Flask-Login's user: one person with the rights they have at this moment."""

    person: Any
    actor: Actor

    def get_id(self) -> str:
        """The account; never a way to sign in by itself."""
        return str(self.person.id)


def install(app: Flask, who: Who, cookie: str, sign_in: str) -> None:
    """Ask `who` about the cookie of every request, once, and keep out who may not enter.

    `sign_in` is the endpoint of the login page.
    """
    # Templates read `g.person`: drawing the page that says "no" must not ask the database again.
    keeper = LoginManager(app, add_context_processor=False)
    keeper.session_protection = None  # the session is a row of ours, the cookie only names it

    @keeper.request_loader
    def load(arriving: Request) -> SignedIn | None:
        token = arriving.cookies.get(cookie, "")
        found = who(token) if token and token.isascii() and len(token) <= 128 else None
        return SignedIn(*found) if found else None

    @app.before_request
    def act() -> Response | None:
        g.person = None
        if unasked(app, request.endpoint):
            return None
        audit.arrived(g.request_id, (request.remote_addr or "")[:45])
        user = current_user._get_current_object()
        if isinstance(user, SignedIn):
            access.become(user.actor)
            g.person = user.person
        g.keys_off = request.cookies.get("keys") == "off"
        if g.person is None and need_of(app, request.endpoint) != "public":
            return _turned_away(sign_in)
        return None

    @app.teardown_appcontext
    def leave(_error: BaseException | None) -> None:
        remove_session()


def _turned_away(sign_in: str) -> Response:
    """The login page, that leads back to this page or form; scripts are told so instead."""
    if asked.by_script():
        raise Unauthorized
    sent = request.method not in ("GET", "HEAD")
    adapter = request_ctx.url_adapter
    page = adapter is not None and "GET" in adapter.allowed_methods()
    back = local_path(request.full_path.rstrip("?")) if page else ""
    return redirect(url_for(sign_in, next=back or None), 303 if sent else 302)
