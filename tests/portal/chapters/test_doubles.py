"""Doubles of clients and contacts: found across owners, scripts and widths, shown as far as seen (R7.1)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from portal.chapters.customers.models import Contact, Customer
from portal.kernel import access
from portal.kernel.db import remove_session, session
from tests.portal.web.record_view.conftest import words

NEW, LIVE = "/customers/customer/new/", "/customers/customer/cautions/"
NEW_CONTACT = "/customers/contact/new/"
FOREIGN = "This client exists, owned by department"


def count(kind):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().scalar(select(func.count()).select_from(kind))


def filled(browser, address, /, **typed):
    return browser.fields(address) | typed


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("台湾云端", "台灣雲端"),
        ("台灣雲端", "台湾云端"),
        ("台灣雲端科技股份有限公司", "台湾云端科技有限公司"),
        ("台灣雲端科技股份有限公司", "台灣雲端"),
        ("臺灣雲端", "台灣雲端"),
        ("Cloud Nine Trading Ltd.", "CLOUD NINE TRADING Limited"),  # full width
        ("Blue Harbour Logistics Co., Ltd.", "Blue Harbor Logistics"),
        ("ＡＢＣ 商務有限公司", "ABC商務"),
        ("台灣雲端股份有限公司", "台灣雲端（股）公司"),
    ],
)
def test_a_double_is_said_while_typing_and_asked_about_at_saving(company, known, typed):
    company.client("sales_a", known)
    browser = company.as_person("sales_a")
    live = browser.post(LIVE, {"name": typed})
    assert live.status_code == 200
    assert f"This may be {known}" in words(live)
    refused = browser.post(NEW, filled(browser, NEW, name=typed))
    assert refused.status_code == 422
    assert f"This may be {known}" in words(refused)
    assert count(Customer) == 1
    mark = re.search(r'name="despite" value="(\w+)"', refused.text)
    saved = browser.post(NEW, filled(browser, NEW, name=typed, despite=mark[1]))
    assert company.row(Customer, browser.ident_after(saved)).name == typed


def test_a_foreign_double_shows_only_whose_it_is(company):
    company.client("sales_b", "台湾云端", registration_no="24536806", address="密巷 7 號")
    browser = company.as_person("sales_a")
    live = browser.post(LIVE, {"name": "台灣雲端"})
    assert f"{FOREIGN} Sales team B." in words(live)
    for hidden in ("台湾云端", "24536806", "密巷", "KH-", "details/"):
        assert hidden not in live.text
    refused = browser.post(NEW, filled(browser, NEW, name="台灣雲端"))
    assert refused.status_code == 422
    assert FOREIGN in words(refused)
    for hidden in ("台湾云端", "24536806", "密巷"):
        assert hidden not in refused.text


@pytest.mark.parametrize("number", ["24536806", "２４５３６８０６", "2453-6806", " 24536806 "])
def test_the_same_number_is_refused_at_its_field_whatever_the_name(company, number):
    company.client("sales_b", "台湾云端", registration_no="24536806")
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="全然不同", registration_no=number)
    answer = browser.post(NEW, typed)
    assert answer.status_code == 422
    assert f"Registration number: {FOREIGN} Sales team B." in words(answer)
    assert "save it all the same" not in words(answer)
    assert count(Customer) == 1


def test_a_tick_agrees_only_to_what_it_was_shown(company):
    company.client("sales_a", "Cloud Nine")
    browser = company.as_person("sales_a")
    refused = browser.post(NEW, filled(browser, NEW, name="Cloud Nine"))
    mark = re.search(r'name="despite" value="(\w+)"', refused.text)[1]
    company.client("sales_a", "Blue Harbour")
    other = browser.post(NEW, filled(browser, NEW, name="Blue Harbour", despite=mark))
    assert other.status_code == 422
    assert "This may be Blue Harbour" in words(other)


def test_names_that_are_not_alike_are_not_asked_about(company):
    company.client("sales_a", "台灣雲端科技股份有限公司")
    browser = company.as_person("sales_a")
    for name in ("台灣大車隊", "台灣", "雲端", ""):
        assert "may be" not in words(browser.post(LIVE, {"name": name}))
    answer = browser.post(NEW, filled(browser, NEW, name="台灣大車隊"))
    assert answer.status_code == 302


def test_editing_does_not_ask_about_the_record_itself_nor_again_about_an_old_name(company):
    ident = company.client("sales_a", "Cloud Nine")
    company.client("sales_b", "Cloud Nine")
    browser, edit = company.as_person("sales_a"), f"/customers/customer/edit/?id={ident}"
    assert browser.post(edit, filled(browser, edit, address="Lane 7")).status_code == 302
    assert "KH-" not in words(browser.post(f"{LIVE}?id={ident}", {"name": "Cloud Nine"}))
    renamed = browser.post(edit, filled(browser, edit, name="Cloud Nine Ltd."))
    assert FOREIGN in words(renamed)


def test_only_who_may_save_may_ask(company):
    ident = company.client("sales_b", "Cloud Nine")
    assert company.as_person("legal").post(LIVE, {"name": "Cloud"}).status_code == 403
    assert company.as_person("hr").post(LIVE, {"name": "Cloud"}).status_code == 404
    foreign = company.as_person("sales_a").post(f"{LIVE}?id={ident}", {"name": "Cloud"})
    assert foreign.status_code == 404


@pytest.mark.parametrize("typed", ["\x00", "x" * 5000, "=1+1", "%_", "\u202eabc"])
def test_whatever_is_typed_gets_an_answer(company, typed):
    company.client("sales_a", "Cloud Nine")
    answer = company.as_person("sales_a").post(LIVE, {"name": typed, "registration_no": typed})
    assert answer.status_code == 200


@pytest.mark.parametrize("phone", ["0912-345-678", "+886 912 345 678", "０９１２３４５６７８"])
def test_a_contact_is_found_by_phone_however_it_is_written(company, phone):
    mine, foreign = company.client("sales_a", "Mine"), company.client("sales_b", "Foreign")
    company.contact("sales_b", foreign, "Ann", phone="0912345678")
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW_CONTACT, name="Annie", customer=str(mine), phone=phone)
    answer = browser.post(NEW_CONTACT, typed)
    assert answer.status_code == 422
    said = words(answer)
    assert "This person is a contact already, owned by department Sales team B." in said
    assert "Foreign" not in answer.text
    assert count(Contact) == 1


def test_a_contact_of_ones_own_is_named_with_its_client(company):
    mine = company.client("sales_a", "Mine")
    company.contact("sales_a", mine, "Ann", email="ANN@client.example")
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW_CONTACT, name="B", customer=str(mine), email="ann@client.example")
    answer = browser.post(NEW_CONTACT, typed)
    assert "This may be Ann of Mine." in words(answer)
