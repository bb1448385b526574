"""A client's data that changed after the paper was made are told on its page, and change nothing (R3.3.2)."""

from __future__ import annotations

from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.db import remove_session, session
from portal.seed import walk
from tests.portal.documents.conftest import Company

MOVED = "臺中市西屯區新址路 9 號"


def move(company: Company, contract: Contract) -> None:
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Customer, contract.customer_id).address = MOVED


def page(company: Company, who: str, contract: Contract) -> str:
    remove_session()
    with access.acting_as(access.SYSTEM):
        ident = session().get_one(Contract, contract.id).document_id
    answer = company.browser(who).get(f"/papers/{ident}")
    assert answer.status_code == 200
    return answer.text


def state(contract: Contract) -> str:
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(Contract, contract.id).state


def test_what_changed_is_told_old_and_new_with_the_step_that_leads_back(company: Company):
    contract = company.approved()
    assert 'id="otherwise"' not in page(company, "sales_a", contract)
    move(company, contract)
    text = page(company, "sales_a", contract)
    told = text.partition('id="otherwise"')[2].partition("</main>")[0]
    assert "信義區範例路 245 號" in told.partition("→")[0]
    assert MOVED in told.partition("→")[2]
    assert 'value="text_altered"' in told
    assert "/papers/make/" not in told
    assert state(contract) == "approved"


def test_a_draft_offers_to_be_made_again_and_then_says_nothing(company: Company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    move(company, contract)
    assert (
        f"/papers/make/contract/{contract.id}"
        in page(company, "sales_a", contract)
        .partition('id="otherwise"')[2]
        .partition("</div></div>")[0]
    )
    walk.generate(company.accounts, "sales_a", contract)
    assert 'id="otherwise"' not in page(company, "sales_a", contract)


def test_whoever_may_not_act_is_told_without_a_button(company: Company):
    contract = company.approved()
    move(company, contract)
    told = page(company, "auditor", contract).partition('id="otherwise"')[2].partition("tabs")[0]
    assert MOVED in told
    assert "<button" not in told
