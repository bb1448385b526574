"""What a paper's form asks: what the fee model needs, standard terms folded away and not kept (R3.3.1)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.documents.company import FIELDS
from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.setting import SETTING, Setting
from portal.seed import records, walk
from tests.portal.documents.conftest import Company


def page(company: Company, ident: int) -> str:
    answer = company.browser("sales_a").get(f"/papers/make/contract/{ident}")
    assert answer.status_code == 200
    return answer.text


def version(text: str) -> str:
    """The version in a page's form."""
    return text.partition('name="version" value="')[2].partition('"')[0]


def names(part: str) -> set[str]:
    """The paths of the boxes in a piece of the page."""
    return set(re.findall(r'name="([a-z_]+\.[a-z_]+)"', part))


def standard(text: str) -> str:
    """The part with the standard terms."""
    return re.search(r'<details class="card fold" id="standard".*?</details>', text, re.DOTALL)[0]


def keep(company: Company, ident: int, **typed: str) -> dict[str, object]:
    """Send the form with these values; what the record then keeps."""
    data = {"act": "keep", **{name.replace("__", "."): value for name, value in typed.items()}}
    data["version"] = version(page(company, ident))
    answer = company.browser("sales_a").post(f"/papers/make/contract/{ident}", data=data)
    assert answer.status_code == 303
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(Contract, ident).details


COMMISSION = {
    "fee.basis",
    "fee.tier_period",
    "fee.tier_mode",
    "fee.protect_months",
    "fee.tail_months",
}


@pytest.mark.parametrize("model", ["fixed", "milestone", "commission"])
def test_only_what_the_fee_model_needs_is_asked(company: Company, model: str):
    contract = company.contract(fee_model=model, fee_terms={})
    asked = names(page(company, contract.id))
    assert asked & COMMISSION == (COMMISSION if model == "commission" else set())
    assert ("fee.accept_days" in asked) == (model == "milestone")
    assert "fee.cost_shift_pct" not in asked


def test_what_has_a_standard_is_folded_away_and_a_choice_stays_with_what_it_calls_for(
    company: Company,
):
    text = page(company, company.contract().id)
    folded, asked = names(standard(text)), names(text.replace(standard(text), ""))
    assert {
        "payment.late_rate",
        "report.meeting_months",
        "exit.free_on",
        "exit.free_days",
    } <= folded
    assert {"scope.products", "legal.forum", "legal.institution", "legal.court"} <= asked
    assert 'data-when="legal.forum=court"' in text
    assert 'data-when="exit.free_on=yes"' in text
    assert len(folded) > 3 * len(asked)


def test_an_unchanged_standard_term_is_not_kept_and_a_changed_one_is_in_sight(company: Company):
    ident = company.contract().id
    kept = keep(
        company, ident, payment__late_rate="12.0", exit__free_on="no", scope__products="雲端"
    )
    assert kept["scope"]["products"] == "雲端"
    assert "late_rate" not in kept.get("payment", {})
    assert "exit" not in kept
    assert " open" not in standard(page(company, ident)).partition(">")[0]
    kept = keep(company, ident, payment__late_rate="10")
    assert kept["payment"]["late_rate"] == "10"
    assert " open" in standard(page(company, ident)).partition(">")[0]
    kept = keep(company, ident, payment__late_rate="12")
    assert "payment" not in kept


def test_what_was_typed_and_not_sent_is_offered_back_and_gone_once_it_is_saved(company: Company):
    ident = company.contract().id
    browser, form = company.browser("sales_a"), f"/papers/make/contract/{ident}"
    typed = {"scope.products": "zqxtyped", "legal.forum": "court", "act": "keep"}
    typed["version"] = version(browser.get(form).text)
    assert "Continue" not in browser.get(form).text
    assert browser.post(f"{form}/draft", data=typed).status_code == 204
    assert "draft=1" in browser.get(form).text
    assert "zqxtyped" not in browser.get(form).text
    assert "zqxtyped" in browser.get(f"{form}?draft=1").text
    assert "draft=1" not in company.browser("sales_a_mgr").get(form).text
    assert browser.post(form, data=typed).status_code == 303
    assert "draft=1" not in browser.get(form).text


def test_the_fee_page_keeps_a_draft_too(company: Company):
    ident = company.contract().id
    browser, form = company.browser("sales_a"), f"/sales/contract/{ident}/fees"
    typed = {"lines-0-name": "zqxtyped", "lines-0-qty": "2", "lines-0-price": "100"}
    typed["version"] = version(browser.get(form).text)
    assert browser.post(f"{form}/draft", data=typed).status_code == 204
    assert "zqxtyped" in browser.get(f"{form}?draft=1").text
    refused = browser.post(form, data={**typed, "lines-0-qty": "many"})
    assert refused.status_code == 422
    assert "draft=1" in browser.get(form).text
    assert browser.post(f"{form}/draft", data={"discard": "1"}).status_code == 302
    assert "draft=1" not in browser.get(form).text
    assert browser.post(form, data=typed).status_code == 303


def test_whoever_may_not_make_the_paper_is_told_on_the_form_and_loses_nothing(company: Company):
    """R8.1.2: without an agreement in force no confidential paper is begun."""
    ident = company.contract().id
    with access.acting_as(access.SYSTEM), transaction():
        mine = ConfidentialityAgreement.employee_id == company.accounts["sales_a"].employee_id
        AGREEMENT.advance(
            session().scalars(select(ConfidentialityAgreement).where(mine)).one(),
            "end",
            automatic=True,
        )
    browser, form = company.browser("sales_a"), f"/papers/make/contract/{ident}"
    typed = {"scope.products": "zqxtyped", "act": "generate"}
    typed["version"] = version(browser.get(form).text)
    refused = browser.post(form, data=typed)
    assert refused.status_code == 403
    assert "zqxtyped" in refused.text
    assert "保密協議" in refused.text.partition('id="wrong"')[2].partition("</ul>")[0]
    assert browser.post(form, data=typed | {"act": "keep"}).status_code == 303


def test_what_the_record_should_say_is_asked_for_there(company: Company):
    """A client's agreement without an end: the form has no box for it, the record has."""
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    with walk.person(company.accounts, "sales_a"):
        session().get_one(ConfidentialityAgreement, row.id).end_on = None
    browser = company.browser("sales_a")
    form = f"/papers/make/confidentiality_agreement/{row.id}"
    shown = browser.get(form).text
    answer = browser.post(form, data={"act": "generate", "version": version(shown)})
    said = answer.text.partition('id="wrong"')[2].partition("</ul>")[0]
    assert answer.status_code == 422
    place = f"/confidentiality/confidentiality_agreement/details/?id={row.id}"
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', said)
    assert [at for at, words in links if "屆滿日" in words] == [place]
    assert all(at == place or f'id="{at[1:]}"' in answer.text for at, _words in links)


@pytest.mark.parametrize("kind", ["contract", "client", "mutual"])
def test_what_the_client_or_the_company_should_say_is_asked_for_there(company: Company, kind: str):
    """An address is the client's own, whichever record's paper wants it; ours stands in the settings."""
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    if kind == "contract":
        row = records.contract(company.accounts, "sales_a", client, "門市銷售")
    else:
        row = records.client_agreement(company.accounts, "sales_a", client, "共同投標")
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Customer, client.id).address = ""
        again = session().get_one(type(row), row.id)
        if kind != "contract":
            again.kind, again.direction = kind, "both" if kind == "mutual" else "we_receive"
    with access.acting_as(access.SYSTEM), transaction():
        nobody = dict.fromkeys(FIELDS, "")
        ours = Setting(key="company.taiwan.zh_Hant", value=nobody, source="測試")
        session().add(ours)
        session().flush()
        SETTING.advance(ours, "confirm", automatic=True)
    form = f"/papers/make/{row.__tablename__}/{row.id}"
    shown = company.browser("sales_a").get(form).text
    sent = {"act": "generate", "version": version(shown)}
    answer = company.browser("sales_a").post(form, data=sent)
    said = answer.text.partition('id="wrong"')[2].partition("</ul>")[0]
    assert answer.status_code == 422
    links = dict(re.findall(r'<a href="([^"]+)">([^<]+)</a>', said))
    place = f"/customers/customer/details/?id={client.id}"
    assert f"{client.no} {client.name}" in links[place]
    assert "系統設定" in said
