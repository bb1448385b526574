"""The seal: for exactly what was approved, by whoever may not see the paper too, and what it leaves (R3.3.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.documents.archive import objects, parts, retention, uploads
from portal.documents.models import Document, SigningEvent
from portal.documents.papers import generation
from portal.documents.signing import originals, seal_requests, signed_copies
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.jobs import Job
from portal.organization.accounts import RoleGrant
from portal.organization.workflows import ROLE_GRANT
from portal.seed import terms, walk
from tests.faults.ready import ready_pdf

#: What the page says of the paper that was approved, and of any other.
SAME, OTHER, NOW = "內容與核准版本完全一致", "文件與核准版本不符，不得用印", "目前內容雜湊碼"
ASKED = seal_requests.Asked(purpose="簽約")
TWO = [originals.Counted("法務", "檔案室", 1), originals.Counted("客戶", "客戶自存", 1)]


def fresh(record):
    return session().get_one(type(record), record.id)


def ask(company, name, record):
    with walk.person(company.accounts, name):
        return seal_requests.request_seal(fresh(record), ASKED).id


def answer(company, name, ident, said="approved"):
    with walk.person(company.accounts, name):
        seal = session().get_one(SigningEvent, ident)
        rounds.decide(seal, "approve", said, "", seal.content_sha256)


def use(company, ident, copies=2, day=None, counted=TWO):
    with walk.person(company.accounts, "seal"):
        event = session().get_one(SigningEvent, ident)
        seal_requests.seal(event, copies, 0, day or clock.today(), counted)
    walk.work()


def uncleared(company, *names):
    """Their agreements end: they see no paper above internal any more."""
    with access.acting_as(access.SYSTEM), transaction():
        employees = [company.accounts[name].employee_id for name in names]
        query = select(ConfidentialityAgreement).where(
            ConfidentialityAgreement.employee_id.in_(employees)
        )
        for row in session().scalars(query):
            AGREEMENT.advance(row, "end", automatic=True)


def state_of(record):
    with access.acting_as(access.SYSTEM):
        row = fresh(record)
        return row.state, row.document.state


def altered(company, contract, name="sales_a"):
    with walk.person(company.accounts, name):
        CONTRACT.advance(fresh(contract), "text_altered", "客戶要求改期")


def test_a_seal_of_the_old_text_counts_for_nothing(company):
    """Asked for by the head, done, the text changed by an owner who sees no such request."""
    contract = company.approved()
    old = ask(company, "sales_a_mgr", contract)
    answer(company, "exec", old)
    use(company, old)
    altered(company, contract)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, old).state == "void"
    with walk.person(company.accounts, "sales_a"):
        fresh(contract).fee_terms = terms.fixed(60_000)
    company.approve(contract)
    new = ask(company, "sales_a", contract)
    with pytest.raises(Conflict):
        ask(company, "sales_a_mgr", contract)
    answer(company, "exec", new)
    with pytest.raises(Unmet), walk.person(company.accounts, "legal"):
        received = uploads.keep(ready_pdf())
        record = fresh(contract)
        signed_copies.register(record, received, "t" * 20, walk.read_on(record))
    use(company, new)
    walk.sign(company.accounts, "legal", contract, "t" * 20)
    assert state_of(contract) == ("signed", "signed")


def test_the_database_knows_one_open_request_of_a_paper(company):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    with pytest.raises(IntegrityError), access.acting_as(access.SYSTEM), transaction():
        one = session().get_one(SigningEvent, ident)
        again = {
            name: getattr(one, name)
            for name in """
                document_id requested_by_id department_id purpose version_no content_sha256
            """.split()
        }
        session().add(SigningEvent(**again))


def test_the_paper_and_the_request_follow_a_record_whose_owner_may_see_neither(company):
    """An owner whose agreement ended changes the text: nothing stays behind."""
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    uncleared(company, "sales_a")
    altered(company, contract)
    assert state_of(contract) == ("changes", "draft")
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, ident).state == "void"


def test_management_decides_on_the_seal_of_a_paper_it_may_not_see(company):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    uncleared(company, "exec")
    answer(company, "exec", ident)
    assert state_of(contract) == ("signing", "out_for_signature")


def test_a_seal_not_used_yet_dies_with_the_agreement(company):
    """What was sealed stands; what is still asked for is for nothing any more."""
    for name, terminated in (("mkt", True), ("cs", False)):
        agreement = company.agreement(name)
        walk.generate(company.accounts, "hr", agreement)
        for step in ("standard", "issue"):
            with walk.person(company.accounts, "hr"):
                AGREEMENT.advance(fresh(agreement), step)
        ident = ask(company, "hr", agreement)
        answer(company, "exec", ident)
        if not terminated:
            use(company, ident)
        walk.sign(company.accounts, "hr", agreement, f"signed-{name}-000000")
        with walk.person(company.accounts, "legal"):
            AGREEMENT.advance(fresh(agreement), "terminate", reason="離職")
        with access.acting_as(access.SYSTEM):
            assert session().get_one(SigningEvent, ident).state == (
                "void" if terminated else "done"
            )


def test_an_agreement_is_sealed_like_any_paper_of_ours(company):
    """Its text says that it carries our seal, and every use of the seal has its form D37."""
    agreement = company.agreement()
    walk.generate(company.accounts, "hr", agreement)
    with pytest.raises(Unmet):
        ask(company, "hr", agreement)
    with walk.person(company.accounts, "hr"):
        AGREEMENT.advance(fresh(agreement), "standard")
    ident = ask(company, "hr", agreement)
    answer(company, "exec", ident)
    assert state_of(agreement) == ("approved", "approved")
    use(company, ident)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, ident).form.state == "archived"


@pytest.mark.parametrize(
    ("copies", "days", "counted", "field"),
    [
        (0, 0, [], "copies"),
        (2, -1, TWO, "sealed_on"),
        (2, 1, TWO, "sealed_on"),
        (2, 0, TWO[:1], "originals"),
        (2, 0, [originals.Counted("法" * 81, "檔案室", 2)], "originals"),
    ],
)
def test_a_sealing_that_cannot_have_been_is_refused(company, copies, days, counted, field):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    answer(company, "exec", ident)
    with pytest.raises(Invalid) as refused:
        use(company, ident, copies, clock.today() + timedelta(days=days), counted)
    assert list(refused.value.fields) == [field]


def test_nobody_signs_before_the_seal(company, stand_at):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    answer(company, "exec", ident)
    stand_at(clock.now() + timedelta(days=3))
    use(company, ident)
    for days in (1, 400):
        day = clock.today() - timedelta(days=days)
        with pytest.raises(Invalid) as refused, walk.person(company.accounts, "legal"):
            received = uploads.keep(ready_pdf())
            record = fresh(contract)
            signed_copies.register(record, received, "t" * 20, walk.read_on(record, day))
        assert list(refused.value.fields) == ["signed_on"]


def test_the_keeper_reads_whether_it_is_the_approved_paper(company):
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    answer(company, "exec", ident)
    with access.acting_as(access.SYSTEM):
        number, content = fresh(contract).document.no, session().get_one(SigningEvent, ident)
    page = company.browser("seal").get(f"/papers/seal/{ident}").text
    assert (number in page, page.count(content.content_sha256)) == (True, 1)
    assert [said in page for said in (SAME, OTHER, NOW)] == [True, False, False]
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE contract SET payment_days = 365"))
    page = company.browser("seal").get(f"/papers/seal/{ident}").text
    assert page.count(content.content_sha256) == 1
    assert [said in page for said in (SAME, OTHER, NOW)] == [False, True, True]


def register_of(contract):
    with access.acting_as(access.SYSTEM):
        document = session().get_one(Document, contract.document_id)
        return [
            (o.sequence, o.version_no, o.called_back_on is not None, o.destroyed_on is not None)
            for o in originals.of(document)
        ]


def test_originals_of_a_text_that_changed_stay_in_the_register_until_destroyed(company):
    """Somebody holds papers with our seal: who is to be known."""
    contract = company.approved()
    walk.seal_contract(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        contract = fresh(contract)
    altered(company, contract)
    assert register_of(contract) == [(1, 1, True, False), (2, 1, True, False)]
    with walk.person(company.accounts, "legal"):
        originals.destroy(fresh(contract).document, 1)
    with pytest.raises(Conflict), walk.person(company.accounts, "legal"):
        originals.destroy(fresh(contract).document, 1)
    with pytest.raises(Forbidden), walk.person(company.accounts, "sales_a"):
        originals.destroy(fresh(contract).document, 2)
    with walk.person(company.accounts, "sales_a"):
        fresh(contract).fee_terms = terms.fixed(60_000)
    company.approve(contract)
    walk.seal_contract(company.accounts, "sales_a", contract)
    assert register_of(contract) == [
        (1, 1, True, True),
        (2, 1, True, False),
        (3, 2, False, False),
        (4, 2, False, False),
    ]


def test_a_contract_is_not_found_sealed_by_its_state_alone(company):
    contract = company.approved()
    walk.seal_contract(company.accounts, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        assert seal_requests.sealed(session().get_one(Contract, contract.id)) is not None


def test_the_applicant_finds_their_requests_among_their_own(company):
    ident = ask(company, "sales_a", company.approved())
    at = "/documents/signing_event/?mine=1"
    for name, found in (("sales_a", True), ("seal", False)):
        page = company.browser(name).get(at)
        assert page.status_code == 200
        assert (f"/documents/signing_event/details/?id={ident}" in page.text) is found


def test_the_seal_is_asked_for_as_many_originals_as_the_paper_names(company):
    agreement = company.agreement()
    walk.generate(company.accounts, "hr", agreement)
    with walk.person(company.accounts, "hr"):
        AGREEMENT.advance(fresh(agreement), "standard")
        ident = fresh(agreement).document_id
    page = company.browser("hr").get(f"/papers/{ident}?tab=signing").text
    field = page[page.index('id="copies"') :].partition(">")[0]
    assert 'value="2"' in field


def stands_for(company, name, absent, role, scope="own"):
    """`absent` lets somebody act in a role of theirs, past the doors."""
    with access.acting_as(access.SYSTEM), transaction():
        lent = RoleGrant(
            user_id=company.accounts[name].id,
            role=role,
            scope=scope,
            reason="出差",
            delegated_from_id=company.accounts[absent].id,
            valid_to=clock.today(),
        )
        session().add(lent)
        session().flush()
        ROLE_GRANT.advance(lent, "confirm", automatic=True)


@pytest.mark.parametrize(
    ("asks", "absent", "role", "scope"),
    [
        ("sales_a_mgr", "sales_a_mgr", "sales", "own"),
        ("sales_a", "legal_head", "custodian", "all"),
        ("sales_a", "sales_a_mgr", "sales", "own"),
        ("sales_a", "exec", "management", "all"),
    ],
    ids=["applicant", "reviewer", "approver", "who decided"],
)
def test_whoever_stands_for_applicant_reviewer_or_decider_does_not_use_the_seal(
    company, asks, absent, role, scope
):
    """Persons are compared, not roles (R2.1)."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    walk.submit(company.accounts, "sales_a", contract)
    walk.answer(company.accounts, "legal_head", contract, "approved")
    walk.answer(company.accounts, "sales_a_mgr", contract, "approved")
    ident = ask(company, asks, contract)
    answer(company, "exec", ident)
    stands_for(company, "seal", absent, role, scope)
    with pytest.raises(Forbidden):
        use(company, ident)


def test_an_agreement_altered_past_the_portal_is_not_signed_though_its_copy_was_taken(company):
    """Between the moment a copy is handed in and the one it is stored (R3.3.2)."""
    agreement = company.agreement()
    walk.generate(company.accounts, "hr", agreement)
    with walk.person(company.accounts, "hr"):
        AGREEMENT.advance(fresh(agreement), "standard")
        AGREEMENT.advance(fresh(agreement), "issue")
    with walk.person(company.accounts, "hr"):
        received = uploads.keep(ready_pdf())
        record = fresh(agreement)
        signed_copies.register(record, received, "t" * 20, walk.read_on(record))
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(text("UPDATE confidentiality_agreement SET survival_months = 12"))
    walk.work()
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        assert fresh(agreement).state == "issued"
        assert fresh(agreement).document.state == "out_for_signature"


def test_the_form_of_a_seal_that_was_used_is_kept_for_its_ten_years(company):
    """D37: ten years (R10.6), from the moment on at which it is final."""
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    answer(company, "exec", ident)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, ident).form.retention_until is None
    use(company, ident)
    with access.acting_as(access.SYSTEM):
        form = session().get_one(SigningEvent, ident).form
        assert form.state == "archived"
        assert form.retention_until == clock.months_after(clock.today(), 120)
        for kind in ("docx", "pdf"):
            file = form.file(kind)
            kept = parts.parts().store(file.encryption).stat(file.object_key)
            assert kept.retain_until == retention.moment(form.retention_until)


def test_a_seal_whose_approval_is_not_there_any_more_is_not_used(company):
    """The form's own rules hold at its use, whatever the request's state says."""
    contract = company.approved()
    ident = ask(company, "sales_a", contract)
    answer(company, "exec", ident)
    with access.acting_as(access.SYSTEM), transaction():
        changed = "UPDATE approval SET status = 'withdrawn' WHERE subject_type = 'signing_event'"
        session().execute(text(changed))
    with pytest.raises(Invalid, match="Not every approval is given yet"):
        use(company, ident)
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, ident).state == "approved"
        assert originals.of(fresh(contract).document) == []


def test_a_version_given_up_does_not_come_after_what_was_approved(company):
    """Its work can be tried again from its page whenever, by whoever began it (R3.3.2)."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    with walk.person(company.accounts, "sales_a"):
        ident = generation.generate(fresh(contract)).id
    with access.acting_as(access.SYSTEM), transaction():
        job = session().get_one(Job, ident)
        job.state = "dead"
        objects.given_up(job)
    walk.submit(company.accounts, "sales_a", contract)
    walk.approve_contract(company.accounts, contract, "sales_a_mgr")
    browser = company.browser("sales_a")
    assert browser.post(f"/jobs/{ident}/again").status_code == 303
    walk.work()
    assert "已核准" in browser.get(f"/jobs/{ident}").text
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        assert fresh(contract).document.current_no == 1
    assert ask(company, "sales_a", contract)
