"""My work also holds records whose state calls the person, and nobody else's (U01)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.engines import my_work
from portal.engines.approval.models import ApprovalRule
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.identity import actor_of
from tests.portal.statements import counting


@pytest.fixture
def proposals(app):
    """A rule and a role that wait for Management; entered by the administrator."""
    with access.acting_as(access.SYSTEM), transaction():
        session().add(ApprovalRule(subject_type="contract", step_no=9, role="legal"))
        account = session().scalars(select(UserAccount).where(UserAccount.username == "ops")).one()
        grant = RoleGrant(user=account, role="ops_head", valid_from=clock.today(), reason="代理")
        session().add(grant)
    return app


def as_person(name):
    with access.acting_as(access.SYSTEM):
        query = select(UserAccount).where(UserAccount.username == name)
        return access.acting_as(actor_of(session().scalars(query).one()))


@pytest.mark.parametrize(
    ("who", "kinds"),
    [("exec", {"approval_rule", "role_grant"}), ("admin", set()), ("legal", set()), ("ops", set())],
)
def test_what_is_proposed_waits_for_management_alone(proposals, who, kinds):
    """Power needs two: whoever confirms finds it among the things that wait (R2.1)."""
    with as_person(who):
        found = my_work.waiting(50)
        assert {one.record.__tablename__ for one in found} == kinds
        assert my_work.count(50) == len(found)


def test_the_count_of_the_bell_takes_one_statement(proposals):
    with as_person("exec"), counting(proposals.extensions["engine"]) as statements:
        assert my_work.count(50) == 2
    assert len(statements) == 1


def test_no_more_is_read_than_is_asked_for(proposals):
    with as_person("exec"):
        assert len(my_work.waiting(1)) == my_work.count(1) == 1
