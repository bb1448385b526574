"""Steps from pages and lists: rights, reasons, what is missing, many at once (R1.4, R3.3.2)."""

from __future__ import annotations

import re

import pytest

from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.db import session, transaction
from tests.portal.web.record_view.conftest import words

ADVANCE = "/customers/customer/advance/"


def test_a_step_is_taken_with_its_reason(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    data = {"id": ident, "step": "lose", "from": "details", "version": "1"}
    refused = browser.post(ADVANCE, data)
    assert refused.status_code == 422
    assert "A reason is needed." in words(refused)
    assert "KH-" in words(refused)  # still the record's page
    assert browser.post(ADVANCE, data | {"reason": "too dear"}).status_code == 302
    assert company.row(Customer, ident).state == "lost"
    again = browser.post(ADVANCE, data | {"reason": "too dear"})
    assert again.status_code == 409
    assert "is already “Lost”" in words(again)


def test_nobody_takes_a_step_on_what_they_have_not_seen(company):
    ident = company.client("sales_a", "Cloud")
    one, two = company.as_person("sales_a"), company.as_person("sales_a_mgr")
    edit = f"/customers/customer/edit/?id={ident}"
    one.post(edit, one.fields(edit) | {"industry": "x"})
    data = {"id": ident, "step": "lose", "reason": "x", "from": "details", "version": "1"}
    answer = two.post(ADVANCE, data)
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile" in words(answer)
    assert company.row(Customer, ident).state == "prospect"


@pytest.mark.parametrize("sent", ["", "0"])
def test_a_page_that_does_not_say_what_it_showed_takes_no_step(company, sent):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    data = {"id": ident, "step": "lose", "reason": "x"}
    one = browser.post(ADVANCE, data | {"from": "details", "version": sent})
    assert one.status_code == 409
    many = browser.post(ADVANCE, data | {f"version-{ident}": sent})
    assert "Somebody changed this meanwhile" in browser.read(many.location)
    assert company.row(Customer, ident).state == "prospect"


def test_a_list_takes_steps_only_on_what_it_showed(company):
    """Row by row: what somebody changed after the list was shown is looked at again."""
    mine = [company.client("sales_a", f"Client-{n}") for n in range(2)]
    one, two = company.as_person("sales_a"), company.as_person("sales_a_mgr")
    page = two.get("/customers/customer/").text
    shown = dict(re.findall(r'name="(version-\d+|shown)" value="([^"]+)"', page))
    assert {f"version-{ident}" for ident in mine} < set(shown)
    edit = f"/customers/customer/edit/?id={mine[0]}"
    one.post(edit, one.fields(edit) | {"industry": "x"})
    said = two.read(two.post(ADVANCE, shown | {"id": mine, "step": "lose", "reason": "x"}).location)
    assert "Done: 1" in said
    assert "Somebody changed this meanwhile" in said
    assert [company.row(Customer, ident).state for ident in mine] == ["prospect", "lost"]


def test_all_that_match_leave_out_what_changed_since_the_list_was_shown(company):
    mine = [company.client("sales_a", f"Client-{n}") for n in range(2)]
    browser = company.as_person("sales_a")
    page = browser.get("/customers/customer/").text
    shown = dict(re.findall(r'name="(shown)" value="([^"]+)"', page))
    edit = f"/customers/customer/edit/?id={mine[0]}"
    browser.post(edit, browser.fields(edit) | {"industry": "x"})
    data = {"all": "1", "step": "lose", "reason": "x", "back": "/x"}
    for unread in ("", "soon", "9999-12-31T23:59:59-23:59"):
        browser.post(ADVANCE, data | {"shown": unread})
        states = [company.row(Customer, ident).state for ident in mine]
        assert states == ["prospect"] * 2, unread
    browser.post(ADVANCE, data | shown)
    assert [company.row(Customer, ident).state for ident in mine] == ["prospect", "lost"]


def test_steps_of_other_roles_and_of_the_portal_itself_are_refused(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    for step in ("block", "activate", "nothing", ""):
        answer = browser.post(
            ADVANCE, {"id": ident, "step": step, "reason": "x", "from": "details"}
        )
        assert answer.status_code == 403, step
        browser.post(ADVANCE, {"id": ident, "step": step, "reason": "x"})
    assert company.row(Customer, ident).state == "prospect"


def test_what_is_missing_is_said_instead_of_a_button_that_fails(company):
    client = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    new = "/sales/contract/new/"
    typed = {
        "title": "Store sales",
        "customer": str(client),
        "start_on": "2026-12-01",
        "end_on": "115/12/31",
    }
    made = browser.post(new, browser.fields(new) | typed)
    ident = browser.ident_after(made)
    page = browser.get(made.location)
    said = words(page)
    assert "Needed first:" in said
    assert "The owner fills in the terms" in said
    answer = browser.post(
        "/sales/contract/advance/", {"id": ident, "step": "submit", "from": "details"}
    )
    assert answer.status_code == 409
    assert "Store sales" in words(answer)


def test_many_records_take_a_step_each_on_its_own(company):
    mine = [company.client("sales_a", f"Client-{n}") for n in range(3)]
    foreign = company.client("sales_b", "Foreign")
    browser = company.as_person("sales_a")
    browser.post(ADVANCE, {"id": mine[0], "step": "lose", "reason": "x", "from": "details"})
    answer = browser.post(
        ADVANCE,
        {"id": [*mine, foreign], "step": "lose", "reason": "season", "back": "/x?region=taiwan"},
    )
    assert answer.location == "/customers/customer/?region=taiwan"
    said = browser.read(answer.location)
    assert "Done: 2" in said
    assert "Not done: 1" in said
    assert "is already “Lost”" in said
    assert "Foreign" not in said
    assert [company.row(Customer, i).state for i in (*mine, foreign)] == ["lost"] * 3 + ["prospect"]


def test_all_that_match_take_the_step_beyond_the_page(company):
    for n in range(25):
        company.client("sales_a", f"Client-{n}", region="hongkong" if n else "taiwan")
    browser = company.as_person("sales_a")
    data = {
        "all": "1",
        "id": "1",
        "step": "lose",
        "reason": "x",
        "back": "/customers/customer/?region=hongkong",
    }
    browser.post(ADVANCE, data)
    page = browser.read("/customers/customer/?state=lost")
    assert "Done: 24" in page
    assert "Found: 24" in page


def test_a_step_of_all_is_taken_on_what_was_shown_and_nothing_else(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("sales_a")
    data = {"all": "1", "id": "1", "step": "lose", "reason": "x"}
    many = "&".join(f"n{at}=" for at in range(300))
    unread = ("//[x", "https://[x", "/x?q=a\nb", "x", "/x?q=" + "a" * 2000)
    for back in unread:
        assert browser.post(ADVANCE, data | {"back": back}).status_code == 400, back
        kept = browser.post("/customers/customer/keep/", {"name": "Far", "back": back})
        assert kept.status_code == 400, back
    assert company.row(Customer, ident).state == "prospect"
    far = browser.post(ADVANCE, data | {"back": f"/x?{many}&region=hongkong"})
    assert far.status_code == 400  # nothing matches
    assert browser.post(ADVANCE, data | {"back": f"/x?{many}&region=taiwan"}).status_code == 302
    assert company.row(Customer, ident).state == "lost"


def test_the_list_offers_only_steps_its_rows_stand_before(company):
    company.client("sales_a", "Cloud")
    page = company.as_person("sales_a").get("/customers/customer/").text
    assert 'value="lose"' in page
    assert 'value="reopen"' not in page
    assert 'value="block"' not in page
    assert 'name="step"' not in company.as_person("auditor").get("/customers/customer/").text


def test_steps_that_are_called_the_same_are_one_button_of_the_list(company):
    """A draft and an approved contract are cancelled by two steps of one name: each row takes its own."""
    client = company.client("sales_a", "Cloud")
    draft, ready = (company.contract("sales_a", client, f"Contract-{n}") for n in range(2))
    with access.acting_as(access.SYSTEM), transaction():
        table = Contract.__table__
        moved = table.update().where(table.c.id == ready).values(status="approved")
        session().connection().execute(moved)
    head = company.as_person("sales_a_mgr")
    page = head.get("/sales/contract/").text
    offered = re.findall(r'name="step" value="(\w+)">([^<]+)<', page)
    assert [name for name, label in offered if label == "Cancel the contract"] == ["cancel"]
    shown = dict(re.findall(r'name="(version-\d+|shown)" value="([^"]+)"', page))
    sent = shown | {"id": [draft, ready], "step": "cancel", "reason": "the client moved"}
    assert "Done: 2" in head.read(head.post("/sales/contract/advance/", sent).location)
    assert [company.row(Contract, ident).state for ident in (draft, ready)] == ["void", "void"]
    own = company.as_person("sales_a")  # whose step is the draft's alone
    third = company.contract("sales_a", client, "Contract-3")
    with access.acting_as(access.SYSTEM), transaction():
        moved = table.update().where(table.c.id == third).values(status="approved")
        session().connection().execute(moved)
    version = str(company.row(Contract, third).row_version)
    sent = {"id": third, f"version-{third}": version, "step": "cancel", "reason": "x"}
    own.post("/sales/contract/advance/", sent)
    assert company.row(Contract, third).state == "approved"
