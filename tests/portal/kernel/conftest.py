"""An empty database of each kind, with the smallest company that can have rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

import portal.boot
from portal import policy
from portal.kernel import access, sealed
from portal.kernel.actor import Actor, Held
from portal.kernel.config import Config
from portal.kernel.db import Base, connect, remove_session, session, transaction
from portal.organization.models import Department, Employee, Position
from tests.installations import Copy


@dataclass(frozen=True)
class Company:
    """Two teams under one department, one person in each."""

    sales: int
    team_a: int
    team_b: int
    ann: int
    bob: int

    def actor(self, employee: int, *roles: Held) -> Actor:
        """An actor for an employee with roles beside being an employee."""
        return Actor(
            account_id=1000 + employee,
            employee_id=employee,
            name="x",
            roles=(Held("employee"), *roles),
        )


def _open(config: Config) -> Engine:
    assert portal.boot.LISTENERS  # what steps ask and bring about is there only once it is imported
    sealed.use_key(b"k" * 32)
    policy.apply()
    return connect(config.database_url)


def _two_teams(config: Config) -> None:
    engine = _open(config)
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        top = Department(code="SAL", name_hant="銷售部", name_hans="销售部", name_en="Sales")
        teams = [
            Department(code=c, name_hant=c, name_hans=c, name_en=c, parent=top) for c in ("A", "B")
        ]
        post = Position(code="P1", title="業務", department=top)
        people = [
            Employee(name=name, department=team, position=post, mobile="0912345678", id_no=number)
            for name, team, number in zip(
                ("Ann", "Bob"), teams, ("A123456789", "B123456789"), strict=True
            )
        ]
        session().add_all([top, *teams, post, *people])
    remove_session()
    engine.dispose()


@pytest.fixture
def company(installed: Copy) -> Iterator[Company]:
    """The company, on SQLite and on PostgreSQL."""
    engine = _open(installed("two_teams", _two_teams))
    with access.acting_as(access.SYSTEM):
        at = {one.code: one.id for one in session().scalars(select(Department))}
        who = {one.name: one.id for one in session().scalars(select(Employee))}
    remove_session()
    yield Company(at["SAL"], at["A"], at["B"], who["Ann"], who["Bob"])
    remove_session()
    engine.dispose()
