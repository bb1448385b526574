"""The confidentiality agreement from template to clearance (R8.1.2), and the secret paper (R8.1.3)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from doc_templates.text import word_text
from portal.chapters.confidentiality import issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.commands import doctor
from portal.documents.archive import objects, uploads
from portal.documents.models import Document
from portal.documents.search import queries
from portal.documents.sharing import custody, grants, reading, readings
from portal.documents.signing import signed_copies, takeover
from portal.engines.approval import rounds
from portal.kernel import access, clock, jobs
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet, Unseen
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.models import Employee
from portal.seed import records, walk
from portal.web import jobs_page

pytestmark = pytest.mark.office


def agreement_for(portal, name):
    """A draft agreement with one of the fixed users, made by Human Resources."""
    with walk.person(portal.accounts, "hr"):
        employee = session().get_one(Employee, portal.accounts[name].employee_id)
        row = ConfidentialityAgreement(
            kind="employee", employee=employee, locale=employee.locale, start_on=clock.today()
        )
        session().add(row)
    return row


def facts_of(portal, name):
    with access.acting_as(access.SYSTEM):
        return actor_of(session().get_one(UserAccount, portal.accounts[name].id)).facts


def test_standard_text_is_approved_issued_signed_and_clears_the_person(portal):
    """Unchanged standard text needs no reviewer; signed and in force it clears (R8.1.2)."""
    assert facts_of(portal, "mkt") == frozenset()
    agreement = agreement_for(portal, "mkt")
    walk.sign_agreement(portal.accounts, "hr", agreement)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, agreement.id).state == "in_force"
    assert facts_of(portal, "mkt") == {"cleared"}


def test_the_signer_may_read_their_own_paper_before_being_cleared(portal):
    agreement = agreement_for(portal, "mkt")
    walk.generate(portal.accounts, "hr", agreement)
    with walk.person(portal.accounts, "mkt"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        assert reading.document_seen(row.document_id).title


def ended(portal, name):
    """The agreement of one of the fixed users ends today."""
    with access.acting_as(access.SYSTEM), transaction():
        query = select(ConfidentialityAgreement).where(
            ConfidentialityAgreement.employee_id == portal.accounts[name].employee_id
        )
        for row in session().scalars(query):
            AGREEMENT.advance(row, "end", automatic=True)


def test_the_first_hr_officer_issues_agreements_without_having_one(portal):
    """Issuing and registering need only the record right (README §6, R8.1.2)."""
    ended(portal, "hr")
    assert facts_of(portal, "hr") == frozenset()
    agreement = agreement_for(portal, "mkt")
    walk.sign_agreement(portal.accounts, "hr", agreement)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, agreement.id).state == "in_force"


def photo():
    """A photographed page."""
    out = io.BytesIO()
    Image.new("RGB", (620, 877), "white").save(out, "JPEG")
    return out.getvalue()


def taken_over(portal, agreement, token="taken-over-0000001"):
    received = uploads.keep(
        signed_copies.as_pdf([signed_copies.Sent(name, photo()) for name in ("1.jpg", "2.jpg")])
    )
    with walk.person(portal.accounts, "hr"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        takeover.take_over(row, received, token, walk.read_on(row, date(2026, 1, 5)))
    walk.work()


def test_an_agreement_signed_before_the_portal_is_registered_from_photos(portal):
    """Existing agreements clear their people too; nothing is generated (README §6, R8.1.2)."""
    agreement = agreement_for(portal, "mkt")
    taken_over(portal, agreement)
    with access.acting_as(access.SYSTEM):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        scan = row.document.file("signed_scan")
        assert (row.state, row.signed_on, row.document.state) == (
            "in_force",
            date(2026, 1, 5),
            "signed",
        )
        assert (scan.pages, scan.encryption, row.document.current_no) == (2, "client", 1)
    assert facts_of(portal, "mkt") == {"cleared"}
    with walk.person(portal.accounts, "mkt"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        assert reading.page(row.document, "signed_scan", 1, 2)[:4] == b"RIFF"
    assert list(doctor.examine(portal.config, read_data=True)) == []


def test_a_generated_agreement_is_not_taken_over(portal):
    agreement = agreement_for(portal, "mkt")
    walk.generate(portal.accounts, "hr", agreement)
    with pytest.raises(Conflict):
        taken_over(portal, agreement)


def test_without_an_agreement_nobody_makes_confidential_papers(portal):
    """R8.1.2: a sales person who is not cleared is told so, and no paper is begun."""
    ended(portal, "sales_a")
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    contract = records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")
    with pytest.raises(Forbidden, match="agreement in force"):
        walk.generate(portal.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Document)).all() == []


def words_of(agreement):
    """What the agreement's Word file says."""
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(ConfidentialityAgreement, agreement.id).document
        return "\n".join(word_text(objects.read(paper.file("docx"))))


def test_company_and_court_follow_the_place_of_work_and_not_the_language(portal):
    """An employee in Taiwan who reads English works for the company there, under its courts; the
    court of another place is no standard text (R8.1.2). Nothing is said that nobody entered.
    """
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Employee, portal.accounts["ops"].employee_id).locale = "en"
    agreement = agreement_for(portal, "ops")
    walk.generate(portal.accounts, "hr", agreement)
    words = words_of(agreement)
    assert "Xuqiao Sales Services Co., Ltd." in words
    assert "the Taiwan Taipei District Court as court of first instance" in words
    assert "courts of Hong Kong" not in words
    assert "LC-" not in words
    assert "under an employment contract in effect from" in words
    assert "Secrecy Rules (code" not in words
    with walk.person(portal.accounts, "hr"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        row.details = {
            "legal": {"labour_forum": "the courts of Hong Kong"},
            "labour": {"number": "T-2026-7"},
            "policy": {"given": True},
        }
    walk.generate(portal.accounts, "hr", agreement)
    words = words_of(agreement)
    assert "employment contract (no. T-2026-7) in effect from" in words
    assert "a copy of its Secrecy Rules (code SEC-01" in words
    with pytest.raises(Unmet), walk.person(portal.accounts, "hr"):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, agreement.id), "standard")


def test_a_paper_prints_the_class_the_register_has_and_stays_in_its_year(portal):
    """A paper classed anew a year later is still one of the year it was made in."""
    agreement = agreement_for(portal, "ops")
    walk.generate(portal.accounts, "hr", agreement)
    assert "機密等級：機密" in words_of(agreement)
    with clock.standing_at(clock.now() + timedelta(days=400)):
        with walk.person(portal.accounts, "legal_head"):
            paper = session().get_one(ConfidentialityAgreement, agreement.id).document
            made = paper.versions[0].made_at.astimezone(clock.zone()).year
            custody.classify(paper, "internal", "不含個人資料")
        walk.work()
        with walk.person(portal.accounts, "hr"):
            assert dict(queries.search(paper.no).facets["year"]) == {str(made): 1}
    walk.generate(portal.accounts, "hr", agreement)
    assert "機密等級：內部" in words_of(agreement)


def test_changed_text_goes_to_legal(portal):
    agreement = agreement_for(portal, "mkt")
    with walk.person(portal.accounts, "hr"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        row.details = {"nda": {"special_terms": "试用期内不适用竞业限制。"}}
    walk.generate(portal.accounts, "hr", agreement)
    with pytest.raises(Unmet), walk.person(portal.accounts, "hr"):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, agreement.id), "standard")
    walk.submit(portal.accounts, "hr", agreement)
    walk.answer(portal.accounts, "legal", agreement, "approved")
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, agreement.id).state == "approved"


def test_a_ban_on_competing_needs_legal_and_the_head_of_human_resources(portal):
    """D06: `approval` of its manifest; without the ban Legal alone decides."""
    agreement = agreement_for(portal, "mkt")
    ban = {
        "non_compete": True,
        "noncompete_months": 6,
        "noncompete_business": "門市銷售外包",
        "noncompete_area": "臺北市",
        "noncompete_rivals": "門市銷售外包業者",
        "noncompete_ratio": 50,
    }
    with walk.person(portal.accounts, "hr"):
        session().get_one(ConfidentialityAgreement, agreement.id).details = {"nda": ban}
    walk.generate(portal.accounts, "hr", agreement)
    walk.submit(portal.accounts, "hr", agreement)
    walk.answer(portal.accounts, "legal", agreement, "approved")
    with pytest.raises(Conflict), walk.person(portal.accounts, "hr"):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, agreement.id), "issue")
    for name in ("legal_head", "hr"):
        with pytest.raises(Forbidden, match="Head of Human Resources"):
            walk.answer(portal.accounts, name, agreement, "approved")
    with access.acting_as(access.SYSTEM):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        assert row.state == "legal_review"
        asked = rounds.steps_of(row, "approve")
        assert [step.approver_ref for step in asked] == ["legal", "hr_head"]
        assert asked[1].bound["details"]["nda"]["non_compete"] is True
    walk.answer(portal.accounts, "hr_head", agreement, "approved")
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, agreement.id).state == "approved"


def newcomers() -> list[int]:
    """Three people who joined, one of each language; their ids."""
    with access.acting_as(access.SYSTEM), transaction():
        pattern = session().scalars(select(Employee)).first()
        people = [
            Employee(
                name=f"新人{n}",
                department_id=pattern.department_id,
                locale=locale,
                position_id=pattern.position_id,
                id_no=f"N{n}",
                address="某路 1 號",
                private_email="x@mail.example",
                hired_on=date(2026, 1, 1),
                jurisdiction={"zh_Hant": "taiwan", "zh_Hans": "prc", "en": "hongkong"}[locale],
            )
            for n, locale in enumerate(("zh_Hant", "zh_Hans", "en"))
        ]
        session().add_all(people)
        session().flush()
        return [p.id for p in people]


def test_many_employees_get_theirs_in_their_language_as_one_job(portal):
    chosen = newcomers()
    changed = agreement_for(portal, "mkt")
    with walk.person(portal.accounts, "hr"):
        row = session().get_one(ConfidentialityAgreement, changed.id)
        row.details = {"nda": {"special_terms": "试用期内不适用竞业限制。"}}
    walk.generate(portal.accounts, "hr", changed)
    walk.submit(portal.accounts, "hr", changed)  # Legal reads it, so it is not issued
    chosen.append(portal.accounts["mkt"].employee_id)
    with walk.person(portal.accounts, "hr"):
        ident = issuing.issue_to(chosen).id
    walk.work()
    with access.acting_as(access.SYSTEM):
        job = session().get_one(jobs.Job, ident)
        assert (job.state, job.result["issued"], job.result["failed"]) == ("done", 3, 1), job.result
        [(_who, why)] = jobs_page.missed(job)  # left out, and whoever asked reads why
        assert why == f"{changed.counterparty} has an agreement already: {changed.no} (In review)."
        assert job.total_count == 3
        rows = session().scalars(
            select(ConfidentialityAgreement).where(
                ConfidentialityAgreement.employee_id.in_(chosen[:3])
            )
        )
        assert {(r.locale, r.state) for r in rows} == {
            ("zh_Hant", "issued"),
            ("zh_Hans", "issued"),
            ("en", "issued"),
        }


@pytest.fixture
def secret(portal):
    client = records.client(portal.accounts, "sales_b", "晴川淨水設備股份有限公司", "70759028")
    return records.secret_agreement(portal.accounts, client).document_id


def hits(portal, name):
    with walk.person(portal.accounts, name):
        answer = queries.search(records.SECRET_WORD)
        titles = queries.suggest("雙方")
        return len(answer.hits), answer.total, sum(map(len, answer.facets.values())), len(titles)


def test_a_secret_paper_leaves_no_trace_for_anybody_but_the_named(portal, secret):
    """Acceptance scenario 9: not in search, count, facets or suggestions."""
    for name in (
        "sales_a",
        "sales_b",
        "sales_b_mgr",
        "legal",
        "exec",
        "auditor",
        "admin",
        "ops_head",
    ):
        assert hits(portal, name) == (0, 0, 0, 0), name
        with pytest.raises(Unseen), walk.person(portal.accounts, name):
            reading.document_seen(secret)
    assert hits(portal, "legal_head")[:2] == (1, 1)


def test_a_grant_opens_it_for_its_days_for_reading_only(portal, secret):
    with walk.person(portal.accounts, "legal_head"):
        document = reading.document_seen(secret)
        grants.grant(document, portal.accounts["sales_b"].employee_id, "view", "談判", 3)
    assert hits(portal, "sales_b")[:2] == (1, 1)
    with pytest.raises(Forbidden), walk.person(portal.accounts, "sales_b"):
        document = reading.document_seen(secret)
        reading.download(document, document.file("pdf"))
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert hits(portal, "sales_b")[:2] == (0, 0)


def test_without_an_agreement_in_force_nothing_confidential_opens(portal):
    """R8.1.2: `mkt` has no agreement; a grant would open nothing, and whoever gives it is told so.
    One that was given before the agreement ended opens nothing either.
    """
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    agreement = records.client_agreement(portal.accounts, "sales_a", client, "共同投標")
    walk.generate(portal.accounts, "sales_a", agreement)
    with walk.person(portal.accounts, "legal"):
        document = session().scalars(select(Document)).first()
        with pytest.raises(Invalid, match="no agreement in force"):
            grants.grant(document, portal.accounts["mkt"].employee_id, "view", "活動", 3)
        grants.grant(document, portal.accounts["ops"].employee_id, "view", "活動", 3)
        ident = document.id
    with walk.person(portal.accounts, "ops"):
        assert reading.document_seen(ident).id == ident
    ended(portal, "ops")
    for name in ("mkt", "ops"):
        with pytest.raises(Unseen), walk.person(portal.accounts, name):
            reading.document_seen(ident)


def test_every_opening_is_logged_once_and_the_custodian_sees_the_list(portal, secret):
    for _time in range(2):
        with access.acting_as(access.SYSTEM):
            actor = actor_of(session().get_one(UserAccount, portal.accounts["legal_head"].id))
        with access.acting_as(actor):
            document = reading.document_seen(secret)
            assert reading.page(document, "pdf", document.current_no, 1)[:4] == b"RIFF"
    with walk.person(portal.accounts, "legal_head"):
        (told,) = readings.by_day(reading.document_seen(secret))
        assert (told.who, told.opened, told.downloaded) == ("方振宇", 1, 0)
