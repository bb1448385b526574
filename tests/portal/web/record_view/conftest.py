"""A small application over `install`: the real kernel, rights, people and clients, and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, abort, g, render_template, request
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader
from werkzeug.test import TestResponse

import portal.boot
from portal.app import create_app
from portal.boot import boot
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.customers.screens import SCREENS as CUSTOMERS
from portal.chapters.sales.models import Contract
from portal.chapters.sales.screens import SCREENS as SALES
from portal.kernel import access, clock
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session, transaction
from portal.kernel.errors import Refusal
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.seed import people, walk
from portal.web import assets, language, layout, show
from portal.web.record_view import RecordView, install
from tests.installations import Copy, accounts
from tests.shown import as_shown

PASSWORD = "only-for-the-tests-2026"
PACKAGE = Path(portal.boot.__file__).parent
PLACES = ("home", "find", "preferences", "profile", "sign_out", "sign_in", "here")


def application(screens: tuple[type[RecordView], ...]) -> Flask:
    """The screens behind a door that believes the header ``X-Who``."""
    app = Flask("portal.web", static_folder=None)
    app.config.update(SECRET_KEY="only-for-the-tests", WTF_CSRF_ENABLED=False, TESTING=True)
    layout.install(app)
    folders = [str(folder) for folder in PACKAGE.rglob("templates") if folder.is_dir()]
    app.jinja_loader = FileSystemLoader(folders)  # also those that blueprints would bring
    app.jinja_env.globals.update(show.GLOBALS, PLACES={name: name for name in PLACES})
    assets.install(app)
    CSRFProtect(app)
    app.before_request(_enter)
    language.install(app)
    app.context_processor(lambda: {"chapters": []})
    app.register_error_handler(Refusal, _refused)
    app.teardown_request(lambda _error: remove_session())
    for name in PLACES:
        app.add_url_rule(f"/{name}", name, str)
    install(app, screens)
    return app


@dataclass(frozen=True)
class Person:
    """Who the pages greet."""

    id: int
    name: str
    locale: str


def _enter() -> None:
    name = request.headers.get("X-Who")
    if name is None:
        abort(401)
    with access.acting_as(access.SYSTEM):
        account = session().query(UserAccount).filter_by(username=name).one()
        actor = actor_of(account)
    g.person = Person(account.id, account.name, "en")
    access.become(actor)


def _refused(reason: Refusal) -> tuple[str, int]:
    missing = getattr(reason, "missing", [])
    page = render_template("error.html", code=reason.status, text=str(reason), missing=missing)
    return page, reason.status


@dataclass(frozen=True)
class Company:
    """The application, the fixed users, and what the tests ask of them."""

    app: Flask
    accounts: dict[str, UserAccount]

    def client(self, owner: str, name: str, **more: Any) -> int:
        """A client of one of the salespeople; returns its id."""
        with walk.person(self.accounts, owner):
            row = Customer(name=name, **more)
            session().add(row)
        return row.id

    def contact(self, owner: str, customer: int, name: str, **more: Any) -> int:
        """A contact there; returns its id."""
        with walk.person(self.accounts, owner):
            row = Contact(customer=session().get_one(Customer, customer), name=name, **more)
            session().add(row)
        return row.id

    def contract(self, owner: str, customer: int, title: str) -> int:
        """A contract with it for one year; returns its id."""
        with walk.person(self.accounts, owner):
            row = Contract(
                title=title,
                customer=session().get_one(Customer, customer),
                start_on=clock.today(),
                end_on=clock.today() + timedelta(days=364),
            )
            session().add(row)
        return row.id

    def as_person(self, who: str) -> Browser:
        """A browser in which this person is signed in."""
        return Browser(self.app, who)

    def row(self, kind: type, ident: int) -> Any:
        """A record as it stands, whoever may see it."""
        remove_session()
        with access.acting_as(access.SYSTEM):
            return session().get(kind, ident)


class Browser:
    """One person's requests; keeps cookies, so that messages arrive on the next page."""

    def __init__(self, app: Flask, who: str) -> None:
        self.client, self.who = app.test_client(), {"X-Who": who}
        if "account.sign_in" in app.view_functions:  # the whole portal believes no header
            typed = {"name": who, "password": PASSWORD}
            assert self.client.post("/sign-in", data=typed).status_code == 303

    def get(self, address: str) -> TestResponse:
        """A page."""
        return self.client.get(address, headers=self.who)

    def post(self, address: str, data: dict[str, Any] | None = None) -> TestResponse:
        """A form that was sent."""
        return self.client.post(address, data=as_shown(address, data or {}), headers=self.who)

    def read(self, address: str, status: int = 200) -> str:
        """The words of a page, tags left out."""
        answer = self.get(address)
        assert answer.status_code == status, answer.text
        return words(answer)

    def fields(self, address: str) -> dict[str, str]:
        """What the form at this address holds, as a browser would send it back."""
        return sent_back(self.get(address))

    def ident_after(self, answer: TestResponse) -> int:
        """The id of the record an answer leads to."""
        assert answer.status_code == 302, words(answer)
        return int(urlsplit(answer.location).query.removeprefix("id="))


def words(answer: TestResponse) -> str:
    """The visible words of a page's main part, on one line."""
    main = answer.text.partition('<main id="main" tabindex="-1">')[2].partition("</main>")[0]
    bare = re.sub(r"<template>.*?</template>", " ", main or answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def sent_back(answer: TestResponse) -> dict[str, str]:
    """The values in the boxes of a record's form."""
    form = answer.text.partition('class="record"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        marks = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if marks.get("type") != "checkbox" or "checked" in tag:
            found[marks.get("name", "")] = html.unescape(marks.get("value", ""))
    for name, body in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = html.unescape(body).strip()
    for tag, body in re.findall(r"<select([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', tag)
        chosen = re.search(r"<option(?=[^>]*\bselected\b)[^>]*value=['\"]([^'\"]*)", body)
        if name:
            found[name[1]] = chosen[1] if chosen else ""
    found.pop("", None)
    return found


def _peopled(config: Config) -> None:
    engine = boot(config)
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        people.staff(PASSWORD)
    remove_session()
    engine.dispose()


@pytest.fixture
def made(installed: Copy) -> Iterator[Callable[..., Company]]:
    """Makes the company with some screens; by default those of clients and contracts."""
    engine = boot(installed("peopled", _peopled))
    yield lambda screens=(*CUSTOMERS, *SALES): Company(application(screens), accounts())
    remove_session()
    engine.dispose()


@pytest.fixture
def company(made: Callable[..., Company]) -> Company:
    """The company with its usual screens."""
    return made()


@pytest.fixture
def whole(installed: Copy) -> Iterator[Company]:
    """The company in the real application, with every screen and page there is."""
    config = installed("peopled", _peopled)
    engine = boot(config)
    app = create_app(config, engine)
    app.config["WTF_CSRF_ENABLED"] = False
    yield Company(app, accounts())
    remove_session()
    engine.dispose()
