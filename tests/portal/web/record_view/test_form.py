"""Forms: what is wrong is named, nothing typed is lost, nothing is saved twice (R1.4, R7.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.screens import Agreements
from portal.chapters.customers.models import Contact, Customer
from portal.kernel import access
from portal.kernel.db import remove_session, session
from portal.organization.models import Employee
from portal.organization.screens import Departments, Employees
from tests.portal.web.record_view.conftest import sent_back, words

NEW = "/customers/customer/new/"


def count(kind):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().scalar(select(func.count()).select_from(kind))


def filled(browser, address, /, **typed):
    return browser.fields(address) | typed


def test_a_record_is_made_and_shown(company):
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW, name="雲端科技", needs="two\r\nlines"))
    ident = browser.ident_after(answer)
    row = company.row(Customer, ident)
    assert (row.name, row.needs, row.region) == ("雲端科技", "two\nlines", "taiwan")
    assert row.owner_id == company.accounts["sales_a"].employee_id
    page = browser.read(answer.location)
    assert "Saved" in page
    assert row.no in page


def test_what_is_wrong_is_said_at_each_field_and_nothing_typed_is_lost(company):
    browser = company.as_person("sales_a")
    typed = filled(
        browser, NEW, name="。。", industry="x" * 61, address="Lane 7", region="hongkong"
    )
    answer = browser.post(NEW, typed)
    assert answer.status_code == 422
    said = words(answer)
    assert "This is not a company name." in said
    assert "Industry may have at most 60 characters." in said
    assert sent_back(answer) | {"csrf_token": ""} == typed | {"csrf_token": ""}
    assert count(Customer) == 0
    again = browser.post(NEW, typed | {"name": "Cloud", "industry": ""})
    assert company.row(Customer, browser.ident_after(again)).address == "Lane 7"


def test_what_a_column_needs_is_asked_for(company):
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW))
    assert answer.status_code == 422
    assert "Name is needed." in words(answer)


def test_a_value_already_used_is_said_at_its_field(made):
    browser, new = made((Departments,)).as_person("admin"), "/organization/department/new/"
    named = {"code": "LEG", "name_hant": "法", "name_hans": "法", "name_en": "Law"}
    answer = browser.post(new, filled(browser, new, **named))
    assert answer.status_code == 422
    assert "Code: This value is already used." in words(answer)


def test_values_only_the_database_finds_wrong_are_not_said_to_point_nowhere(made, monkeypatch):
    browser, new = (
        made((Agreements,)).as_person("legal"),
        "/confidentiality/confidentiality_agreement/new/",
    )
    monkeypatch.setattr(ConfidentialityAgreement, "check", lambda self: iter(()))
    answer = browser.post(new, filled(browser, new, kind="client", start_on="2026-12-01"))
    assert answer.status_code == 422
    assert "The database refuses this: the values do not fit together." in words(answer)


def test_sealed_text_is_as_long_as_its_field_says_however_it_is_kept(made):
    company = made((Employees,))
    ident = company.accounts["sales_a"].employee_id
    browser, edit = company.as_person("hr"), f"/organization/employee/edit/?id={ident}"
    long = browser.post(edit, filled(browser, edit, address="路" * 201, id_no="A" * 41))
    assert long.status_code == 422
    said = words(long)
    assert "Address may have at most 200 characters." in said
    assert "Identity number may have at most 40 characters." in said
    assert browser.post(edit, filled(browser, edit, address="路" * 200)).status_code == 302
    assert company.row(Employee, ident).address == "路" * 200


def test_fields_not_on_the_form_cannot_be_sent(company):
    browser = company.as_person("sales_a")
    other = company.accounts["sales_b"].employee_id
    typed = filled(browser, NEW, name="Cloud", owner_id=other, _state="active", no="KH-1", id="77")
    row = company.row(Customer, browser.ident_after(browser.post(NEW, typed)))
    assert row.owner_id == company.accounts["sales_a"].employee_id
    assert row.state == "prospect"
    assert row.no != "KH-1"


def test_a_form_sent_twice_makes_one_record(company):
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="Cloud")
    first, second = browser.post(NEW, typed), browser.post(NEW, typed)
    assert first.location == second.location
    assert count(Customer) == 1


def test_what_is_changed_in_a_form_one_went_back_to_is_not_lost(company):
    """The token of the page is used up; the words are others."""
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="Cloud")
    ident = browser.ident_after(browser.post(NEW, typed))
    other = browser.post(NEW, typed | {"name": "Harbour"})
    assert company.row(Customer, browser.ident_after(other)).name == "Harbour"
    address = f"/customers/customer/edit/?id={ident}"
    page = browser.fields(address)
    assert browser.post(address, page | {"industry": "one"}).status_code == 302
    again = browser.post(address, page | {"industry": "two"})
    assert again.status_code == 409
    assert "two" in words(again)
    now = page | {"industry": "two", "version": browser.fields(address)["version"]}
    assert browser.post(address, now).status_code == 302
    assert company.row(Customer, ident).industry == "two"


def test_a_form_sent_twice_at_the_same_moment_makes_one_record(company):
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="Cloud")
    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(company.as_person("sales_a").post, NEW, typed) for _n in range(4)]
    answers = [one.result() for one in sent]
    assert {a.status_code for a in answers} == {302}
    assert len({a.location for a in answers}) == 1
    assert count(Customer) == 1


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(company):
    ident = company.client("sales_a", "Cloud", industry="old", address="old lane")
    address = f"/customers/customer/edit/?id={ident}"
    one, two = company.as_person("sales_a"), company.as_person("sales_a_mgr")
    first, second = one.fields(address), two.fields(address)
    assert one.post(address, first | {"industry": "hers"}).status_code == 302
    answer = two.post(address, second | {"industry": "his", "address": "new lane"})
    assert answer.status_code == 409
    said = words(answer)
    assert "Saved by 林雅婷" in said
    for value in ("hers", "his", "old lane", "new lane"):
        assert value in said
    assert company.row(Customer, ident).industry == "hers"
    version = company.row(Customer, ident).row_version
    merged = second | {"industry": "his", "address": "new lane", "version": version}
    assert two.post(address, merged).status_code == 302
    row = company.row(Customer, ident)
    assert (row.industry, row.address) == ("his", "new lane")


def test_a_draft_is_kept_offered_and_gone_once_saved(company):
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="Half a na")
    assert browser.post("/customers/customer/draft/", typed).status_code == 204
    assert "unsent draft" in browser.read(NEW)
    assert "unsent draft" not in company.as_person("sales_a_mgr").read(NEW)
    resumed = browser.fields(f"{NEW}?draft=1")
    assert resumed["name"] == "Half a na"
    assert browser.post(NEW, resumed | {"name": "A whole name"}).status_code == 302
    assert "unsent draft" not in browser.read(NEW)


def test_a_draft_that_arrives_after_its_form_was_sent_is_not_kept(company):
    browser = company.as_person("sales_a")
    typed = filled(browser, NEW, name="A whole name")
    assert browser.post(NEW, typed).status_code == 302
    assert browser.post("/customers/customer/draft/", typed).status_code == 204
    assert "unsent draft" not in browser.read(NEW)


def test_a_draft_of_an_edit_can_be_thrown_away(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    draft, edit = f"/customers/customer/draft/?id={ident}", f"/customers/customer/edit/?id={ident}"
    browser.post(draft, filled(browser, edit, name="Clouds"))
    assert browser.fields(f"{edit}&draft=1")["name"] == "Clouds"
    assert browser.post(draft, {"discard": "1"}).status_code == 302
    assert "unsent draft" not in browser.read(edit)
    foreign = company.as_person("sales_b").post(draft, {"name": "x"})
    assert foreign.status_code == 404


def test_a_related_record_one_cannot_see_is_not_there(company):
    mine, foreign = company.client("sales_a", "Mine"), company.client("sales_b", "Foreign")
    browser, address = company.as_person("sales_a"), "/customers/contact/new/"
    found = browser.get("/customers/contact/lookup/?name=customer&query=").json
    assert [one["text"] for one in found] == ["Mine"]
    assert browser.get("/customers/contact/lookup/?name=customer&query=%00").json == []
    assert browser.get("/customers/contact/lookup/?name=owner&query=").status_code == 404
    answer = browser.post(address, filled(browser, address, name="Ann", customer=str(foreign)))
    assert answer.status_code == 422
    assert "there is no such entry" in words(answer)
    made = browser.post(address, sent_back(answer) | {"customer": str(mine), "active": "y"})
    assert company.row(Contact, browser.ident_after(made)).customer_id == mine


def test_a_form_opened_from_a_record_already_names_it(company):
    mine = company.client("sales_a", "Mine")
    browser = company.as_person("sales_a")
    page = browser.get(f"/customers/customer/details/?id={mine}")
    address = f"/customers/contact/new/?customer_id={mine}"
    assert address in page.text
    assert browser.fields(address)["customer"] == str(mine)


def test_who_may_only_read_gets_no_form(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("legal")
    assert browser.get(f"/customers/customer/details/?id={ident}").status_code == 200
    assert browser.get(NEW).status_code == 403
    edit = f"/customers/customer/edit/?id={ident}"
    assert browser.get(edit).status_code == 403
    assert browser.post(edit, {"name": "x", "version": "1"}).status_code == 403
    assert company.row(Customer, ident).name == "Cloud"


def test_characters_that_cannot_be_stored_are_refused(company):
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW, name="Cl\x00oud"))
    assert answer.status_code == 422
    assert count(Customer) == 0


def test_a_name_is_one_line(company):
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW, name="Cloud\nand more"))
    assert answer.status_code == 422
    assert "name-error" in answer.text
    assert count(Customer) == 0


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u3000", "\u3164", "\ufeff\u2060", "\u034f"])
def test_a_name_of_which_nothing_can_be_seen_is_none(company, name):
    """It would stand in lists and look-ups as a link without words."""
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW, name=name))
    assert (answer.status_code, "name-error" in answer.text) == (422, True)
    assert count(Customer) == 0


def test_a_name_may_join_signs_that_are_not_seen(company):
    browser = company.as_person("sales_a")
    answer = browser.post(NEW, filled(browser, NEW, name="👨‍👩‍👧 Cafe\u0301 雲端"))
    assert answer.status_code == 302
    remove_session()
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Customer.name)).one() == "👨‍👩‍👧 Cafe\u0301 雲端"


def test_a_related_record_that_is_not_there_yet_can_be_made_by_who_may(whole):
    form = whole.as_person("sales_a").get("/sales/contract/new/").text
    assert 'data-new="/customers/customer/new/" data-new-said="' in form
    other = whole.as_person("legal").get("/confidentiality/confidentiality_agreement/new/").text
    assert 'name="customer"' in other
    assert "data-new=" not in other
