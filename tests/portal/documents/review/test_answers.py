"""An answer that says too little comes back as the card it was given on (R3.3.2)."""

from __future__ import annotations

from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.db import session
from portal.seed import walk


def test_changes_asked_for_without_a_word_bring_the_card_back(company):
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    walk.submit(company.accounts, "sales_a", contract)
    door = f"/approvals/contract/{contract.id}/decide"
    back = f"/sales/contract/details/?id={contract.id}"
    legal = company.browser("legal")
    refused = legal.post(door, data={"answer": "returned", "comment": "  ", "back": back})
    assert refused.status_code == 422
    assert "請說明須修改之處" in refused.text
    assert f'action="{door}"' in refused.text
    assert f'href="{back}"' in refused.text
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Contract, contract.id).state == "legal_review"
    outside = company.browser("sales_b").post(door, data={"answer": "returned", "back": back})
    assert outside.status_code == 404
