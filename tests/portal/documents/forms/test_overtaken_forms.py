"""Two people type into the fees or the values of one contract: the second sees both texts (409)."""

from __future__ import annotations

import html
import re

import pytest

from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.db import remove_session, session
from tests.portal.documents.conftest import Company

FEES = {"lines-0-name": "月費", "lines-0-kind": "fixed", "lines-0-qty": "12"}
#: form -> what one person types, and what the other does
TYPED = {
    "/sales/contract/{}/fees": (
        {**FEES, "lines-0-price": "100", "tax_included": "on"},
        {**FEES, "lines-0-price": "999", "lines-1-name": "zqxsecond", "lines-1-price": "7"},
        "lines-0-price",
    ),
    "/papers/make/contract/{}": (
        {"scope.products": "雲端甲", "exit.free_on": "no", "act": "keep"},
        {"scope.products": "zqxsecond", "exit.free_on": "yes", "act": "keep"},
        "scope.products",
    ),
}


def kept(ident: int) -> str:
    """Everything the contract says of its fees and its paper."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        found = session().get_one(Contract, ident)
        return f"{found.fee_terms} {found.details}"


def version(text: str) -> str:
    return text.partition('name="version" value="')[2].partition('"')[0]


@pytest.mark.parametrize("form", TYPED)
def test_who_saves_second_sees_both_texts_and_loses_nothing(company: Company, form: str):
    ident = company.contract(fee_terms={}).id
    page, (one, other, name) = form.format(ident), TYPED[form]
    first, second = company.browser("sales_a"), company.browser("sales_a_mgr")
    opened = [version(browser.get(page).text) for browser in (first, second)]
    assert first.post(page, data={**one, "version": opened[0]}).status_code == 303
    before = kept(ident)
    met = second.post(page, data={**other, "version": opened[1]})
    assert met.status_code == 409
    assert kept(ident) == before
    for text in (one[name], other[name], "zqxsecond"):
        assert f'value="{text}"' in met.text
    chosen = {n: v for n, v in chosen_mine(met.text).items() if n != "csrf_token"}
    assert second.post(page, data=chosen).status_code == 303
    assert "zqxsecond" in kept(ident)
    assert f"'{one[name]}'" not in kept(ident)


def chosen_mine(text: str) -> dict[str, str]:
    """What the page of differences sends with one's own text chosen."""
    found, form = {}, text.partition('class="card">')[2].partition("</form>")[0]
    for tag in re.findall(r"<input[^>]*>", form):
        marks = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if marks.get("type") != "radio" or "checked" in tag:
            found[marks["name"]] = html.unescape(marks["value"])
    return found


@pytest.mark.parametrize("form", TYPED)
def test_a_form_without_its_version_is_never_taken(company: Company, form: str):
    ident = company.contract(fee_terms={}).id
    before = kept(ident)
    answer = company.browser("sales_a").post(form.format(ident), data=TYPED[form][0])
    assert answer.status_code == 409
    assert kept(ident) == before


@pytest.mark.parametrize("form", TYPED)
def test_a_draft_goes_on_from_the_version_it_was_opened_at(company: Company, form: str):
    ident = company.contract(fee_terms={}).id
    page, (one, other, _name) = form.format(ident), TYPED[form]
    browser = company.browser("sales_a")
    assert (opened := version(browser.get(page).text)).isdigit()
    assert browser.post(f"{page}/draft", data={**other, "version": opened}).status_code == 204
    first = company.browser("sales_a_mgr")
    assert first.post(page, data={**one, "version": opened}).status_code == 303
    assert version(browser.get(f"{page}?draft=1").text) == opened


@pytest.mark.parametrize("count", [61, 70])
def test_rows_beyond_the_most_are_shown_again(company: Company, count: int):
    page = f"/sales/contract/{company.contract(fee_terms={}).id}/fees"
    browser = company.browser("sales_a")
    rows = {f"lines-{n}-name": f"zqx{n}." for n in range(count)}
    rows |= {f"lines-{n}-qty": "1" for n in range(count)}
    opened = version(browser.get(page).text)
    answer = browser.post(page, data={**rows, "version": opened})
    assert answer.status_code == 422
    assert all(f'value="zqx{n}."' in answer.text for n in range(count))


def test_more_rows_of_a_paper_than_it_takes_are_named_and_shown_again(company: Company):
    page = f"/papers/make/contract/{company.contract(fee_terms={}).id}"
    browser = company.browser("sales_a")
    text = browser.get(page).text
    table = text.partition('data-lines="')[2].partition('"')[0]
    column = text.partition(f'name="{table}-0-')[2].partition('"')[0]
    rows = {f"{table}-{n}-{column}": f"zqx{n}." for n in range(50)}
    answer = browser.post(page, data={**rows, "act": "keep", "version": version(text)})
    assert answer.status_code == 422
    assert f'href="#v-{table}"' in answer.text
    assert all(f"zqx{n}." in answer.text for n in range(50))
