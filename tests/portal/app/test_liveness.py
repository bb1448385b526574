"""Watchers learn whether the portal and its database answer, whoever's browser they ask from."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from portal.kernel.db import remove_session
from portal.web.routes import needs


def let_go(engine: Engine) -> None:
    """From here on the database does not answer any more."""
    remove_session()
    engine.dispose()

    @event.listens_for(engine, "do_connect")
    def gone(*_more: object) -> None:
        raise OperationalError("connecting", None, ConnectionError("nobody listens"))


def test_watchers_are_told_the_truth_without_a_database_and_with_a_session(app: Flask, browser):
    signed_in, stranger = browser("sales_a"), browser()
    let_go(app.extensions["engine"])
    assert signed_in.get("/").status_code == 503
    for one in (signed_in, stranger):
        alive, ready = one.get("/status"), one.get("/status/ready")
        assert (alive.status_code, alive.data) == (200, b"ok\n")
        assert (ready.status_code, ready.json) == (503, {"database": "away"})
        assert "X-Request-ID" in ready.headers


def test_what_asks_nobody_needs_no_right():
    with pytest.raises(ValueError, match="must be asked"):
        needs("signed-in", unasked=True)
