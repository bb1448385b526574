"""Whose right has ended gets as far as anybody without it, from that very moment, at every door."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from portal.kernel import clock
from portal.seed.records import SECRET_WORD
from tests.doors import answers
from tests.doors.company import Company, tables_of
from tests.doors.matrix import Person

pytestmark = pytest.mark.office
StandAt = Callable[[datetime], None]
SECOND = timedelta(seconds=1)


def turned_away(company: Company, name: str) -> None:
    """Every door leads to the sign-in page, programs are told so, and nothing is written."""
    before = tables_of(company.file)
    assert {place for _door, _status, place in answers.knocks(company, name, "text/html")} == {
        "/sign-in"
    }
    told = answers.knocks(company, name, "application/json")
    assert {status for _door, status, _place in told} == {401}
    assert len(told) > 200
    assert tables_of(company.file) == before


def test_whoever_leaves_is_out_at_midnight_of_that_day(own_company: Company, stand_at: StandAt):
    """00:00 in the company's zone, without any work having run (R on leaving; session still valid)."""
    day = clock.today() + timedelta(days=1)
    person = own_company.people["sales_a"]
    own_company.tamper(
        "UPDATE employee SET left_on = :day WHERE id = :id", day=day.isoformat(), id=person.employee
    )
    midnight = datetime.combine(day, time.min, tzinfo=clock.zone())
    stand_at(midnight - SECOND)
    assert own_company.visitor("sales_a").get("/").status_code == 200
    stand_at(midnight)
    turned_away(own_company, "sales_a")
    assert own_company.visitor("sales_b").get("/").status_code == 200


@pytest.mark.parametrize("step", ["disable", "lock"])
def test_an_account_closed_in_the_middle_of_a_session_ends_it(own_company: Company, step: str):
    visitor = own_company.visitor("legal_head")
    assert visitor.get("/").status_code == 200
    ident = own_company.people["legal_head"].account
    typed = {"from": "details", "id": ident, "step": step, "reason": "試"}
    closing = own_company.visitor("admin").send("/organization/user_account/advance/", **typed)
    assert closing.status_code == 302
    turned_away(own_company, "legal_head")


def without_roles(person: Person) -> Person:
    """The same person as the matrix sees them once no role holds."""
    return replace(person, seat=replace(person.seat, roles=()))


#: How a role does not hold: what the grant says.
NOT_HELD = {
    "over": "valid_to = date(:today, '-1 day')",
    "not begun": "valid_from = date(:today, '+1 day')",
    "unconfirmed": "status = 'proposed'",
    "refused": "status = 'refused'",
    "revoked": "status = 'revoked'",
}


@pytest.mark.parametrize("how", NOT_HELD)
@pytest.mark.parametrize("name", ["legal", "sales_a"])
def test_a_role_that_does_not_hold_opens_nothing(own_company: Company, name: str, how: str):
    """Of the doors of contracts, papers and agreements; of every door once the term is over."""
    person = own_company.people[name]
    set_to = f"UPDATE role_grant SET {NOT_HELD[how]} WHERE user_id = :account"
    today = {"today": clock.today().isoformat()} if ":today" in set_to else {}
    own_company.tamper(set_to, account=person.account, **today)
    own_company.people[name] = without_roles(person)
    everywhere = how == "over" and name == "legal"
    for only in ("",) if everywhere else ("contract.", "contract_fees", "papers.", "paper_files"):
        assert answers.wrong(own_company, name, only) == []


def test_on_its_last_day_a_role_still_holds(own_company: Company):
    person = own_company.people["legal"]
    own_company.tamper(
        "UPDATE role_grant SET valid_to = :today WHERE user_id = :account",
        today=clock.today().isoformat(),
        account=person.account,
    )
    assert answers.wrong(own_company, "legal", "contract.details") == []


def secret_found(company: Company, name: str) -> bool:
    """Whether the secret paper is listed and found by the word that stands only in it."""
    visitor, secret = company.visitor(name), company.ids["document"]["secret"]
    led_to = re.compile(rf'href="/(papers/|documents/document/details/\?id=){secret}["?#]')
    found, listed = (
        led_to.search(visitor.get(page).text) is not None
        for page in (f"/search?q={SECRET_WORD}", "/documents/document/")
    )
    assert found == listed
    assert found or visitor.get(f"/search/suggest?q={SECRET_WORD}").json == []
    return found


@pytest.mark.parametrize("how", ["over", "revoked"])
def test_a_grant_that_ended_opens_nothing(own_company: Company, stand_at: StandAt, how: str):
    """The files, pages and doors of the papers it was for, and every way to find them."""
    assert secret_found(own_company, "ops")
    if how == "over":
        given = next(g for g in own_company.rows["access_grant"] if g.rights == "view")
        stand_at(given.valid_to - SECOND)
        assert secret_found(own_company, "ops")
        stand_at(max(g.valid_to for g in own_company.rows["access_grant"]))
    else:
        own_company.tamper("UPDATE access_grant SET status = 'revoked'")
    assert not secret_found(own_company, "ops")
    for only in ("document.", "paper"):
        assert answers.wrong(own_company, "ops", only) == []


@pytest.mark.parametrize(
    "how", ["end_on = :yesterday", "status = 'terminated', end_on = :yesterday"]
)
def test_an_agreement_that_ended_closes_what_is_above_internal(own_company: Company, how: str):
    """Own records stay, their confidential papers close; papers one signs oneself stay open."""
    name, yesterday = "sales_a", (clock.today() - timedelta(days=1)).isoformat()
    person = own_company.people[name]
    before = own_company.visitor(name).get(f"/papers/{own_company.ids['document']['signed']}")
    assert before.status_code == 200
    own_company.tamper(
        f"UPDATE confidentiality_agreement SET {how} WHERE employee_id = :employee",
        employee=person.employee,
        yesterday=yesterday,
    )
    own_company.people[name] = replace(person, cleared=False)
    for only in ("document.", "paper", "contract.details"):
        assert answers.wrong(own_company, name, only) == []
    assert own_company.visitor(name).get(before.request.path).status_code == 404
    assert not own_company.people["mkt"].cleared
    own = own_company.ids["document"]["employee"]
    assert own_company.visitor("mkt").get(f"/papers/{own}").status_code == 200


def test_a_planted_session_that_outlives_its_account_is_found(
    own_company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portal.organization.sessions._has_left", lambda _account: False)
    person = own_company.people["sales_a"]
    own_company.tamper(
        "UPDATE employee SET left_on = '2026-01-01' WHERE id = :id", id=person.employee
    )
    with pytest.raises(AssertionError):
        turned_away(own_company, "sales_a")


def test_a_planted_grant_that_never_ends_is_found(
    own_company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        "portal.organization.accounts.RoleGrant.holds_on", lambda _grant, _day: True
    )
    person = own_company.people["legal"]
    own_company.tamper(
        "UPDATE role_grant SET valid_to = '2026-01-01' WHERE user_id = :id", id=person.account
    )
    own_company.people["legal"] = without_roles(person)
    assert answers.wrong(own_company, "legal", "contract.details")
