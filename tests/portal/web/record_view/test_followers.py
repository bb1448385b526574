"""A record whose followers cannot come along is not saved, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.chapters.customers.models import Contact, Customer
from portal.kernel import following
from portal.kernel.db import session
from portal.kernel.errors import Conflict, Unmet
from portal.kernel.words import Words, _
from tests.portal.web.record_view.conftest import sent_back, words

TYPED = {"needs": "two weeks of work\r\nin one box", "address": "Lane 7"}


@pytest.fixture
def follower(monkeypatch):
    """Gives clients one more follower."""

    def give(act: following.Act) -> None:
        monkeypatch.setitem(following._acts, Customer, [act])

    return give


def spoil(client: Any) -> None:
    """A contact that breaks a rule of its own, as one from before the rule would."""
    for contact in session().scalars(select(Contact).where(Contact.customer_id == client.id)):
        contact.title = "x" * 500


def refuse(client: Any) -> None:
    raise Conflict(_("%(what)s is closed.") % {"what": client.name})


def miss(client: Any) -> None:
    raise Unmet([Words("One thing first."), Words("Another thing first.")])


def edited(company, ident, **typed):
    browser, edit = company.as_person("sales_a"), f"/customers/customer/edit/?id={ident}"
    fields = browser.fields(edit) | TYPED | typed
    return fields, browser.post(edit, fields)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (spoil, ["may have at most"]),
        (refuse, ["Cloud is closed."]),
        (miss, ["One thing first.", "Another thing first."]),
    ],
)
def test_the_form_comes_back_with_what_the_follower_says(company, follower, act, said):
    ident = company.client("sales_a", "Cloud")
    company.contact("sales_a", ident, "Ann")
    follower(act)
    fields, answer = edited(company, ident)
    assert answer.status_code == 422
    for sentence in said:
        assert "What goes along with this cannot be saved" in words(answer)
        assert sentence in words(answer)
    typed = fields.keys() - {"csrf_token"}  # every page signs its own
    back = sent_back(answer)
    assert {name: back[name] for name in typed} == {name: fields[name] for name in typed}
    assert company.row(Customer, ident).address == ""


def test_it_is_saved_from_that_form_once_the_follower_comes_along(company, follower):
    ident = company.client("sales_a", "Cloud")
    follower(refuse)
    _fields, answer = edited(company, ident)
    follower(lambda client: None)
    browser = company.as_person("sales_a")
    again = browser.post(f"/customers/customer/edit/?id={ident}", sent_back(answer))
    assert again.status_code == 302
    assert company.row(Customer, ident).address == "Lane 7"
