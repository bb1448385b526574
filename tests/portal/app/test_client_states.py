"""The life of a client: active by a signed contract alone, dormant long after the last one (matrix (b))."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from portal.chapters.customers.models import Customer
from portal.chapters.customers.workflows import CUSTOMER
from portal.chapters.sales import services
from portal.chapters.sales.models import Contract
from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from tests.portal.app.test_agreement_direction import client

__all__ = ["client"]


def state(ident: int) -> str:
    """Where the client stands."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(Customer, ident).state


def step(ident: int, name: str) -> None:
    """Take a step of the client."""
    with access.acting_as(access.SYSTEM), transaction():
        CUSTOMER.advance(session().get_one(Customer, ident), name, "試", automatic=True)


def signed(client: int, end: date, **more: object) -> None:
    """A contract with the client was signed and runs until then."""
    with access.acting_as(access.SYSTEM), transaction():
        party = session().get_one(Customer, client)
        row = Contract(
            title="駐點銷售",
            customer=party,
            counterparty=party.name,
            owner=party.owner,
            department=party.department,
            start_on=end - timedelta(days=364),
            end_on=end,
            _state="signed",
            **more,
        )
        session().add(row)


def rested(client: int) -> str:
    """Where the client stands after the work of the night."""
    with access.acting_as(access.SYSTEM):
        services.rest(Job())
    return state(client)


@pytest.mark.parametrize(
    ("steps", "stood"),
    [((), "prospect"), (("activate",), "active"), (("activate", "rest"), "dormant")],
)
def test_a_client_let_in_again_stands_where_it_stood(browser, client, steps, stood):
    for name in steps:
        step(client, name)
    for who, name, now in (("legal", "block", "blocked"), ("legal_head", "unblock", stood)):
        page = f"/customers/customer/details/?id={client}"
        shown = browser(who).get(page).text
        version = shown.partition('name="version" value="')[2].partition('"')[0]
        said: dict[str, object] = {
            "id": client,
            "from": "details",
            "version": version,
            "step": name,
            "reason": "試",
        }
        browser(who).send("/customers/customer/advance/", page, **said)
        assert state(client) == now


def test_a_contract_signed_meanwhile_makes_it_active(client):
    step(client, "block")
    signed(client, clock.today() + timedelta(days=30))
    step(client, "unblock")
    assert state(client) == "active"


@pytest.mark.parametrize(
    ("ended", "more", "then"),
    [
        (180, {}, "active"),
        (181, {}, "dormant"),
        (181, {"auto_renew": True}, "active"),
    ],
)
def test_without_a_contract_for_180_days_a_client_is_dormant(client, ended, more, then):
    step(client, "activate")
    assert rested(client) == "active"  # nothing was signed here that could have ended
    signed(client, clock.today() - timedelta(days=ended), **more)
    assert rested(client) == then
    signed(client, clock.today() + timedelta(days=1))
    if then == "dormant":
        step(client, "activate")  # as the next signed copy does
    assert rested(client) == "active"


@pytest.mark.parametrize(
    ("meanwhile", "then"),
    [
        (lambda ident: step(ident, "block"), "blocked"),
        (lambda ident: signed(ident, clock.today() + timedelta(days=30)), "active"),
    ],
)
def test_what_happens_while_the_night_goes_through_its_list_counts(
    client, monkeypatch, meanwhile, then
):
    step(client, "activate")
    signed(client, clock.today() - timedelta(days=181))

    @contextmanager
    def begun():
        meanwhile(client)
        session().info["actor"] = access.SYSTEM
        with transaction():
            yield

    monkeypatch.setattr(services, "transaction", begun)
    assert rested(client) == then
