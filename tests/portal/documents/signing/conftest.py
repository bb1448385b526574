"""What the tests of signing begin with."""

from __future__ import annotations

import pytest

from portal.seed import walk


@pytest.fixture
def signing(company):
    """A contract out for signature, sealed."""
    contract = company.approved()
    walk.seal_contract(company.accounts, "sales_a", contract)
    return contract
