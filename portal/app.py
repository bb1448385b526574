"""The web application: configuration, who is acting, the edge, the pages of every chapter, the screens."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.boot import boot
from portal.chapters.confidentiality import pages as confidentiality
from portal.chapters.confidentiality import screens as confidentiality_screens
from portal.chapters.customers import screens as customer_screens
from portal.chapters.sales import pages as sales
from portal.chapters.sales import screens as sales_screens
from portal.documents import pages as documents
from portal.documents import screens as document_screens
from portal.documents.pages import cards, templating, words
from portal.documents.search import queries
from portal.engines import deciding
from portal.engines import pages as home
from portal.engines import screens as engine_screens
from portal.kernel import duties
from portal.kernel.config import Config
from portal.kernel.words import _
from portal.organization import accounts_page, delegation_page, leaving_page, own, sessions
from portal.organization import pages as organization
from portal.organization import screens as organization_screens
from portal.web import (
    assets,
    finder,
    jobs_page,
    language,
    layout,
    liveness,
    log,
    log_page,
    record_view,
    routes,
    shell,
)
from portal.web.edge import acting, addresses, headers, incoming, packing, refusals
from portal.web.shell import Extra, Frame

SCREENS = (
    *document_screens.SCREENS,
    *sales_screens.SCREENS,
    *customer_screens.SCREENS,
    *confidentiality_screens.SCREENS,
    *organization_screens.SCREENS,
    *engine_screens.SCREENS,
)
PAGES = (
    home.pages,
    deciding.pages,
    organization.pages,
    accounts_page.pages,
    delegation_page.pages,
    jobs_page.pages,
    log_page.pages,
    liveness.pages,
    *documents.PAGES,
    *sales.PAGES,
    *confidentiality.PAGES,
)
#: Pages that templates link to by name.
PLACES = {
    "home": "home.work",
    "find": "finder.find",
    "preferences": "account.preferences",
    "profile": "account.profile",
    "sign_out": "account.sign_out",
    "sign_in": "account.sign_in",
    "here": "account.here",
    "log": "log.show",
}
#: The menu's headings, in its order; `RecordView.chapter` names them.
CHAPTERS = {
    "documents": _("Papers and seals"),
    "sales": _("Sales and contracts"),
    "customers": _("Clients"),
    "confidentiality": _("Confidentiality"),
    "organization": _("Organization"),
}
#: Pages in the menu that are no record's list.
EXTRAS = (
    Extra("documents", _("Search papers"), "search.search", "file-search", queries.may_search),
    Extra(
        "documents",
        _("Name a custodian"),
        "paper_sharing.custodian_by_number",
        "key",
        lambda: duties.has("paper.name_custodian_unseen"),
    ),
    Extra(
        "confidentiality",
        _("Issue agreements"),
        "issuing.choose",
        "users",
        lambda: duties.has("agreement.issue"),
    ),
    Extra("organization", _("Log"), "log.show", "history", log.reads_others),
)


def create_app(config: Config, engine: Engine | None = None) -> Flask:
    """The application for one installation; `engine` says that the process is booted already.

    Raises `Unmarked` when a route does not say what it needs.
    """
    app = Flask("portal.web", static_folder=None)
    _configure(app, config, engine or boot(config, pages=True))
    packing.install(app)  # the first here is the last to touch an answer: what is packed stays
    incoming.install(app, config)
    acting.install(app, sessions.who, own.cookie_name(config), PLACES["sign_in"])
    language.install(app)
    app.before_request(incoming.look)
    app.before_request(organization.choose_first)
    CSRFProtect(app)
    assets.install(app)
    shell.install(app, Frame(PLACES, CHAPTERS, EXTRAS, home.waiting_count))
    words.install(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.add_url_rule("/employees/lookup", "employees_lookup", organization.employees_lookup)
    finder.install(app, search="search.search", may=queries.may_search)
    record_view.install(app, SCREENS)
    record_view.extend(parts=sales.parts, actions=sales.actions, waits=sales.waits)
    record_view.extend(parts=confidentiality.parts)
    record_view.extend(parts=cards.parts, actions=cards.actions)
    record_view.extend(parts=templating.parts, actions=templating.actions)
    record_view.extend(parts=deciding.parts, waits=deciding.waits)
    record_view.extend(parts=accounts_page.parts, actions=accounts_page.actions)
    record_view.extend(parts=leaving_page.parts)
    refusals.install(app)
    headers.install(app, https=config.public_url.startswith("https://"))
    routes.require_needs(app)
    return app


def _configure(app: Flask, config: Config, engine: Engine) -> None:
    """Keys, cookies, templates, and whom we answer."""
    https = config.public_url.startswith("https://")
    app.extensions.update(config=config, engine=engine)
    app.config.update(
        SECRET_KEY=config.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="__Host-form" if https else "form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as its session
    )
    layout.install(app)
    if https:  # we speak plain HTTP, so exactly one proxy of ours stands in front
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    names = addresses.host_names(config)
    inner = addresses.PlainQuestions(app.wsgi_app)
    app.wsgi_app = addresses.OnlyOurHosts(inner, names)  # type: ignore[method-assign, assignment]
