"""A contract stands among what waits for its owner whenever its next step is theirs (U01)."""

from __future__ import annotations

import pytest

from portal.documents.models import SigningEvent
from portal.engines import my_work
from portal.engines.approval import rounds
from portal.kernel.db import session
from portal.seed import walk
from tests.portal.documents.signing.test_seal_requests import answer, ask, fresh, use

pytestmark = pytest.mark.office


def called(company, name, contract):
    """Whether the contract is among what waits for a person; the list, the bell and the record agree."""
    with walk.person(company.accounts, name):
        found = [one.record for one in my_work.waiting(50)]
        assert len(found) == my_work.count(50)
        row = fresh(contract)
        asks = row.state == "approved" and not row.seal_asked
        assert (row in found) is (asks or (row.state == "signing" and not row.unsealed))
        return row in found


def test_an_approved_contract_calls_its_owner_until_the_seal_is_asked_for(company):
    """U01: also when it was asked for by somebody whose request the owner does not see."""
    contract = company.approved()
    assert called(company, "sales_a", contract)
    seal = ask(company, "sales_a_mgr", contract)
    assert not called(company, "sales_a", contract)
    with walk.person(company.accounts, "exec"):
        row = session().get_one(SigningEvent, seal)
        rounds.decide(row, "approve", "rejected", "先確認份數", row.content_sha256)
    assert called(company, "sales_a", contract)


def test_a_sealed_contract_calls_its_owner_until_the_signed_copy_is_registered(company):
    """U01: while the other side has the paper somebody has to see to it, and it says what follows."""
    contract = company.approved()
    seal = ask(company, "sales_a", contract)
    answer(company, "exec", seal)
    assert not called(company, "sales_a", contract)  # the keeper has it
    use(company, seal)
    assert called(company, "sales_a", contract)
    told = "由承辦人送交對方簽署；簽署後由法務或行政人員登錄掃描檔。"
    for page in ("/", f"/sales/contract/details/?id={contract.id}"):
        assert told in company.browser("sales_a").get(page).text
    with walk.person(company.accounts, "sales_a_mgr"):
        assert my_work.count(50) == 0  # whoever sees the contract is not called by it
    walk.sign(company.accounts, "legal", contract, "t" * 20)
    assert not called(company, "sales_a", contract)
