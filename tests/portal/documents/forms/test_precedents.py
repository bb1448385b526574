"""A paper begins like an approved one that the person may open, and like no other (R3.3.1, R8.1.3)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.seed import records, walk
from tests.portal.documents.conftest import Company


def blank(company: Company, owner: str = "sales_a") -> str:
    """A contract for whose paper nothing was typed yet; the address of the paper's form."""
    client = records.client(company.accounts, owner, "晴川淨水設備股份有限公司", "24536815")
    made = records.contract(company.accounts, owner, client, "第二份合約")
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Contract, made.id).details = {}
    return f"/papers/make/contract/{made.id}"


def read(company: Company, who: str, address: str, status: int = 200) -> str:
    """The page somebody is shown."""
    answer = company.browser(who).get(address)
    assert answer.status_code == status, address
    return answer.text


def offered(page: str) -> set[int]:
    """The papers in the page's list of precedents."""
    inside = re.search(r'<select[^>]*name="like">(.*?)</select>', page, re.DOTALL)
    return {int(one) for one in re.findall(r'value="(\d+)"', inside[1])} if inside else set()


def value(page: str, name: str) -> str:
    """What stands in a box."""
    box = re.search(rf'<(?:input|textarea)[^>]*name="{re.escape(name)}"[^>]*>([^<]*)', page)
    inside = re.search(r'value="([^"]*)"', box[0])
    return inside[1] if inside else box[1]


@pytest.fixture
def paper(company: Company) -> int:
    """The id of the approved paper of a contract of team A."""
    contract = company.approved()
    with access.acting_as(access.SYSTEM):
        ident = session().get_one(Contract, contract.id).document_id
    assert ident is not None
    return ident


def test_what_was_filled_in_stands_in_the_form_and_is_not_kept(company: Company, paper: int):
    address = blank(company)
    page = read(company, "sales_a", address)
    assert offered(page) == {paper}
    assert value(page, "scope.products") == ""
    page = read(company, "sales_a", f"{address}?like={paper}")
    assert value(page, "scope.products") == "商用雲端方案"
    assert value(page, "scope.services-0-name")
    assert value(page, "proposal.number") == value(page, "proposal.accepted_on") == ""
    assert offered(page) == set()
    remove_session()
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Contract, int(address.rpartition("/")[2])).details == {}


def test_looking_at_what_it_says_is_an_opening_of_the_confidential_paper(
    company: Company, paper: int
):
    def openings() -> int:
        remove_session()
        with access.acting_as(access.SYSTEM):
            query = select(AuditEvent).where(
                AuditEvent.object_type == "document",
                AuditEvent.object_id == paper,
                AuditEvent.action == "opened",
                AuditEvent.actor_id == company.accounts["sales_a"].id,
            )
            return len(session().scalars(query).all())

    address = blank(company)
    read(company, "sales_a", address)
    assert openings() == 0
    read(company, "sales_a", f"{address}?like={paper}")
    assert openings() == 1


def test_a_paper_one_may_not_open_is_neither_offered_nor_taken(company: Company, paper: int):
    address = blank(company, "sales_b")
    assert offered(read(company, "sales_b", address)) == set()
    read(company, "sales_b", f"{address}?like={paper}", 404)
    read(company, "sales_b", f"{address}?like=999999", 404)


def test_what_nobody_approved_is_no_precedent(company: Company):
    first = company.contract()
    walk.generate(company.accounts, "sales_a", first)
    address = blank(company)
    assert offered(read(company, "sales_a", address)) == set()


def test_what_was_typed_is_not_typed_over(company: Company, paper: int):
    address = blank(company)
    with access.acting_as(access.SYSTEM), transaction():
        made = session().get_one(Contract, int(address.rpartition("/")[2]))
        made.details = {"scope": {"territory": "金門"}}
    assert offered(read(company, "sales_a", address)) == set()
    read(company, "sales_a", f"{address}?like={paper}", 404)
