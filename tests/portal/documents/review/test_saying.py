"""A comment is said beside what one reads: one stays on that tab, refused or not (R3.3.1)."""

from __future__ import annotations

import pytest
from lxml import html

from portal.kernel import access
from portal.kernel.db import session
from portal.seed import walk


@pytest.fixture
def paper(company):
    """A contract's paper that Legal reads."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    walk.submit(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        return session().get_one(type(contract), contract.id).document_id


def current(page):
    (tab,) = page.xpath("//nav[@class='tabs']/a[@aria-current='page']/@href")
    return tab.partition("tab=")[2]


@pytest.mark.parametrize("tab", ["pages", "changes", "files", "signing", "access"])
def test_one_comes_back_to_the_tab_one_was_on(company, paper, tab):
    legal = company.browser("legal")
    shown = html.fromstring(legal.get(f"/papers/{paper}?tab={tab}").text)
    assert shown.xpath("//form[@class='say']/input[@name='tab']/@value") == [tab]
    sent = {"text": "第九條請改", "place": "第 9 條", "tab": tab}
    said = legal.post(f"/papers/{paper}/comment", data=sent)
    assert said.location.endswith(f"/papers/{paper}?tab={tab}#comments")
    refused = legal.post(f"/papers/{paper}/comment", data=sent | {"text": ""})
    page = html.fromstring(refused.text)
    assert (refused.status_code, current(page)) == (422, tab)
    assert page.xpath("//*[@id='say-place']/@value") == ["第 9 條"]
    assert page.xpath("//*[@id='place']/@value") in ([], [""])  # another form's box


@pytest.mark.parametrize("tab", ["", "x", "//evil.example", "pages#"])
def test_another_tab_is_the_pages(company, paper, tab):
    sent = {"text": "第九條請改", "tab": tab}
    said = company.browser("legal").post(f"/papers/{paper}/comment", data=sent)
    assert said.location.endswith(f"/papers/{paper}?tab=pages#comments")
