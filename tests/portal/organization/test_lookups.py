"""Pick-lists: kept by administrators, offered in forms in the reader's language, never in the way."""

from __future__ import annotations

import re
from math import inf

import pytest

from portal.chapters.customers import screens as customers
from portal.chapters.customers.models import Customer
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid
from portal.organization import lookups
from portal.organization import screens as organization
from portal.organization.models import Lookup
from tests.portal.web.record_view.conftest import sent_back, words

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


TWO = {"attrs-0-name": "sla_hours", "attrs-0-value": "24"}


def test_an_entry_has_attributes_of_simple_values(company):
    more = {"attrs-1-name": "control", "attrs-1-value": "FIN", "attrs-2-name": "needs_bid"}
    typed = TWO | more | {"attrs-2-value": "true", "attrs-3-name": "no", "attrs-3-value": '"007"'}
    browser = company.as_person("admin")
    ident = browser.ident_after(entered(company, **typed))
    kept = {"sla_hours": 24, "control": "FIN", "needs_bid": True, "no": "007"}
    assert company.row(Lookup, ident).attrs == kept
    assert "sla_hours 24" in browser.read(f"/organization/lookup/details/?id={ident}")
    edit = f"/organization/lookup/edit/?id={ident}"
    fields = browser.fields(edit)
    assert fields["attrs-3-value"] == "007"  # no number begins like this
    assert browser.post(edit, fields | {"attrs-0-value": "48"}).status_code == 302
    assert company.row(Lookup, ident).attrs == kept | {"sla_hours": 48}
    assert "sla_hours: before 24 → after 48" in browser.read(
        f"/organization/lookup/history/?id={ident}"
    )


@pytest.mark.parametrize("typed", ["1e999", "NaN", "null", "[1]", "{", "1,5", "０"])
def test_what_is_no_simple_value_is_text(company, typed):
    sent = {"attrs-0-name": "a", "attrs-0-value": typed}
    browser = company.as_person("admin")
    ident = browser.ident_after(entered(company, **sent))
    assert company.row(Lookup, ident).attrs == {"a": typed}
    assert browser.fields(f"/organization/lookup/edit/?id={ident}")["attrs-0-value"] == typed


def test_an_entry_without_attributes_has_none(company):
    browser = company.as_person("admin")
    ident = browser.ident_after(entered(company))
    assert company.row(Lookup, ident).attrs is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"attrs-1-name": "sla_hours", "attrs-1-value": "8"}, "“sla_hours” stands here twice."),
        ({"attrs-1-name": "", "attrs-1-value": "8"}, "Name is needed."),
        ({"attrs-1-name": "rank", "attrs-1-value": ""}, "Value is needed."),
        ({"attrs-1-name": "rank", "attrs-1-value": "a\x00b"}, "cannot be stored"),
        ({"attrs-1-name": "rank", "attrs-1-value": r'"a\u0000b"'}, "cannot be stored"),
        ({"attrs-1-name": "rank", "attrs-1-value": r'"\ud800"'}, "cannot be stored"),
    ],
)
def test_attributes_that_do_not_hold_are_refused_at_their_line(company, typed, said):
    answer = entered(company, **TWO, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    back = sent_back(answer)
    assert {name: back[name] for name in (TWO | typed)} == TWO | typed


def test_lines_without_a_name_are_not_called_the_same(company):
    answer = entered(company, **{"attrs-0-value": "8", "attrs-1-value": "9"})
    assert answer.status_code == 422
    assert words(answer).count("Name is needed.") >= 2
    assert "twice" not in words(answer)


@pytest.mark.parametrize(
    "attrs", [{"a": {"b": 1}}, {"a": [1]}, ["a"], {"": 1}, {"a": None}, {"a": inf}]
)
def test_attributes_past_the_form_are_simple_values_too(company, attrs):
    with (
        access.acting_as(access.SYSTEM),
        pytest.raises(Invalid, match="Under each name"),
        transaction(),
    ):
        session().query(Lookup).filter_by(code="food").one().attrs = attrs


def test_two_editors_of_attributes_see_both(company):
    ident = company.as_person("admin").ident_after(entered(company, **TWO))
    edit = f"/organization/lookup/edit/?id={ident}"
    one, two = company.as_person("admin"), company.as_person("sysadmin")
    first, second = one.fields(edit), two.fields(edit)
    assert one.post(edit, first | {"attrs-0-value": "8"}).status_code == 302
    answer = two.post(edit, second | {"attrs-0-value": "72"})
    assert answer.status_code == 409
    assert "sla_hours 72" in words(answer)
    whole = {n: v for n, v in second.items() if not n.startswith("attrs")}
    whole |= {"attrs": '{"sla_hours": 72}', "version": str(company.row(Lookup, ident).row_version)}
    assert two.post(edit, whole).status_code == 302
    assert company.row(Lookup, ident).attrs == {"sla_hours": 72}
