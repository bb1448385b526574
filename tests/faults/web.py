"""The web application over a company of one's own, and people at work in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.boot import boot
from portal.documents.models import Document
from portal.kernel import access, clock
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from tests.company import config_of, token_of
from tests.faults.installation import ids
from tests.faults.ready import SIGNERS, WHOLE, came_back


@dataclass(frozen=True)
class Office:
    """An installation that answers."""

    home: Path
    config: Config
    app: Flask
    engine: Engine

    @property
    def ids(self) -> dict[str, Any]:
        """The ids of the seed's records."""
        return ids(self.home)

    def visitor(self, name: str) -> FlaskClient:
        """A browser in which this user is signed in; forms need no token of the page."""
        client = self.app.test_client()
        client.set_cookie("portal", token_of(name))
        return client

    def upload(
        self, token: str = "one-time-token-of-the-form", name: str = "legal"
    ) -> TestResponse:
        """Somebody registers the signed copy of the contract that is out for signature."""
        fields = {"signed_on": clock.today().isoformat(), "token": token, "signer": SIGNERS}
        fields |= {"fewer_pages_because": WHOLE}
        paper = self.ids["document"]["signing"]
        data = {**fields, "file": (BytesIO(came_back(self.home)), "scan.pdf")}
        return self.visitor(name).post(f"/papers/{paper}/signed-copy", data=data)


def states(office: Office) -> tuple[str, str]:
    """The paper's state, and that of the job which stores its signed copy."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        document = session().get_one(Document, office.ids["document"]["signing"])
        latest = select(Job).where(Job.kind == "paper.sign").order_by(Job.id.desc())
        found = document.state, session().scalars(latest).first().state  # type: ignore[union-attr]
    remove_session()
    return found


@contextmanager
def opened(home: Path, config: Config | None = None) -> Iterator[Office]:
    """Start the application over what is in `home`."""
    config = config or config_of(home)
    engine = boot(config)
    app = create_app(config, engine)
    app.config["WTF_CSRF_ENABLED"] = False
    remove_session()
    yield Office(home, config, app, engine)
    remove_session()
    engine.dispose()
