"""A company whose papers are made without the office suite, which the stories try for real."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from portal.app import create_app
from portal.boot import boot
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.sales.models import Contract
from portal.kernel import clock
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee
from portal.seed import begun, records, walk
from tests.company import config_of, config_on, signed_in, token_of
from tests.faults import making
from tests.faults.dying import copied
from tests.installations import Copy, accounts


@dataclass(frozen=True)
class Company:
    """The configuration in use and everybody who can act."""

    config: Config
    accounts: dict[str, UserAccount]
    engine: Engine

    @cached_property
    def app(self) -> Flask:
        """The application of this company; forms need no token of the page."""
        app = create_app(self.config, self.engine)
        app.config["WTF_CSRF_ENABLED"] = False
        return app

    def browser(self, name: str) -> FlaskClient:
        """A browser in which one of the fixed users is signed in."""
        remove_session()
        client = self.app.test_client()
        client.set_cookie("portal", token_of(name))
        return client

    def contract(self, **more: object) -> Contract:
        """A draft of team A with its client."""
        client = records.client(self.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
        return records.contract(self.accounts, "sales_a", client, "年度門市銷售外包", **more)

    def approved(self, **more: object) -> Contract:
        """A contract that everybody asked said yes to."""
        contract = self.contract(**more)
        self.approve(contract)
        return contract

    def approve(self, contract: Contract) -> None:
        """The paper made, submitted and approved."""
        walk.generate(self.accounts, "sales_a", contract)
        walk.submit(self.accounts, "sales_a", contract)
        walk.approve_contract(self.accounts, contract, "sales_a_mgr")

    def agreement(self, name: str = "mkt") -> ConfidentialityAgreement:
        """A draft agreement with one of the fixed users, made by Human Resources."""
        with walk.person(self.accounts, "hr"):
            employee = session().get_one(Employee, self.accounts[name].employee_id)
            row = ConfidentialityAgreement(
                kind="employee", employee=employee, locale=employee.locale, start_on=clock.today()
            )
            session().add(row)
        return row


@pytest.fixture(scope="session")
def founded(run_folder: Path) -> Path:
    """Staff, approval rules, agreements in force and templates in use; made once per run."""
    home = run_folder / "documents"
    with (run_folder / "documents.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _found(run_folder / "founding")
            (run_folder / "founding").rename(home)
    return home


def _found(home: Path) -> None:
    home.mkdir()
    engine = boot(config_of(home))
    Base.metadata.create_all(engine)
    people = begun.company("only-for-the-tests-2026")
    signed_in({name: account.id for name, account in people.items()})
    remove_session()
    engine.dispose()
    (home / "ids.json").write_text("{}")


@pytest.fixture
def company(installed: Copy, founded: Path) -> Iterator[Company]:
    """A copy of the founded company, on SQLite and on PostgreSQL in turn."""

    def fill(config: Config) -> None:
        home = copied(founded, config.data.parent)
        if config.database_url.startswith("postgresql"):
            config_on(home, config.database_url)

    config = installed("founded", fill)
    engine = boot(config)
    making.without_office()
    yield Company(config, accounts(), engine)
    remove_session()
    engine.dispose()
