"""A client's agreement signed before the portal is in force only by what Legal read on its scan (R8.1.2)."""

from __future__ import annotations

import io

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.kernel import access
from portal.kernel.db import session
from portal.seed import records, walk
from tests.faults.ready import SIGNERS, ready_pdf


def handed_in(company, name, address, day, token="t" * 20):
    sent = {
        "signed_on": day,
        "signer": SIGNERS,
        "token": token,
        "file": (io.BytesIO(ready_pdf()), "scan.pdf"),
    }
    answer = company.browser(name).post(address, data=sent)
    walk.work()
    return answer


def test_a_client_s_agreement_is_taken_over_by_legal_alone(company):
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    address = f"/papers/existing/confidentiality_agreement/{row.id}"
    details = f"/confidentiality/confidentiality_agreement/details/?id={row.id}"
    assert address not in company.browser("sales_a").get(details).text
    assert handed_in(company, "sales_a", address, "2026-01-05").status_code == 403
    assert address in company.browser("legal").get(details).text
    old = handed_in(company, "legal", address, "1900-01-01")
    assert old.status_code == 422
    assert 'id="signed_on-error"' in old.text
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, row.id).state == "draft"
    assert handed_in(company, "legal", address, "2026-01-05").status_code == 202
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, row.id).state == "in_force"
    page = company.browser("sales_a").get(details).text
    steps = page[page.index('class="stepper') :].partition("</ol>")[0]
    assert [name in steps for name in ("草稿", "已核准", "已發出", "已簽署", "生效中")] == [
        True,
        False,
        False,
        True,
        True,
    ]


def test_what_is_in_force_is_what_legal_held_beside_the_scan(company):
    """The record may still be edited while the copy waits for the store: then it counts no more."""
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    address = f"/papers/existing/confidentiality_agreement/{row.id}"
    sent = {"signed_on": "2026-01-05", "signer": SIGNERS, "token": "t" * 20}
    scan = {"file": (io.BytesIO(ready_pdf()), "scan.pdf")}
    assert company.browser("legal").post(address, data=sent | scan).status_code == 202
    with walk.person(company.accounts, "sales_a"):
        session().get_one(ConfidentialityAgreement, row.id).survival_months = 12
    walk.work()
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        found = session().get_one(ConfidentialityAgreement, row.id)
        assert (found.state, found.document.state) == ("draft", "draft")
    again = handed_in(company, "legal", address, "2026-01-05", token="another form's token")
    assert again.status_code == 202
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        assert session().get_one(ConfidentialityAgreement, row.id).state == "in_force"
