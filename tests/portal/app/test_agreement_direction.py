"""Who discloses in an agreement: what its paper can say, in the form, in the record and in old rows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from portal.chapters.confidentiality.models import DISCLOSING, ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Customer
from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Invalid, Unmet
from portal.organization.models import Employee
from tests.portal.app.test_agreement_form import FORM, agreement, offered
from tests.portal.app.typed import forms_in, page_of

LIST = "/confidentiality/confidentiality_agreement"


@pytest.fixture
def client(app) -> int:
    """A client of 林雅婷, who is sales_a."""
    with access.acting_as(access.SYSTEM), transaction():
        owner = session().scalars(select(Employee).where(Employee.name == "林雅婷")).one()
        made = Customer(name="雲端科技", owner=owner, department=owner.department)
        session().add(made)
    return made.id


def made(client: int, **more) -> int:
    """A one-way agreement with the client; returns its id."""
    with access.acting_as(access.SYSTEM):
        party = session().get_one(Customer, client)
        row = ConfidentialityAgreement(
            kind="client",
            customer=party,
            owner=party.owner,
            department=party.department,
            start_on=date(2026, 12, 1),
            end_on=date(2027, 11, 30),
            **more,
        )
    return agreement(row)


def now(ident: int) -> ConfidentialityAgreement:
    """The row as the database has it."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(ConfidentialityAgreement, ident)


def newest() -> ConfidentialityAgreement:
    """The agreement that was made last."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        query = select(ConfidentialityAgreement).order_by(ConfidentialityAgreement.id.desc())
        return session().scalars(query.limit(1)).one()


def shown(browser, address: str) -> dict[str, str]:
    """What the form of a record would send as it stands."""
    found = (
        f for f in forms_in(address, page_of(browser.get(address))) if "form_token" in f.values
    )
    return next(found).values


def test_both_is_not_offered_and_the_form_as_shown_says_that_the_client_discloses(browser, client):
    sales, new = browser("sales_a"), f"{FORM}?customer_id={client}"
    assert offered(sales.get(new).text, "direction") == {"we_receive", "we_disclose"}
    sent = shown(sales, new) | {"start_on": "2026-12-01", "scope": "試行"}
    assert (sent["kind"], sent["direction"]) == ("client", "we_receive")
    assert sales.client.post(new, data=sent).status_code == 302
    row = newest()
    assert (row.kind, row.direction) == ("client", "we_receive")


def test_both_is_refused_at_its_box_for_one_way_and_follows_from_the_other_kinds(browser, client):
    sales, new = browser("sales_a"), f"{FORM}?customer_id={client}"
    sent = shown(sales, new) | {"start_on": "2026-12-01", "scope": "試行", "direction": "both"}
    refused = sales.client.post(new, data=sent)
    assert refused.status_code == 422
    assert 'href="#direction"' in refused.text
    tree = page_of(refused)
    assert tree.get_element_by_id("direction").get("aria-invalid") == "true"
    assert "單向" in tree.get_element_by_id("direction-error").text_content()
    for kind, direction in (("mutual", "both"), ("client", "we_disclose")):
        again = shown(sales, new) | {"start_on": "2026-12-01", "scope": "試行"}
        saved = sales.client.post(new, data=again | {"kind": kind, "direction": direction})
        assert saved.status_code in (302, 422)
        if saved.status_code == 422:  # a second one with this client is asked about
            mark = next(forms_in(new, page_of(saved))).values["despite"]
            saved = sales.client.post(
                new, data=again | {"kind": kind, "direction": direction, "despite": mark}
            )
        assert saved.status_code == 302, saved.text
        assert (newest().kind, newest().direction) == (kind, direction)


def test_every_door_knows_which_directions_a_kind_has(client):
    for direction in DISCLOSING["client"]:
        assert now(made(client, direction=direction)).direction == direction
    assert now(made(client)).direction == "we_receive"
    with pytest.raises(Invalid) as refused:
        made(client, direction="both")
    assert set(refused.value.fields) == {"direction"}


def older(ident: int, **values) -> None:
    """What an earlier release left in the row."""
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(
            update(ConfidentialityAgreement)
            .where(ConfidentialityAgreement.id == ident)
            .values(direction="both", **values)
        )
    remove_session()


def advance(ident: int, step: str, **more) -> None:
    """Take a step."""
    with access.acting_as(access.SYSTEM), transaction():
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, ident), step, **more)


def test_an_old_draft_that_contradicts_its_paper_says_so_and_is_mended_by_its_form(browser, client):
    ident = made(client)
    older(ident)
    sales, edit = browser("sales_a"), f"{LIST}/edit/?id={ident}"
    assert "單向" in sales.get(f"{LIST}/details/?id={ident}").text
    with pytest.raises(Unmet) as unmet:
        advance(ident, "submit")
    assert any("One way" in line.english for line in unmet.value.missing)
    assert offered(sales.get(edit).text, "direction") == {"we_receive", "we_disclose"}
    assert sales.client.post(edit, data=shown(sales, edit)).status_code == 302
    assert now(ident).direction == "we_receive"
    assert "單向" not in sales.get(f"{LIST}/details/?id={ident}").text


def test_an_old_one_in_force_goes_on_and_its_page_says_what_holds(browser, client):
    ident = made(client)
    older(ident, _state="in_force")
    page = browser("legal").get(f"{LIST}/details/?id={ident}").text
    assert "以文件所載為準" in page
    advance(ident, "end", automatic=True)
    assert now(ident).state == "expired"


def test_a_second_agreement_is_told_at_once_where_the_client_is_filled_in(browser, client):
    ident = made(client)
    sales, new = browser("sales_a"), f"{FORM}?customer_id={client}"
    said = f"雲端科技已有保密協議：{now(ident).no}（草稿）。"
    opened = sales.get(new).text
    assert said in opened
    assert said not in sales.get(FORM).text
    assert "data-focus" not in opened
    sent = shown(sales, new)
    refused = sales.client.post(new, data=sent)  # a day is missing; the tick stays
    assert refused.status_code == 422
    assert said in refused.text
    tick = page_of(refused).xpath("//input[@name='despite']")[0]
    assert "checked" in tick.attrib
    again = shown(sales, new) | {"start_on": "2026-12-01", "scope": "試行"}
    assert sales.client.post(new, data=again).status_code == 302
