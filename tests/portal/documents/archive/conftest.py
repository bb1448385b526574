"""Papers of one company that Legal lowered, so that their files are stored plain."""

from __future__ import annotations

import pytest

from portal.seed import walk
from tests.portal.documents.archive.risen import files, paper_of, reclassed


@pytest.fixture
def lowered(company):
    """A contract whose paper Legal lowered to internal and whose owner made it again: stored plain."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    reclassed(company, paper_of(contract), "internal")
    walk.work()
    walk.generate(company.accounts, "sales_a", contract)
    paper = paper_of(contract)
    assert files(paper)[2:] == [("docx", 2, "none"), ("pdf", 2, "none")]
    return contract


@pytest.fixture
def signed(company, lowered):
    """The same contract signed: its copy is stored plain, and the store keeps it until its day."""
    walk.submit(company.accounts, "sales_a", lowered)
    walk.approve_contract(company.accounts, lowered, "sales_a_mgr")
    walk.seal_contract(company.accounts, "sales_a", lowered)
    walk.sign(company.accounts, "legal", lowered, "t" * 20)
    return paper_of(lowered)
