"""Fee terms that cannot be read are told at the form, whatever the model and however the tiers end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from doc_templates import catalogue
from doc_templates.manifest import read_manifest
from doc_templates.manifest.typed import typed
from doc_templates.manifest.variable import variable
from portal.chapters.customers.models import Customer
from portal.chapters.sales import feeform, fees, services
from portal.chapters.sales.models import Contract
from portal.documents.forms import answers
from portal.kernel import access

OPEN_TIER = {"tiers": [{"low": "0", "high": "", "rate": "5"}]}


@pytest.mark.parametrize("cap", ["abc", "", "-1", "NaN", "9" * 30])
def test_a_cap_above_an_open_tier_needs_an_amount(cap):
    """The usual case: what is kept is printed on the contract's page and on the paper (R3.3.1)."""
    terms = OPEN_TIER | {"cap_on": True, "cap_amount": cap}
    told = [(at, str(why)) for at, why in fees.problems("commission", terms, None, None)]
    assert told == [("cap_amount", "The cap needs an amount.")]


def test_a_cap_with_an_amount_and_none_at_all_are_right():
    for more in ({"cap_on": True, "cap_amount": "800,000"}, {"cap_on": False}):
        assert list(fees.problems("commission", OPEN_TIER | more, None, None)) == []


@pytest.mark.parametrize("price", ["12,5", "1,0", "1,2,3", "1.000,50", "1,000,00", "1e5", "1_000"])
def test_a_price_that_can_be_read_in_two_ways_is_refused(price):
    """Where a comma is the point, 12,5 is no 125 (R3.3.1)."""
    terms = {"lines": [{"name": "門市人力", "unit": "月", "qty": "1", "price": price}]}
    told = [at for at, _why in fees.problems("fixed", terms, None, None)]
    assert told == ["lines-0-price"]


@pytest.mark.parametrize("price", ["0.005", "1000.125"])
def test_a_price_the_paper_cannot_print_is_refused_where_it_is_typed(price):
    """It would stand on the contract's page as 0.00, and only the paper would refuse it."""
    terms = {"lines": [{"name": "門市人力", "unit": "月", "qty": "1", "price": price}]}
    told = [(at, str(why)) for at, why in fees.problems("fixed", terms, None, None)]
    assert told == [
        ("lines-0-price", "Fee row 1: quantity and price must be numbers of at most two decimals.")
    ]


def test_nothing_is_not_less_than_nothing():
    assert str(fees.amount("-0")) == "0"


@pytest.mark.parametrize("price", ["1,234.5", "１，２３４．５", "1234.50", "+1,234.5"])
def test_a_price_may_have_its_thousands_parted_and_be_of_full_width(price):
    """And what the form takes, the paper reads alike."""
    terms = {"lines": [{"name": "門市人力", "unit": "月", "qty": "1", "price": price}]}
    assert list(fees.problems("fixed", terms, None, None)) == []
    assert fees.total("fixed", terms) == Decimal("1234.50")
    assert typed(variable("price", {"type": "money"}), price) == Decimal("1234.50")


EVERY = {
    "lines": [
        {"name": "門市人力", "kind": "fixed", "unit": "月", "qty": "6.25", "price": "98321.54"},
        {"name": "督導", "kind": "per_head", "unit": "人", "qty": "2", "price": "40000"},
    ],
    "tiers": [{"low": "0", "high": "", "rate": "5"}],
    "milestones": [
        {"name": "開幕", "criteria": "三店", "due": "2026-12-01", "amount": "2000000"},
    ],
    "parts": ["fixed", "milestone"],
}


def printed(contract):
    """The total as the paper computes it from what the record tells it."""
    manifest = read_manifest(catalogue.manifest_text("D01"))
    return manifest.context({"fee": services.facts(contract)["fee"]}, "zh-Hant")["fee"]["total"]


@pytest.mark.parametrize("model", ["fixed", "per_head", "milestone", "mixed"])
def test_the_paper_prints_the_total_that_is_approved_whatever_was_typed_for_other_models(
    company, model
):
    """Rows left of another model are no part of the sum, nor is a cent lost by rounding (R3.3.2)."""
    with access.acting_as(access.SYSTEM):
        client = Customer(name="雲端科技", owner_id=company.accounts["sales_a"].employee_id)
        day = date(2026, 1, 1)
        contract = Contract(
            title="外包",
            customer=client,
            fee_model=model,
            fee_terms=EVERY,
            currency="TWD",
            locale="zh_Hant",
            start_on=day,
            end_on=date(2026, 12, 31),
            details={},
        )
        approved = fees.total(model, EVERY)
        assert printed(contract) == approved
    rows = {name for name in fees.TABLES if fees.counted(model, EVERY, name)}
    assert rows == {"milestone": {"milestones"}, "mixed": {"lines", "milestones"}}.get(
        model, {"lines"}
    )


def test_a_commission_counts_no_rows_of_other_models():
    assert fees.counted("commission", EVERY, "lines") == []
    assert fees.total("commission", EVERY) is None


def test_nothing_typed_turns_the_words_that_follow_it_on_the_paper():
    """A mark of direction left open shows the digits behind it backwards."""
    typed = MultiDict({"lines-0-name": "門市\u202e人力\u2066", "lines-0-qty": "1"})
    assert feeform.terms_of(typed)["lines"][0]["name"] == "門市人力"
    manifest = read_manifest(catalogue.manifest_text("D01"))
    sent = MultiDict({"data.location": "\u202e臺北", "clauses-0-title": "附\u202d則"})
    found = answers.flat(manifest, sent)
    assert (found["data.location"], found["clauses"][0]["title"]) == ("臺北", "附則")
