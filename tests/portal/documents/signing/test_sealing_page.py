"""The keeper's page asks for a sealing only while there is one to record (R3.3.2)."""

from __future__ import annotations

from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.kernel.db import session
from portal.seed import walk
from tests.portal.documents.signing.test_seal_requests import SAME, answer, ask, use


def shown(company, ident: int) -> tuple[bool, bool, str]:
    """Whether the page says that all is as approved, whether it has the form, and its text."""
    page = company.browser("seal").get(f"/papers/seal/{ident}").text
    return SAME in page, 'name="sealed_on"' in page, page


def test_what_was_asked_before_a_change_is_not_called_the_approved_paper(company):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    same, form, said = shown(company, ident)
    assert (same, form) == (False, False)
    assert "目前為「待簽核」" in said
    answer(company, "exec", ident)
    assert shown(company, ident)[:2] == (True, True)
    with walk.person(company.accounts, "sales_a"):
        CONTRACT.advance(session().get_one(Contract, contract.id), "text_altered", "客戶改期")
    same, form, said = shown(company, ident)
    assert (same, form) == (False, False)
    assert "目前為「作廢」" in said


def test_a_sealing_is_recorded_once(company):
    ident = ask(company, "sales_a", company.approved())
    answer(company, "exec", ident)
    use(company, ident)
    same, form, said = shown(company, ident)
    assert (same, form) == (False, False)
    assert "目前為「已用印」" in said
