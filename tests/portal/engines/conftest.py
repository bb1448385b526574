"""The same smallest company as the kernel's tests, and a client about whom approval is asked."""

from __future__ import annotations

import pytest

from portal.chapters.customers.models import Customer
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import access
from portal.kernel.db import session, transaction
from tests.portal.engines.asked import BIG
from tests.portal.kernel.conftest import Company, company

__all__ = ["Company", "company"]


@pytest.fixture
def subject(company):
    """A client as subject; Legal decides first, Management from 1,000 TWD."""
    with access.acting_as(access.SYSTEM), transaction():
        row = Customer(name="甲公司", owner_id=company.ann, department_id=company.team_a)
        session().add(row)
        for step, role, condition in ((1, "legal", []), (2, "management", BIG)):
            rule = ApprovalRule(
                subject_type="customer", step_no=step, role=role, condition=condition
            )
            session().add(rule)
            session().flush()
            APPROVAL_RULE.advance(rule, "confirm", automatic=True)
    return row.id
