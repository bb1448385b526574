"""Papers are found by what people call them, though their own text says it otherwise (R8.1.3)."""

from __future__ import annotations

from portal.chapters.sales.models import Contract
from portal.documents import finding
from portal.kernel.db import session
from portal.seed import walk

SAID = ("合約", "合同", "銷售外包合約", "销售外包合同", "outsourcing contract", "D01")


def test_a_paper_is_found_by_the_name_of_its_kind_in_every_language(company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "legal"):
        paper = session().get_one(Contract, contract.id).document
        assert {words: [hit.document for hit in finding.search(words).hits] for words in SAID} == {
            words: [paper] for words in SAID
        }
        assert finding.search(f"{SAID[0]} 租賃").hits == []
    with walk.person(company.accounts, "mkt"):  # has no agreement in force
        assert [finding.search(words).total for words in SAID] == [0] * len(SAID)
