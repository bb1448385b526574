"""Sheets: what the list shows, for who may take it along, without formulas, and noted (R1.4, R10.1)."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import select

from portal.kernel.audit import AuditEvent
from portal.kernel.db import in_transaction, session
from portal.web.record_view import export

EXPORT = "/customers/customer/export/"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_never_holds_a_formula(company, form):
    for name in ("=HYPERLINK(1)", "@SUM(1)", "+1", " -1", "＝1+1", "Plain"):
        company.client("sales_a", name)
    answer = company.as_person("sales_a_mgr").get(f"{EXPORT}?format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    if form == "csv":
        assert answer.data.startswith("\ufeff".encode())
        for name in ("=HYPERLINK(1)", "@SUM(1)", "+1", " -1", "＝1+1"):
            assert f",'{name}," in answer.text
        assert ",Plain," in answer.text
    else:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            assert "<f>" not in sheet
            assert "HYPERLINK(1)" in book.read("xl/sharedStrings.xml").decode()


def test_only_what_the_list_shows_is_taken_along(company):
    company.client("sales_a", "Mine", region="hongkong")
    company.client("sales_a", "Other", region="taiwan")
    company.client("sales_b", "Foreign", region="hongkong")
    text = company.as_person("sales_a_mgr").get(f"{EXPORT}?format=csv&region=hongkong").text
    assert "Mine" in text
    assert "Hong Kong" in text
    assert "Other" not in text
    assert "Foreign" not in text


def test_who_may_not_export_is_refused_and_gets_no_button(company):
    company.client("sales_a", "Mine")
    browser = company.as_person("sales_a")
    assert browser.get(EXPORT).status_code == 403
    assert "/export/" not in browser.get("/customers/customer/").text
    assert "/export/" in company.as_person("sales_a_mgr").get("/customers/customer/").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_nobody_waits_while_a_sheet_is_made(company, form, monkeypatch):
    company.client("sales_a", "Mine")
    busy = []
    made = getattr(export, f"as_{form}")

    def watched(table):
        busy.append(in_transaction())
        return made(table)

    monkeypatch.setattr(export, f"as_{form}", watched)
    browser = company.as_person("sales_a_mgr")
    assert browser.get(f"{EXPORT}?format={form}").status_code == 200
    assert busy == [False]


def test_an_export_is_noted_with_its_filters(company):
    company.client("sales_a", "Mine")
    company.as_person("sales_a_mgr").get(f"{EXPORT}?format=csv&region=taiwan")
    found = session().scalars(select(AuditEvent).where(AuditEvent.action == "export")).one()
    assert (found.object_type, found.actor_name) == ("customer", "陳志明")


def test_rows_that_may_be_read_but_not_exported_stay_behind(company):
    """Legal reads every contract and exports those that are out or signed (matrix (c))."""
    client = company.client("sales_a", "Cloud")
    browser, new = company.as_person("sales_a"), "/sales/contract/new/"
    typed = {
        "title": "Draft deal",
        "customer": str(client),
        "start_on": "2026-12-01",
        "end_on": "2026-12-31",
    }
    assert browser.post(new, browser.fields(new) | typed).status_code == 302
    legal = company.as_person("legal")
    assert "Draft deal" in legal.read("/sales/contract/")
    assert "Draft deal" not in legal.get("/sales/contract/export/?format=csv").text
    head = company.as_person("sales_a_mgr").get("/sales/contract/export/?format=csv")
    assert "Draft deal" in head.text
    assert "Total,Currency" in head.text


def test_a_list_too_long_for_a_sheet_says_so(company, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    for n in range(3):
        company.client("sales_a", f"Client-{n}")
    answer = company.as_person("sales_a_mgr").get(EXPORT)
    assert answer.status_code == 422
    assert "More than 2 rows" in answer.text
