"""What is worth a second thought in a paper is said to whoever makes it, and stops nothing (W_ rules)."""

from __future__ import annotations

import pytest

from portal.documents.signing import seal_requests
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.seed import records, walk
from tests.portal.documents.conftest import Company

OTHER_COPIES = "份數與合約正本份數不符。"
OTHER_LAW = "條文引用其他法域的法規，須由法務確認。"
NOT_OURS = "此協議不保護我方資訊。"


@pytest.mark.parametrize(("copies", "told"), [("4", False), ("3", True)])
def test_a_seal_on_other_copies_than_the_contract_names(company: Company, copies: str, told: bool):
    """D37 event.copies is what D01 says of its originals."""
    contract, browser = company.approved(), company.browser("sales_a")
    with access.acting_as(access.SYSTEM):
        document = session().get_one(type(contract), contract.id).document_id
    asked = {"purpose": "簽約", "seal_kind": "company", "copies": copies, "places": "1"}
    answer = browser.post(f"/papers/{document}/seal-request", data=asked)
    assert answer.status_code == 303
    assert (OTHER_COPIES in browser.get(answer.location).text) is told


@pytest.mark.parametrize("law", ["taiwan", "prc"])
def test_a_contract_under_another_law_than_its_text_was_written_for(company: Company, law: str):
    contract, browser = company.contract(), company.browser("sales_a")
    typed = {"act": "generate", "scope.products": "雲端", "legal.law": law}
    page = f"/papers/make/contract/{contract.id}"
    answer = browser.post(page, data={**typed, **version(browser.get(page).text)})
    assert answer.status_code == 303, answer.text
    assert (OTHER_LAW in browser.get(answer.location).text) is (law == "prc")


@pytest.mark.parametrize("direction", ["we_receive", "we_disclose"])
def test_an_agreement_in_which_only_the_client_discloses(company: Company, direction: str):
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    made = records.client_agreement(company.accounts, "sales_a", client, "評估合作", "client")
    browser = company.browser("sales_a")
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(type(made), made.id).direction = direction
    page = f"/papers/make/confidentiality_agreement/{made.id}"
    answer = browser.post(page, data={"act": "generate", **version(browser.get(page).text)})
    assert answer.status_code == 303, answer.text
    assert (NOT_OURS in browser.get(answer.location).text) is (direction == "we_receive")


def version(text: str) -> dict[str, str]:
    """The version in a page's form."""
    return {"version": text.partition('name="version" value="')[2].partition('"')[0]}


@pytest.mark.parametrize(("copies", "told"), [(4, False), (3, True)])
def test_who_decides_on_the_seal_and_who_keeps_it_read_it_too(
    company: Company, copies: int, told: bool
):
    """It stops neither, but no more are sealed than were approved."""
    contract = company.approved()
    with walk.person(company.accounts, "sales_a"):
        asked = seal_requests.Asked(purpose="簽約", copies=copies)
        seal = seal_requests.request_seal(session().get_one(type(contract), contract.id), asked)
    page = f"/documents/signing_event/details/?id={seal.id}"
    assert (OTHER_COPIES in company.browser("exec").get(page).text) is told
    with walk.person(company.accounts, "exec"):
        fresh = session().get_one(type(seal), seal.id)
        rounds.decide(fresh, "approve", "approved", "", fresh.content_sha256)
    keeper, form = company.browser("seal"), f"/papers/seal/{seal.id}"
    assert (OTHER_COPIES in keeper.get(form).text) is told
    used = {
        "spoiled": "0",
        "sealed_on": clock.today().isoformat(),
        "holder": "法務",
        "place": "檔案室",
    }
    more = keeper.post(form, data=used | {"copies": str(copies + 1), "count": str(copies + 1)})
    assert more.status_code == 422
    assert f"核准用印 {copies} 份" in more.text
    done = keeper.post(form, data=used | {"copies": str(copies), "count": str(copies)})
    assert done.status_code == 303, done.text
    assert OTHER_COPIES not in keeper.get(page).text  # nothing is left to decide


@pytest.mark.parametrize("ticked", [True, False])
def test_an_agreement_on_personal_data_says_which_box_calls_for_another_and_what_to_do(
    company: Company, ticked: bool
):
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    made = records.client_agreement(company.accounts, "sales_a", client, "評估合作")
    browser, page = company.browser("sales_a"), f"/papers/make/confidentiality_agreement/{made.id}"
    typed = {"act": "generate", "nda.personal_data": "yes" if ticked else "no"}
    answer = browser.post(page, data={**typed, **version(browser.get(page).text)})
    assert answer.status_code == 303, answer.text
    said = browser.get(answer.location).text
    assert ("已勾選「涉及個人資料」" in said) is ("請取消勾選並重新產生文件" in said) is ticked
