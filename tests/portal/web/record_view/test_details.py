"""Details and history: where a record stands, what comes next, what happened (R1.4, R3.3.2, R10.1)."""

from __future__ import annotations

import re

from markupsafe import Markup
from sqlalchemy import text

from portal.chapters.customers.models import Customer
from portal.chapters.customers.workflows import CUSTOMER
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.words import _
from portal.seed import walk
from portal.web import record_view
from portal.web.record_view import extras
from tests.portal.web.record_view.conftest import words


def details(ident):
    return f"/customers/customer/details/?id={ident}"


def test_a_page_says_where_the_record_stands_and_what_comes_next(company):
    ident = company.client("sales_a", "Cloud", industry="Software")
    page = company.as_person("sales_a").get(details(ident))
    said = words(page)
    assert "KH-" in said
    assert "Software" in said
    assert "The first signed contract makes the client active. Next: Active." in said
    assert 'class="now" aria-current="step"' in page.text
    assert "Mark as lost" in said
    assert '<li class="later">' in page.text
    assert "Block" not in said
    assert "Block" in company.as_person("legal").read(details(ident))


def test_the_stepper_shows_what_was_reached_when_a_record_leaves_its_path(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("legal")
    browser.post(
        "/customers/customer/advance/",
        {"id": ident, "step": "block", "reason": "fraud", "from": "details"},
    )
    page = browser.get(details(ident))
    assert '<li class="done">' in page.text
    assert '<li class="stopped" aria-current="step">' in page.text
    assert "Block: fraud" in words(page)


def test_an_end_that_somebody_must_will_is_not_drawn_as_the_way_ahead(whole):
    accounts, admin = whole.accounts, whole.as_person("admin")
    page = admin.get(f"/organization/user_account/details/?id={accounts['sales_a'].id}").text
    assert 'class="stepper"' not in page
    place = f"/organization/employee/details/?id={accounts['sales_a'].employee_id}"
    employed = whole.as_person("hr").get(place).text
    drawn = employed.partition('class="stepper"')[2].partition("</ol>")[0]
    assert '<li class="now" aria-current="step">' in drawn
    assert 'class="later"' not in drawn


def test_what_leads_aside_is_offered_but_is_never_the_first_choice(company):
    ident = company.client("sales_a", "Cloud")
    with access.acting_as(access.SYSTEM), transaction():
        CUSTOMER.advance(session().get_one(Customer, ident), "activate", automatic=True)
    page = company.as_person("sales_a").get(details(ident))
    head = page.text.partition('<div class="title">')[2].partition('class="stepper"')[0]
    assert "Mark as dormant" in head
    assert "primary" not in head
    assert "you can:" not in words(page)


def test_changes_are_told_old_and_new_in_the_words_of_the_screen(company):
    ident = company.client("sales_a", "Cloud", industry="old", region="taiwan")
    browser, edit = company.as_person("sales_a"), f"/customers/customer/edit/?id={ident}"
    browser.post(edit, browser.fields(edit) | {"industry": "new", "region": "hongkong"})
    said = browser.read(details(ident))
    assert "Industry: before old → after new" in said
    assert "Region: before Taiwan → after Hong Kong" in said
    assert "Industry: before — → after old" not in said  # the beginning stands in the history
    history = browser.get(f"/customers/customer/history/?id={ident}")
    assert "Industry: old" in words(history)
    assert "→ after old" not in words(history)  # nothing was there before
    folded = history.text.partition('<details class="unfold">')[2].partition("</details>")[0]
    assert "Fields filled in: " in folded
    assert "Empty" not in folded  # what was left empty is not told
    assert "Industry: old" in re.sub(r"<[^>]+>", "", folded)


def test_a_related_record_one_may_not_see_is_said_to_be_hidden_and_not_left_blank(company):
    client = company.client("sales_a", "Cloud")
    ident = company.contract("sales_a", client, "Deal")
    address, sheet = f"/sales/contract/details/?id={ident}", "/sales/contract/?q=Deal"
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET status = 'signed'"))
    keeper, owner = company.as_person("hr"), company.as_person("sales_a")
    assert "Counterparty Cloud" in keeper.read(address)
    assert "Client Not shown to you" in keeper.read(address)
    assert keeper.get(sheet).status_code == 200
    assert "Client Cloud" in owner.read(address)
    assert "Counterparty" not in owner.read(address)  # the same name is said once


def test_a_comment_is_kept_and_shown_to_who_may_read(company):
    ident = company.client("sales_a", "Cloud")
    browser = company.as_person("legal")
    sent = browser.post("/customers/customer/comment/", {"id": ident, "text": "<b>careful</b>"})
    assert sent.location.endswith("#timeline")
    page = company.as_person("sales_a").get(details(ident))
    assert "&lt;b&gt;careful" in page.text
    assert "鄭雅文 commented" in words(page)
    assert "1. &lt;b" in page.text  # reasons and other comments call it by its number
    empty = browser.post("/customers/customer/comment/", {"id": ident, "text": "  "})
    assert empty.status_code == 422


def test_related_records_are_shown_and_counted_as_far_as_they_are_seen(company):
    ident = company.client("sales_a", "Cloud")
    for n in range(12):
        company.contact("sales_a", ident, f"Person-{n:02}")
    page = company.as_person("sales_a").get(details(ident))
    said = words(page)
    assert "Contacts 12" in said
    assert "Person-11" in said
    assert "Person-00" not in said
    assert f"/customers/contact/?customer_id={ident}" in page.text
    assert (
        "customer_id"
        not in company.as_person("finance").get(details(ident)).text.partition("new/")[2]
    )


def test_what_names_a_client_is_listed_on_its_page_under_the_rights_of_each_reader(company):
    ident, other = company.client("sales_a", "Cloud"), company.client("sales_a", "Snow")
    for client in (ident, other):
        company.contract("sales_a", client, f"Order-{client}")
    page = company.as_person("sales_a").get(details(ident))
    assert f"Order-{ident}" in words(page)
    assert f"Order-{other}" not in words(page)
    assert f"/sales/contract/new/?customer_id={ident}" in page.text
    read = company.as_person("legal").get(details(ident))
    assert f"Order-{ident}" in words(read)
    assert "contract/new/" not in read.text
    assert "Order" not in company.as_person("mkt").read(details(ident))


def test_nothing_new_is_offered_under_a_client_that_is_blocked(company):
    ident = company.client("sales_a", "Cloud")
    company.as_person("legal").post(
        "/customers/customer/advance/",
        {"id": ident, "step": "block", "reason": "fraud", "from": "details"},
    )
    assert "/new/" not in company.as_person("sales_a").get(details(ident)).text


def test_the_history_is_checked_against_the_chain_of_the_log(company):
    ident = company.client("sales_a", "Cloud")
    browser, address = company.as_person("sales_a"), f"/customers/customer/history/?id={ident}"
    said = browser.read(address)
    assert "Entries unaltered in the audit log's chain: 1." in said
    assert "Cloud" in said
    with transaction():  # the log's details can only be erased by law, never rewritten unnoticed
        session().execute(text("UPDATE audit_payload SET body = replace(body, 'Cloud', 'Crowd')"))
    said = browser.read(address)
    assert "unaltered" not in said
    assert "Altered afterwards" in said


def test_a_long_history_has_pages(company):
    ident = company.client("sales_a", "Cloud")
    for n in range(60):
        with walk.person(company.accounts, "sales_a"):
            session().get_one(Customer, ident).industry = f"Trade-{n:02}"
    browser, address = company.as_person("sales_a"), f"/customers/customer/history/?id={ident}"
    first = browser.get(address)
    assert "after Trade-59" in words(first)
    assert "after Trade-00" not in words(first)
    later = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "after Trade-00" in browser.read(later)


def test_other_packages_add_cards_and_buttons(company, monkeypatch):
    monkeypatch.setattr(extras, "_parts", [])
    monkeypatch.setattr(extras, "_actions", [])
    record_view.extend(
        parts=lambda view, row: (
            [Markup("<p>Card of {}</p>").format(row.name)] if view.record is Customer else []
        ),
        actions=lambda _view, row: [record_view.Action(_("Export"), f"/paper/{row.id}", "printer")],
    )
    record_view.extend(parts=lambda _view, _row: [record_view.Part("error.html", {"code": 404})])
    ident = company.client("sales_a", "<Cloud>")
    page = company.as_person("sales_a").get(details(ident)).text
    assert "<p>Card of &lt;Cloud&gt;</p>" in page
    assert "This page is not here" in page
    assert f'href="/paper/{ident}"' in page
