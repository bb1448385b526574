"""Where originals go is typed once: the keeper's form begins with what is usual, and with the other side."""

from __future__ import annotations

from lxml import html
from sqlalchemy import select

from portal.documents.models import Original, SigningEvent
from portal.documents.signing import seal_requests
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.seed import records, walk

COLUMNS = ("holder", "place", "count")


def approved_seal(company, contract):
    """A request for the seal that Management approved."""
    with walk.person(company.accounts, "sales_a"):
        fresh = session().get_one(type(contract), contract.id)
        ident = seal_requests.request_seal(fresh, seal_requests.Asked(purpose="簽約")).id
    with walk.person(company.accounts, "exec"):
        seal = session().get_one(SigningEvent, ident)
        rounds.decide(seal, "approve", "approved", "", seal.content_sha256)
    return ident


def another(company, contract, title):
    """A further approved contract with the same client."""
    made = records.contract(company.accounts, "sales_a", contract.customer, title)
    company.approve(made)
    return made


def begun(company, name, ident):
    """Holders and places the keeper's form holds when it is opened."""
    boxes = html.fromstring(company.browser(name).get(f"/papers/seal/{ident}").text)
    rows = boxes.xpath("//fieldset[@id='originals']//tbody/tr")
    return [tuple(row.xpath(f".//input[@name='{n}']/@value")[0] for n in COLUMNS) for row in rows]


def test_the_keeper_types_where_our_originals_go_only_until_it_is_usual(company):
    """Repeated is what the same keeper recorded with two papers; the other side is the paper's own."""
    first = company.approved()
    name = first.counterparty
    contracts = (first, *(another(company, first, f"第{n}案") for n in (2, 3)))
    asked = [approved_seal(company, contract) for contract in contracts]
    walk.work()  # the forms are made
    blank, theirs = ("", "", ""), (name, "", "")
    for ident, ours in zip(asked, (blank, blank, ("法務", "檔案室 A 櫃", "")), strict=True):
        assert begun(company, "seal", ident) == [ours, theirs, blank, blank]
        sent = {
            "copies": "2",
            "spoiled": "0",
            "sealed_on": clock.today().isoformat(),
            "holder": ["法務", name, "無人"],
            "place": ["檔案室 A 櫃", f"{ident} 號", ""],
            "count": ["1", "1", ""],
        }
        assert company.browser("seal").post(f"/papers/seal/{ident}", data=sent).status_code == 303
    with access.acting_as(access.SYSTEM):
        held = {(one.holder, one.place) for one in session().scalars(select(Original))}
    assert held == {("法務", "檔案室 A 櫃"), *((name, f"{ident} 號") for ident in asked)}
