"""The log over all records: Management reads it whole, Legal what concerns secrecy, others their own reads ((c))."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from portal.documents.sharing import custody, reading
from portal.kernel import access, audit, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.seed import walk
from portal.web import log
from tests.portal.statements import counting


def told(company, name, address="/log"):
    """What a person reads on a page of it: (who, what, about)."""
    page = html.fromstring(company.browser(name).get(address).text)
    cells = (
        [" ".join(td.text_content().split()) for td in row] for row in page.xpath("//tbody/tr")
    )
    return [tuple(row[1:]) for row in cells]


def opened(company, name, paper):
    with walk.person(company.accounts, name):
        document = reading.document_seen(paper)
        reading.log_opening(document, 1)
        return document.title


def test_everybody_reads_what_they_opened_and_nothing_of_others(company, paper):
    title = opened(company, "sales_a", paper)
    opened(company, "legal", paper)
    me = company.accounts["sales_a"].name
    assert told(company, "sales_a") == [(me, "開啟文件", f"{title} 文件")]
    assert told(company, "sales_a", "/log?who=&kind=contract") == []
    assert told(company, "mkt") == []
    menu = company.browser("sales_a").get("/").text
    assert 'href="/log"' not in menu
    assert 'href="/log?mine=1"' in company.browser("sales_a").get("/profile").text


def test_the_administrator_reads_no_business_in_it(company, paper):
    opened(company, "sales_a", paper)
    assert told(company, "admin") == []


def test_management_reads_all_of_it_and_legal_what_concerns_secrecy(company, paper):
    title = opened(company, "sales_a", paper)
    opening = (company.accounts["sales_a"].name, title)
    for name, act in (("exec", "開啟文件"), ("auditor", "opened the paper"), ("legal", "開啟文件")):
        lines = told(company, name)
        assert opening in [
            (who, about.rpartition(" ")[0]) for who, what, about in lines if what == act
        ]
        assert 'href="/log"' in company.browser(name).get("/").text
    kinds = {
        name: {about.split()[-1] for _w, _a, about in told(company, name)}
        for name in ("exec", "legal")
    }
    assert {"合約", "文件"} <= kinds["exec"]
    assert kinds["legal"] <= {"文件", "調閱授權", "保密協議"}
    made = [what for who, what, _about in told(company, "exec") if who == "系統"]
    assert "新版本已儲存" in made
    with access.acting_as(access.SYSTEM):
        edits = select(AuditEvent).where(AuditEvent.action == "edit", AuditEvent.actor_id.is_(None))
        written = len(session().scalars(edits).all())
    assert 0 < made.count("修改了內容") < written  # what the portal counts for itself is no news


def test_a_record_one_may_not_see_leaves_no_line(company, paper):
    """R8.1.3: what happened with a secret paper is told to nobody beside those who may open it."""
    title = opened(company, "sales_a", paper)
    with walk.person(company.accounts, "legal_head"):
        document = reading.document_seen(paper)
        custody.name_custodian(document, company.accounts["hr_head"].employee_id, "A 櫃")
        custody.classify(document, "secret", "未公開")
    for name in ("exec", "auditor", "legal", "sales_a"):
        page = company.browser(name).get("/log").text
        assert f"{title}</a>" not in page
        assert f"/papers/{paper}" not in page


def test_it_is_narrowed_by_person_openings_and_days(company, paper):
    title = opened(company, "sales_a", paper)
    who, today = company.accounts["sales_a"].name, clock.today()
    line = (who, "開啟文件", f"{title} 文件")
    assert told(company, "exec", f"/log?who={who}&reads=1") == [line]
    assert told(company, "exec", "/log?who=nobody&reads=1") == []
    assert line in told(company, "exec", f"/log?since={today}&until={today}")
    assert told(company, "exec", f"/log?until={today - timedelta(days=1)}&reads=1") == []
    answer = company.browser("exec").get("/log?since=soon&until=2026-13-40")
    assert answer.status_code == 422
    assert 'id="since-error"' in answer.text
    assert 'id="until-error"' in answer.text


@pytest.mark.parametrize(
    "address", ["/log?before=x", "/log?kind=session", "/log?kind=%25&who=%25", "/log?who=\\"]
)
def test_what_an_address_asks_in_vain_is_no_fault(company, address):
    assert company.browser("exec").get(address).status_code == 200


def test_it_is_read_page_by_page_and_much_that_is_passed_over_ends_a_page(
    company, paper, monkeypatch
):
    for name, size in (("PAGE", 2), ("AT_ONCE", 3), ("MOST_READ", 6)):
        monkeypatch.setattr(log, name, size)
    seen, address, pages = [], "/log?reads=1", 0
    for name in ("sales_a", "legal", "legal_head", "sales_a_mgr"):
        opened(company, name, paper)
    while address:
        seen += told(company, "exec", address)
        page = html.fromstring(company.browser("exec").get(address).text)
        address = "".join(page.xpath("//a[@rel='next']/@href"))
        pages += 1
    names = [
        company.accounts[name].name for name in ("sales_a_mgr", "legal_head", "legal", "sales_a")
    ]
    assert [who for who, _what, _about in seen] == names
    with access.acting_as(access.SYSTEM), transaction():
        for _n in range(9):
            audit.note_thing("session", None, "sign_out")
    assert told(company, "legal") == []  # nothing of these is for Legal, and what is comes later
    assert 'rel="next"' in company.browser("legal").get("/log").text


def test_many_records_are_named_with_one_question(company):
    """Role grants are called by their accounts, which no column of the page tells."""
    browser = company.browser("exec")
    browser.get("/log")
    with counting(company.engine) as statements:
        lines = html.fromstring(browser.get("/log?kind=role_grant").text).xpath("//tbody/tr")
    about_accounts = [one for one in statements if "FROM user_account" in one]
    assert len(lines) > 20
    assert len(about_accounts) <= 2  # who asks, and whose the grants are


def test_what_concerns_no_record_is_told_to_those_who_read_all(company):
    company.app.test_client().post("/sign-in", data={"name": "legal", "password": "wrong"})
    refused = [what for _who, what, _about in told(company, "exec")]
    assert "登入遭拒" in refused
    assert "登入遭拒" not in [what for _who, what, _about in told(company, "legal")]
