"""A paper to share."""

from __future__ import annotations

import pytest

from portal.kernel import access
from portal.kernel.db import session
from portal.seed import walk
from tests.portal.documents.conftest import Company


@pytest.fixture
def paper(company: Company) -> int | None:
    """A contract's paper of team A, which can be found."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        return session().get_one(type(contract), contract.id).document_id
