"""Everything that finds or lists gives each person a part of what the database shows them (matrix (c))."""

from __future__ import annotations

import pytest

from portal.seed.people import SEATS
from tests.doors import subset
from tests.doors.company import Company

pytestmark = pytest.mark.office
NAMES = [seat.username for seat in SEATS if seat.username != "disabled"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_found_is_what_is_seen(company: Company, name: str):
    assert subset.wrong(company, name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_nothing_but_oneself_is_not_in_the_menu(company: Company, name: str):
    """One's own account stands on the profile; the list is for those who keep or watch accounts, or
    propose roles for their holders."""
    menu = company.visitor(name).get("/profile").text
    keep = {"admin", "management", "chairman", "auditor"}
    propose = {"hr", "hr_head", "finance_head", "legal_head"}
    keeps = company.people[name].roles & (keep | propose)
    assert ('href="/organization/user_account/"' in menu) == bool(keeps)


def test_a_planted_list_that_shows_all_rows_is_found(
    own_company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portal.kernel.access._criteria", lambda _actor: ())
    found = subset.wrong(own_company, "sales_b")
    for door in ("the list of contract", "the look-up contract.customer", "the finder"):
        assert any(line.startswith(door) for line in found), door


def test_a_planted_index_that_asks_nobody_is_found(
    own_company: Company, monkeypatch: pytest.MonkeyPatch
):
    from portal.documents import labels

    every = frozenset(
        f"{prefix}:{label}.all" for prefix in "nc" for label in ("legal", "management", "employee")
    )
    monkeypatch.setattr(labels, "held_by", lambda _actor: every)
    found = subset.wrong(own_company, "mkt")
    assert any(line.startswith(("search", "the suggestions", "the facet")) for line in found)
