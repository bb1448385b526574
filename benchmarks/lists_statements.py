"""What a page asks of the database, counted in this process on the real application."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.lists_rows import PASSWORD, VIEWER
from portal.app import create_app
from portal.boot import boot
from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session
from portal.organization.accounts import UserAccount
from portal.web.record_view.columns import column_of
from portal.web.record_view.listing import marked
from tests.portal.statements import counting


def signed_in(client: FlaskClient, name: str = VIEWER, password: str = PASSWORD) -> FlaskClient:
    """The client, with this person signed in."""
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "name": name, "password": password}
    assert client.post("/sign-in", data=form).status_code == 303
    return client


def statements(config: Config, path: str) -> int:
    """How many statements one visit of `path` takes, once it is warm."""
    engine = boot(config)
    client = signed_in(create_app(config, engine).test_client())
    client.get(path)
    with counting(engine) as seen:
        assert client.get(path).status_code == 200
    remove_session()
    engine.dispose()
    return len(seen)


def viewer(config: Config) -> tuple[int, int]:
    """The employee and department of whoever looks."""
    engine = boot(config)
    with access.acting_as(access.SYSTEM):
        account = session().scalar(select(UserAccount).where(UserAccount.username == VIEWER))
        assert account is not None
        assert account.employee is not None
        found = account.employee.id, account.employee.department_id
    remove_session()
    engine.dispose()
    return found


def deep_cursor(config: Config, rows: int) -> str:
    """The cursor behind which the page `rows` rows further down begins."""
    engine = boot(config)
    with access.acting_as(access.SYSTEM):
        newest = select(Contract).order_by(Contract.id.desc()).offset(2 * rows).limit(1)
        row = session().scalars(newest).one()
        cursor = marked(row, column_of(Contract, "id"))
    remove_session()
    engine.dispose()
    return cursor
