"""The whole web application over an empty company with its staff, and browsers signed in as them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.boot import boot
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, transaction
from portal.seed import people, rules
from tests.installations import Copy
from tests.portal.app.many import fill
from tests.shown import as_shown

PASSWORD = "only-for-the-tests-2026"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A test client that sends forms as a page would: with the token the page gave."""

    client: FlaskClient

    def get(self, address: str, **more: object) -> TestResponse:
        """One page."""
        return self.client.get(address, **more)  # type: ignore[arg-type]

    def send(self, address: str, page: str = "/profile", **fields: object) -> TestResponse:
        """A form of `page`, sent to `address`."""
        found = _TOKEN.search(self.get(page).get_data(as_text=True))
        assert found, f"{page} has no form"
        return self.client.post(address, data={"csrf_token": found[1], **as_shown(address, fields)})

    def sign_in(self, name: str, password: str = PASSWORD, **more: object) -> TestResponse:
        """The login form, filled in and sent."""
        return self.send("/sign-in", "/sign-in", name=name, password=password, **more)


def _staffed(config: Config) -> None:
    engine = boot(config)
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        people.clear(people.staff(PASSWORD))
        rules.approval_rules()
    remove_session()
    engine.dispose()


@pytest.fixture
def config(installed: Copy) -> Config:
    """The installation under test: departments, employees, accounts and approval rules."""
    return installed("staffed", _staffed)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """Its application."""
    engine = boot(config)
    yield create_app(config, engine)
    remove_session()
    # One that is left open is ended with its database, and heard of in the midst of another test.
    assert getattr(engine.pool, "checkedout", int)() == 0, "a connection was kept"
    engine.dispose()


@pytest.fixture
def full(app: Flask) -> Flask:
    """The application with two rows of every kind."""
    remove_session()
    with app.extensions["engine"].begin() as connection:
        fill(connection, 2)
    return app


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """A new browser; with a user name, signed in."""

    def opened(name: str = "") -> Browser:
        made = Browser(app.test_client())
        if name:
            assert made.sign_in(name).status_code == 303
        return made

    return opened
