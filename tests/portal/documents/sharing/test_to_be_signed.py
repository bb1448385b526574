"""A secret paper leaves as no file: what is signed is printed from its custodian's pages (R8.1.3)."""

from __future__ import annotations

from sqlalchemy import select

from doc_templates.images import page_image
from portal.documents.archive import objects
from portal.documents.sharing import custody, grants, reading
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session
from portal.seed import walk

SAID = "文件送簽中"


def clean(company, paper):
    """Page one as it stands in the file, without anybody's name."""
    with access.acting_as(access.SYSTEM):
        pdf = session().get_one(type(paper), paper.id).file("pdf")
        return page_image(objects.read(pdf), 0, dpi=reading.SHARP, watermark=None)


def first_page(browser, paper):
    return browser.get(f"/papers/{paper.id}/pdf/1/1.webp").data


def opened(company, act):
    """Who, by the log, opened a paper so."""
    with access.acting_as(access.SYSTEM):
        query = select(AuditEvent.actor_id).where(AuditEvent.action == act)
        return list(session().scalars(query))


def test_the_custodian_prints_without_a_watermark_what_is_out_for_signature(company):
    contract = company.approved()
    walk.seal_contract(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "legal_head"):
        paper = session().get_one(type(contract), contract.id).document
        custody.name_custodian(paper, company.accounts["exec"].employee_id, "保險箱")
        custody.classify(paper, "secret", "未公開")
    with walk.person(company.accounts, "exec"):
        reader = company.accounts["legal"].employee_id
        grants.grant(reading.document_seen(paper.id), reader, "view", "談判", 3)
    keeper, granted = company.browser("exec"), company.browser("legal")
    assert opened(company, "opened_to_sign") == []
    assert first_page(keeper, paper) == clean(company, paper)
    assert opened(company, "opened_to_sign") == [company.accounts["exec"].id]
    assert "列印送簽" in keeper.get(f"/papers/{paper.id}/readers").text
    assert SAID in keeper.get(f"/papers/{paper.id}").text
    marked = first_page(granted, paper)
    assert marked[:4] == b"RIFF"
    assert marked != clean(company, paper)
    assert SAID not in granted.get(f"/papers/{paper.id}").text
    walk.sign(company.accounts, "legal", contract, "t" * 20)
    assert first_page(keeper, paper) != clean(company, paper)
    assert SAID not in keeper.get(f"/papers/{paper.id}").text
