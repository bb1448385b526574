"""Papers are found by what people call them, though their own text says it otherwise (R8.1.3)."""

from __future__ import annotations

from portal.chapters.sales.models import Contract
from portal.documents import finding
from portal.kernel.db import session
from portal.seed import records, walk

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


def test_a_void_paper_is_found_after_the_others_by_whoever_may_see_it(company):
    """Search gives what the database shows, so a cancelled paper too, marked as such (R8.1.3)."""
    alive = company.contract()
    dead = records.contract(company.accounts, "sales_a", alive.customer, "年度門市銷售外包二")
    for contract in (alive, dead):
        walk.generate(company.accounts, "sales_a", contract)
    walk.bring_to(company.accounts, "sales_a", dead, "void")
    walk.work()
    with walk.person(company.accounts, "sales_a"):
        papers = [session().get_one(Contract, one.id).document for one in (alive, dead)]
        assert papers[1].state == "void"
        answer = finding.search("D01")
        assert [hit.document for hit in answer.hits] == papers
        assert answer.facets["state"] == {"draft": 1, "void": 1}
        only = finding.search("D01", filters={"state": {"void"}})
        assert [hit.document for hit in only.hits] == papers[1:]
        assert [hit.document for hit in finding.search(papers[1].no).hits] == papers[1:]
    for stranger in ("mkt", "sales_b"):
        with walk.person(company.accounts, stranger):
            assert finding.search(papers[1].no).total == finding.search("D01").total == 0
