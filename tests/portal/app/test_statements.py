"""Pages ask the database a bounded number of questions, however many rows there are (web.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, insert, inspect, select, update

from portal.app import SCREENS
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import SEALED
from portal.documents.models import SigningEvent
from portal.engines.approval.models import Approval
from portal.kernel import access, clock, masks
from portal.kernel.db import remove_session, session
from portal.organization.accounts import UserAccount
from portal.web.language import speaking
from portal.web.record_view import RecordView
from tests.portal.app.many import fill
from tests.portal.statements import counting

#: What a page may ask at most: who it is, the frame, and the page itself.
LIST, DETAILS, HOME = 8, 20, 21
PEOPLE = ("exec", "legal_head", "admin")
FULL, LONG = 24, 60


@pytest.fixture
def grown(app) -> Callable[[int], None]:
    """Makes the tables longer."""

    def longer(count: int) -> None:
        remove_session()
        with app.extensions["engine"].begin() as connection:
            fill(connection, count)

    return longer


def lists() -> dict[str, int]:
    """Each list with what it may ask: one question more where something of its own stands above, or
    where a column is kept back with the secret papers the person may not open.
    """
    return {
        f"/{s.chapter}/{s.record.__tablename__}/": LIST
        + (s.above_list is not RecordView.above_list)
        + bool(masks.kept_back(s.record))
        for s in SCREENS
    }


def details() -> dict[str, int]:
    """The details of the newest record of each kind, with what they may ask."""
    with access.acting_as(access.SYSTEM):
        newest = {
            f"/{s.chapter}/{s.record.__tablename__}/details/?id=": session().scalar(
                select(s.record.id).order_by(s.record.id.desc()).limit(1)
            )
            for s in SCREENS
            if not s.opens
        }
    remove_session()
    return {f"{place}{ident}": DETAILS for place, ident in newest.items()}


def asked(app, browser, addresses, people=PEOPLE) -> dict[tuple[str, str], list[str]]:
    """Whose visit of which page asked what; pages that are not there for a person are left out."""
    found = {}
    for name in people:
        one = browser(name)
        for address in addresses:
            if one.get(address).status_code == 404:  # the first visit warms what is kept
                continue
            with counting(app.extensions["engine"]) as seen:
                assert one.get(address).status_code == 200, (name, address)
            found[name, address] = seen
    return found


def too_many(budget: dict[str, int], before, after) -> Iterator[str]:
    """Each visit over its budget, or that asks more once there are more rows."""
    for (name, address), seen in after.items():
        was = len(before.get((name, address), seen))
        if len(seen) > min(budget[address], was):
            yield f"{name} {address}: {len(seen)}, before {was}, budget {budget[address]}"


def test_every_list_asks_as_much_for_many_rows_as_for_one_page(app, browser, grown):
    grown(FULL)
    before = asked(app, browser, lists())
    assert {address for _name, address in before} == set(lists())
    grown(LONG)
    assert list(too_many(lists(), before, asked(app, browser, lists()))) == []


def test_every_record_asks_as_much_among_many_as_among_few(app, browser, grown):
    grown(FULL)
    pages = details()
    before = asked(app, browser, pages)
    assert {address for _name, address in before} == set(pages)
    grown(LONG)
    assert list(too_many(pages, before, asked(app, browser, pages))) == []


def gathered(app) -> None:
    """All rows of each kind that stands in a card of related ones now belong to the same record."""
    with app.extensions["engine"].begin() as connection:
        for screen in SCREENS:
            for name in screen.under:
                [(here, there)] = inspect(screen.record).relationships[name].local_remote_pairs
                newest = connection.scalar(select(func.max(there)))
                if not here.unique:
                    named = update(here.table).where(here.is_not(None))
                    connection.execute(named.values({here.name: newest}))


def test_a_record_asks_as_much_with_many_related_ones_as_with_one(app, browser, grown):
    grown(FULL)
    pages = details()
    before = asked(app, browser, pages)
    gathered(app)
    assert list(too_many(pages, before, asked(app, browser, pages))) == []


def test_my_work_asks_as_much_for_many_rows_as_for_few(app, browser, grown):
    grown(LONG)  # more than stand on the page
    before = asked(app, browser, ["/"])
    grown(LONG)
    assert list(too_many({"/": HOME}, before, asked(app, browser, ["/"]))) == []


def asked_for_answers(app, count: int) -> None:
    """Legal is asked about that many more contracts that have a paper."""
    with app.extensions["engine"].begin() as connection:
        told = select(Approval.subject_id)
        query = select(Contract.id).where(Contract.document_id.is_not(None))
        found = connection.scalars(query.where(Contract.id.not_in(told)).limit(count)).all()
        assert len(found) == count
        steps = {"action": "approve", "round_no": 1, "step_no": 1, "sla_hours": 48}
        asks = {"approver_kind": "role", "approver_ref": "legal_head", "status": "pending"}
        of = {"subject_type": "contract", "content_sha256": "0" * 64, "due_at": clock.now()}
        rows = [steps | asks | of | {"subject_id": ident} for ident in found]
        connection.execute(insert(Approval.__table__), rows)


def test_my_work_asks_as_much_for_many_approvals_as_for_few(app, browser, grown):
    """Each leads to the page of its paper."""
    grown(LONG)
    asked_for_answers(app, 5)
    before = asked(app, browser, ["/"])
    assert browser("legal_head").get("/").text.count('href="/papers/') >= 5
    asked_for_answers(app, 40)
    assert list(too_many({"/": HOME}, before, asked(app, browser, ["/"]))) == []
    assert browser("legal_head").get("/").text.count('href="/papers/') >= 45


def called(app, count: int) -> None:
    """So many contracts of `sales_a` are sealed and wait for the other side."""
    with app.extensions["engine"].begin() as connection:
        asks = SigningEvent.__table__.c
        owner = connection.scalar(
            select(UserAccount.employee_id).where(UserAccount.username == "sales_a")
        )
        papers = select(Contract.document_id).where(Contract.document_id.is_not(None)).limit(count)
        ids = connection.scalars(papers.order_by(Contract.id)).all()
        assert len(ids) == count
        theirs = update(Contract.__table__).where(Contract.document_id.in_(ids))
        connection.execute(theirs.values(owner_id=owner, status="signing"))
        connection.execute(update(SigningEvent.__table__).values(status="void"))
        told = connection.scalars(select(asks.id).order_by(asks.id).limit(count)).all()
        for ident, paper in zip(told, ids, strict=True):
            sealed = update(SigningEvent.__table__).where(asks.id == ident)
            connection.execute(sealed.values(document_id=paper, status="done"))


def told_sealed(browser) -> int:
    with speaking("zh_Hant_TW"):
        return browser("sales_a").get("/").text.count(str(SEALED))


def test_my_work_asks_as_much_for_many_contracts_that_call_as_for_few(app, browser, grown):
    grown(LONG)
    called(app, 3)
    before = asked(app, browser, ["/"], ["sales_a"])
    assert told_sealed(browser) == 3
    called(app, 40)
    assert told_sealed(browser) == 40
    after = asked(app, browser, ["/"], ["sales_a"])
    assert list(too_many({"/": HOME}, before, after)) == []


def test_a_planted_question_per_row_is_found(app, browser, grown, monkeypatch):
    """A list that shows its rows by a relationship nobody loaded with them."""
    place = {"/sales/contract/": LIST}
    grown(3)
    before = asked(app, browser, place)
    monkeypatch.setattr(Contract, "__str__", lambda self: f"{self.customer.name} {self.title}")
    monkeypatch.setattr(
        "portal.web.record_view.presented.Presented.name_of", lambda _v, row: str(row)
    )
    monkeypatch.setattr("portal.web.record_view.listing.marked", lambda row, _c: str(row))
    grown(FULL)
    assert list(too_many(place, before, asked(app, browser, place)))
