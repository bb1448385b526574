"""Pick-lists: kept by administrators, offered in forms in the reader's language, never in the way."""

from __future__ import annotations

import re

import pytest

from portal.chapters.customers import screens as customers
from portal.chapters.customers.models import Customer
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization import lookups
from portal.organization import screens as organization
from portal.organization.models import Lookup
from tests.portal.web.record_view.conftest import words

NEW, CLIENT = "/organization/lookup/new/", "/customers/customer/new/"


@pytest.fixture
def company(made):
    return made((*organization.SCREENS, *customers.SCREENS))


def offers(company):
    page = company.as_person("sales_a").get(CLIENT).text
    return re.findall(
        r"<option value='([^']*)'>", page.partition("industry-list")[2].partition("</datalist>")[0]
    )


def entered(company, **typed):
    browser = company.as_person("admin")
    named = {"name_hant": "航太", "name_hans": "航天", "name_en": "Aerospace", "active": "y"}
    fields = {"category": "industry", "code": "aerospace", "sort": "5", **named, **typed}
    return browser.post(NEW, browser.fields(NEW) | fields)


def test_a_form_offers_the_active_entries_in_their_order(company):
    assert offers(company)[:2] == ["Technology", "Food and drink"]
    ident = company.as_person("admin").ident_after(entered(company))
    assert offers(company)[0] == "Aerospace"
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Lookup, ident).active = False
    assert "Aerospace" not in offers(company)


def test_something_else_may_still_be_typed(company):
    browser = company.as_person("sales_a")
    answer = browser.post(CLIENT, browser.fields(CLIENT) | {"name": "Cloud", "industry": "Kites"})
    assert company.row(Customer, browser.ident_after(answer)).industry == "Kites"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"category": "nothing"}, "List: this is not one of the choices."),
        ({"code": "food"}, "This value is already used."),
        ({"name_hans": ""}, "is needed"),
    ],
)
def test_an_entry_that_does_not_hold_is_refused(company, typed, said):
    answer = entered(company, **typed)
    assert answer.status_code == 422
    assert said in words(answer)


def test_filling_the_lists_again_leaves_what_the_company_changed(company):
    with access.acting_as(access.SYSTEM), transaction():
        row = session().query(Lookup).filter_by(code="food").one()
        row.name_en = "Groceries"
        before = session().query(Lookup).count()
        lookups.install()
        assert session().query(Lookup).count() == before
    assert "Groceries" in offers(company)


def test_an_entry_keeps_its_code(company):
    """Or the next version of the product would bring it along once more."""
    browser = company.as_person("admin")
    ident = browser.ident_after(entered(company))
    edit = f"/organization/lookup/edit/?id={ident}"
    answer = browser.post(edit, browser.fields(edit) | {"code": "flight"})
    assert answer.status_code == 422
    assert "stays as it was entered" in words(answer)


def test_only_administrators_keep_lists(company):
    assert company.as_person("sales_a").get(NEW).status_code == 403
    assert company.as_person("exec").get(NEW).status_code == 403
