"""What a record's page says comes next, before and after its paper is made."""

from __future__ import annotations

from portal.seed import walk
from tests.portal.documents.conftest import Company

ASKED, MADE = "請產生文件，或登錄既有簽署本", "標準條款未修改者可直接核准，已修改者請送法務審查"


def test_once_its_paper_is_made_an_agreement_asks_for_none(company: Company):
    row = company.agreement()
    address = f"/confidentiality/confidentiality_agreement/details/?id={row.id}"
    before = company.browser("hr").get(address).text
    walk.generate(company.accounts, "hr", row)
    after = company.browser("hr").get(address).text
    assert [said in before for said in (ASKED, MADE)] == [True, False]
    assert [said in after for said in (ASKED, MADE)] == [False, True]
