"""The contract from client to found signed copy, and everything that must stop it (R3.3.1, R3.3.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from doc_templates.text import pdf_pages
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.commands import doctor
from portal.documents.archive import objects, uploads
from portal.documents.models import Document, SigningEvent
from portal.documents.papers import comparison, generation
from portal.documents.search import queries
from portal.documents.signing import originals, seal_requests, signed_copies
from portal.engines.approval import rounds
from portal.kernel import access, clock, comment, setting
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.setting import SETTING, Setting
from portal.seed import records, walk
from portal.web.language import speaking
from portal.web.record_view import timeline

pytestmark = pytest.mark.office


@pytest.fixture
def draft(portal):
    """A draft contract of team A with its client."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    return records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")


def approved(portal, contract):
    walk.generate(portal.accounts, "sales_a", contract)
    walk.submit(portal.accounts, "sales_a", contract)
    walk.approve_contract(portal.accounts, contract, "sales_a_mgr")
    return contract


def fresh(contract):
    return session().get_one(Contract, contract.id)


def found_by(portal, name, words):
    with walk.person(portal.accounts, name):
        return [hit.document.no for hit in queries.search(words).hits]


def test_a_contract_is_generated_approved_sealed_signed_and_found(portal, draft):
    walk.sign_contract(portal.accounts, "sales_a", "sales_a_mgr", draft)
    with access.acting_as(access.SYSTEM):
        contract = fresh(draft)
        document = contract.document
        assert (contract.state, document.state) == ("signed", "signed")
        scan = document.file("signed_scan")
        assert objects.read(scan) == objects.read(document.file("pdf"))
        assert scan.encryption == "client"
        assert contract.customer.state == "active"
        assert [o.holder for o in originals.of(document)] == ["法務", "客戶"]
        number = document.no
        form = session().scalars(select(SigningEvent)).one().form
        assert form.current_no == 2
        printed = "".join(pdf_pages(objects.read(form.file("pdf"))))
        assert "管理層" in printed  # the approver's role, in the paper's language
        assert "Management" not in printed
    assert number in found_by(portal, "sales_a", "終端客戶")
    assert number in found_by(portal, "legal", "终端客户")
    assert number not in found_by(portal, "sales_b", "終端客戶")
    assert number not in found_by(portal, "cs", "終端客戶")
    assert list(doctor.examine(portal.config, read_data=True)) == []


def test_a_draft_is_found_by_the_name_its_contract_goes_by(portal, draft):
    """The title is what staff call the case by: it stands on the paper, and nowhere else in it."""
    with walk.person(portal.accounts, "sales_a"):
        fresh(draft).title = "曦晨計畫 Skylark"
    walk.generate(portal.accounts, "sales_a", draft)
    walk.work()
    with access.acting_as(access.SYSTEM):
        number = fresh(draft).document.no
    for words in ("曦晨計畫", "曦晨计划", "skylark"):
        found = {name: found_by(portal, name, words) for name in ("sales_a", "legal")}
        assert found == {"sales_a": [number], "legal": [number]}
        others = {name: found_by(portal, name, words) for name in ("sales_b", "cs")}
        assert others == {"sales_b": [], "cs": []}


def test_a_change_after_approval_voids_it_and_stops_the_seal(portal, draft):
    approved(portal, draft)
    with walk.person(portal.accounts, "sales_a"):
        CONTRACT.advance(fresh(draft), "text_altered", "客戶要求改期")
        assert not rounds.holds(
            fresh(draft), "approve", rounds.steps_of(fresh(draft), "approve")[0].content_sha256
        )
    with pytest.raises(Unmet), walk.person(portal.accounts, "sales_a"):
        seal_requests.request_seal(fresh(draft), seal_requests.Asked(purpose="簽約"))


def test_an_approved_contract_cannot_be_edited_at_all(portal, draft):
    approved(portal, draft)
    with pytest.raises(Conflict), walk.person(portal.accounts, "sales_a"):
        fresh(draft).payment_days = 90


def test_a_change_past_the_portal_stops_the_seal_too(portal, draft):
    """The gate recomputes the manifest from live rows: a direct UPDATE is caught."""
    approved(portal, draft)
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET payment_days = 365"))
    with pytest.raises(Unmet), walk.person(portal.accounts, "sales_a"):
        seal_requests.request_seal(fresh(draft), seal_requests.Asked(purpose="簽約"))


def test_a_change_after_the_seal_was_approved_stops_the_keeper_and_the_signature(portal, draft):
    approved(portal, draft)
    with walk.person(portal.accounts, "sales_a"):
        seal = seal_requests.request_seal(fresh(draft), seal_requests.Asked(purpose="簽約"))
        ident, manifest = seal.id, seal.content_sha256
    with walk.person(portal.accounts, "exec"):
        rounds.decide(session().get_one(SigningEvent, ident), "approve", "approved", "", manifest)
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET total = 1"))
    with pytest.raises(Unmet), walk.person(portal.accounts, "seal"):
        counted = [originals.Counted("法務", "A", 2)]
        seal_requests.seal(session().get_one(SigningEvent, ident), 2, 0, clock.today(), counted)
    with pytest.raises(Unmet), walk.person(portal.accounts, "legal"):
        received = uploads.keep(b"%PDF-1.4")
        record = fresh(draft)
        signed_copies.register(record, received, "t" * 20, walk.read_on(record))


def test_drafter_reviewer_and_seal_keeper_are_different_people(portal, draft):
    walk.generate(portal.accounts, "sales_a", draft)
    walk.submit(portal.accounts, "sales_a", draft)
    with pytest.raises(Forbidden):
        walk.answer(portal.accounts, "sales_a", draft, "approved")
    with pytest.raises(Forbidden):
        walk.answer(portal.accounts, "exec", draft, "approved")  # sees it, is not asked


def test_changes_asked_for_come_back_as_a_redline(portal, draft):
    walk.generate(portal.accounts, "sales_a", draft)
    walk.submit(portal.accounts, "sales_a", draft)
    wish = "付款期限請改為 45 日"
    with walk.person(portal.accounts, "legal"):
        comment.say(fresh(draft), wish)  # as the form does
    walk.answer(portal.accounts, "legal", draft, "returned", wish)
    with walk.person(portal.accounts, "sales_a"):
        told = timeline.recent(fresh(draft))
    assert [entry.kind for entry in told if wish in entry.text] == ["step"]
    assert [entry for entry in told if entry.kind == "edit" and not entry.changes] == []
    with pytest.raises(Unmet):
        walk.submit(portal.accounts, "sales_a", draft)
    with walk.person(portal.accounts, "sales_a"):
        fresh(draft).payment_days = 45
    walk.generate(portal.accounts, "sales_a", draft)
    with walk.person(portal.accounts, "legal"):
        redline = comparison.with_previous(fresh(draft).document, 2)
        assert "45" in redline.html
        assert 0 < redline.inserted < 200
    walk.submit(portal.accounts, "sales_a", draft)
    walk.approve_contract(portal.accounts, draft, "sales_a_mgr")


def test_the_timeline_tells_an_approval_once(portal, draft):
    walk.generate(portal.accounts, "sales_a", draft)
    walk.submit(portal.accounts, "sales_a", draft)
    walk.approve_contract(portal.accounts, draft, "sales_a_mgr")
    with walk.person(portal.accounts, "sales_a"), speaking("zh_Hant_TW"):
        told = timeline.recent(fresh(draft))
    assert [(one.who, one.kind) for one in told if one.text == "核准"] == [
        ("陳志明", "step"),
        ("鄭雅文", "system"),
    ]


def test_a_missing_value_is_named_and_nothing_is_half_made(portal, draft):
    with walk.person(portal.accounts, "sales_a"):
        contract = fresh(draft)
        contract.details = {**contract.details, "data": {}}
    with pytest.raises(generation.Invalid) as caught, walk.person(portal.accounts, "sales_a"):
        generation.generate(fresh(draft))
    assert any(name.startswith("data.") for name in caught.value.fields)
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Document)).all() == []


def test_no_paper_is_made_in_the_name_of_a_company_nobody_entered(portal, draft):
    """An example never stands in for the company: the paper says what Administration has to fill in."""
    with access.acting_as(access.SYSTEM), transaction():
        known = setting.value("company.taiwan.zh_Hant")
        emptied = {**known, "name": "", "bank_account": ""}
        row = Setting(key="company.taiwan.zh_Hant", value=emptied, source="board")
        session().add(row)
        session().flush()  # a step locks the row
        SETTING.advance(row, "confirm", automatic=True)
    with pytest.raises(Invalid) as caught, walk.person(portal.accounts, "sales_a"):
        generation.generate(fresh(draft))
    assert set(caught.value.fields) == {"company.name", "company.bank_account"}


def test_the_second_click_on_the_upload_stores_one_signed_copy(portal, draft):
    approved(portal, draft)
    walk.seal_contract(portal.accounts, "sales_a", draft)
    with access.acting_as(access.SYSTEM):
        pdf = objects.read(fresh(draft).document.file("pdf"))
    for _click in range(2):
        with walk.person(portal.accounts, "legal"):
            received = uploads.keep(pdf)
            record = fresh(draft)
            signed_copies.register(record, received, "one-time-token-0001", walk.read_on(record))
    walk.work()
    with access.acting_as(access.SYSTEM):
        scans = [v for v in fresh(draft).document.versions if v.kind == "signed_scan"]
        assert [v.state for v in scans] == ["stored"]
