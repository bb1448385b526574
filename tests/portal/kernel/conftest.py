"""An empty database of each kind, with the smallest company that can have rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import portal.boot
from portal import policy
from portal.kernel import access, sealed
from portal.kernel.access import Actor, Held
from portal.kernel.db import Base, connect, remove_session, session, transaction
from portal.organization.models import Department, Employee, Position


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


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    """The company, on SQLite and on PostgreSQL."""
    assert portal.boot.LISTENERS  # what steps ask and bring about is there only once it is imported
    sealed.use_key(b"k" * 32)
    engine = connect(database_url)
    Base.metadata.create_all(engine)
    policy.apply()
    with access.acting_as(access.SYSTEM), transaction():
        top = Department(code="SAL", name_hant="銷售部", name_hans="销售部", name_en="Sales")
        teams = [
            Department(code=c, name_hant=c, name_hans=c, name_en=c, parent=top) for c in ("A", "B")
        ]
        post = Position(code="P1", title="業務", department=top)
        people = [
            Employee(
                name=name, department=team, position=post, mobile="0912345678", id_no="A123456789"
            )
            for name, team in zip(("Ann", "Bob"), teams, strict=True)
        ]
        session().add_all([top, *teams, post, *people])
        session().flush()
        found = Company(top.id, teams[0].id, teams[1].id, people[0].id, people[1].id)
    remove_session()
    yield found
    remove_session()
    engine.dispose()
