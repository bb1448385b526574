"""Who opened a paper, by person and day, one by one and as a sheet: whole, for its keepers alone (R8.1.3)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.chapters.sales.models import Contract
from portal.documents.sharing import reading, readings
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session
from portal.kernel.errors import Unseen
from portal.seed import walk

COUNTED_AS = "同一人 10 分鐘內重複開啟，計為一次。"
LONGER = reading.SAME_OPENING + timedelta(minutes=1)


@pytest.fixture
def paper(company, stand_at):
    """A contract's paper: Legal opened it three times and took it once, Sales once, the next day both."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        ident = session().get_one(Contract, contract.id).document_id
    noon = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)  # 12:00 in Taipei
    for after, who, takes in (
        (timedelta(0), "legal", False),
        (LONGER, "legal", False),
        (2 * LONGER, "sales_a", False),
        (3 * LONGER, "legal", True),
        (timedelta(days=1), "legal", False),
        (timedelta(days=1, hours=1), "sales_a", False),
    ):
        stand_at(noon + timedelta(days=1) + after)
        with walk.person(company.accounts, who):
            document = reading.document_seen(ident)
            reading.log_opening(document, 1)
            if takes:
                reading.download(document, document.file("pdf"))
    return ident


def test_openings_are_told_by_person_and_day(company, paper):
    with walk.person(company.accounts, "legal_head"):
        told = readings.by_day(reading.document_seen(paper))
        one_by_one = readings.one_by_one(reading.document_seen(paper), None)
    names = {name: company.accounts[name].name for name in ("legal", "sales_a")}
    assert [(d.who, d.opened, d.downloaded) for d in told] == [
        (names["sales_a"], 1, 0),
        (names["legal"], 1, 0),
        (names["legal"], 3, 1),
        (names["sales_a"], 1, 0),
    ]
    busy = told[2]
    assert busy.last - busy.first == 3 * LONGER
    assert sum(d.opened + d.downloaded for d in told) == len(one_by_one) == 7


def test_the_whole_list_is_one_click_away_and_goes_out_complete(company, paper, monkeypatch):
    monkeypatch.setattr(readings, "PAGE", 3)
    keeper = company.browser("legal_head")
    card = keeper.get(f"/papers/{paper}?tab=access").text
    assert "開啟 3 次 · 下載 1 次" in " ".join(card.split())
    assert COUNTED_AS in card
    assert f'href="/papers/{paper}/readers"' in card
    pages, address = [], f"/papers/{paper}/readers"
    while address:
        page = keeper.get(address).text
        assert COUNTED_AS in page
        pages.append(page.count("<tr><td>"))
        address = page.partition('rel="next" href="')[2].partition('"')[0]
    assert pages == [3, 3, 1]
    table = keeper.get(f"/papers/{paper}/readers.csv")
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 7
    assert [row[1] for row in rows[1:]].count(company.accounts["legal"].name) == 5
    assert keeper.get(f"/papers/{paper}/readers.xlsx").data[:2] == b"PK"
    with access.acting_as(access.SYSTEM):
        query = select(AuditEvent).where(AuditEvent.action == "readers_taken")
        assert len(list(session().scalars(query))) == 2


def test_the_list_is_not_there_for_others(company, paper):
    for name in ("sales_a", "mkt"):
        for end in ("readers", "readers.csv"):
            assert company.browser(name).get(f"/papers/{paper}/{end}").status_code == 404
    with walk.person(company.accounts, "sales_a"), pytest.raises(Unseen):
        readings.seen(reading.document_seen(paper))
    assert "readers" not in company.browser("sales_a").get(f"/papers/{paper}?tab=access").text
