"""Papers are found by what people call them, though their own text says it otherwise (R8.1.3)."""

from __future__ import annotations

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.sales.models import Contract
from portal.documents.papers import generation
from portal.documents.search import index, queries
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.models import Employee
from portal.seed import records, walk

SAID = ("合約", "合同", "銷售外包合約", "销售外包合同", "outsourcing contract", "D01")


def test_a_paper_is_found_by_the_name_of_its_kind_in_every_language(company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "legal"):
        paper = session().get_one(Contract, contract.id).document
        assert {words: [hit.document for hit in queries.search(words).hits] for words in SAID} == {
            words: [paper] for words in SAID
        }
        assert queries.search(f"{SAID[0]} 租賃").hits == []
    with walk.person(company.accounts, "mkt"):  # has no agreement in force
        assert [queries.search(words).total for words in SAID] == [0] * len(SAID)


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
        answer = queries.search("D01")
        assert [hit.document for hit in answer.hits] == papers
        assert answer.facets["state"] == {"draft": 1, "void": 1}
        only = queries.search("D01", filters={"state": {"void"}})
        assert [hit.document for hit in only.hits] == papers[1:]
        assert [hit.document for hit in queries.search(papers[1].no).hits] == papers[1:]
    for stranger in ("mkt", "sales_b"):
        with walk.person(company.accounts, stranger):
            assert queries.search(papers[1].no).total == queries.search("D01").total == 0


def test_nobody_is_found_by_an_identity_number_or_a_home_address(company):
    """The paper prints them; whoever may read it does not find it by them either (R8.1.3)."""
    with walk.person(company.accounts, "hr"):
        person = session().get_one(Employee, company.accounts["sales_a"].employee_id)
        person.id_no, person.address = "A123456789", "臺北市大安區和平東路七段九十九巷"
    agreement = records.employee_agreement(company.accounts, "sales_a")
    walk.work()
    with access.acting_as(access.SYSTEM), transaction():
        paper = session().get_one(ConfidentialityAgreement, agreement.id).document
        page = "國民身分證 A12345\n6789 住址 臺北市大安區和平東路\n七段九十九巷 內湖"
        generation.keep_pages(paper, paper.current_no, [page])
        paper.revision += 1
        index.later(paper)
    walk.work()
    with walk.person(company.accounts, "hr"):
        paper = session().get_one(ConfidentialityAgreement, agreement.id).document
        (told,) = queries.search("國民身分證").hits
        assert told.document == paper
        assert "內湖" in str(told)
        assert "6789" not in str(told)
        for words in ("A123456789", "A12345", "和平東路", "九十九巷"):
            assert queries.search(words).hits == []
