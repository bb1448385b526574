"""Who keeps a paper: the list of a secret one's readers is theirs, and nobody else finds it (R8.1.3)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.sales.models import Contract
from portal.documents.models import Document
from portal.documents.search import index, queries
from portal.documents.sharing import custody, grants, reading
from portal.documents.signing import seal_requests
from portal.kernel import access, clock, jobs
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid, Unseen
from portal.kernel.jobs import Job
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.services import ask_password
from portal.organization.workflows import ROLE_GRANT
from portal.seed import walk


def employee(company, name):
    return company.accounts[name].employee_id


def kept_by(company, paper, name, *, secret=False):
    with walk.person(company.accounts, "legal_head"):
        document = reading.document_seen(paper)
        custody.name_custodian(document, employee(company, name), "A 櫃")
        if secret:
            custody.classify(document, "secret", "未公開")


def sees(company, name, paper):
    with walk.person(company.accounts, name):
        try:
            return reading.document_seen(paper).id == paper
        except Unseen:
            return False


def test_the_custodian_of_a_secret_paper_says_who_reads_it(company, paper):
    kept_by(company, paper, "hr_head", secret=True)
    assert not sees(company, "legal", paper)
    with walk.person(company.accounts, "hr_head"):
        document = reading.document_seen(paper)
        with pytest.raises(Invalid):
            grants.grant(document, employee(company, "legal"), "download", "查閱", 3)
        grants.grant(document, employee(company, "legal"), "view", "查閱", 3)
    assert sees(company, "legal", paper)
    with walk.person(company.accounts, "hr_head"):
        assert [g.grantee.id for g in grants.grants_of(reading.document_seen(paper))] == [
            employee(company, "legal")
        ]


def test_the_custodian_takes_back_what_they_gave_and_a_reader_does_not(company, paper):
    kept_by(company, paper, "hr_head", secret=True)
    with walk.person(company.accounts, "hr_head"):
        document = reading.document_seen(paper)
        given = grants.grant(document, employee(company, "ops"), "view", "查閱", 3)
        session().flush()
        ident = given.id
    door, sent = f"/papers/{paper}/revoke", {"given": ident, "revoke_reason": "已無需要"}
    assert company.browser("ops").post(door, data=sent).status_code == 403
    keeper = company.browser("hr_head")
    silent = keeper.post(door, data=sent | {"revoke_reason": ""})
    assert (silent.status_code, "請填寫原因" in silent.text) == (422, True)
    assert keeper.post(door, data=sent).status_code == 302
    assert not sees(company, "ops", paper)
    assert company.browser("hr_head").post(door, data=sent).status_code == 409


def asked_for_the_seal(company, name, contract):
    """The request and its form, made."""
    with walk.person(company.accounts, name):
        fresh = session().get_one(Contract, contract.id)
        seal = seal_requests.request_seal(fresh, seal_requests.Asked(purpose="併購雲端公司"))
        ident, form = seal.id, seal.form_id
    walk.work()
    return ident, form


def finds(company, name, words):
    """The papers a person finds, by id."""
    with walk.person(company.accounts, name):
        return [hit.document.id for hit in queries.search(words).hits]


def paper_of(contract):
    with access.acting_as(access.SYSTEM):
        return session().get_one(Contract, contract.id).document_id


def test_the_seal_forms_of_a_paper_made_secret_leave_no_trace(company):
    """Form D37 names number and client, and the request says what for (R8.1.3)."""
    contract = company.approved()
    seal, form = asked_for_the_seal(company, "sales_a", contract)
    paper = paper_of(contract)
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Document, form).no
    outside = ("legal", "exec", "seal", "sales_a_mgr")
    assert sees(company, "legal", form)
    details = f"/documents/signing_event/details/?id={seal}"
    assert "併購雲端公司" in company.browser("exec").get(details).text
    kept_by(company, paper, "hr_head", secret=True)
    walk.work()
    for name in outside:
        assert not sees(company, name, form)
        assert form not in finds(company, name, number)
        browser = company.browser(name)
        assert browser.get(f"/papers/{form}").status_code == 404
        for page in ("/documents/signing_event/", details):
            assert "併購雲端公司" not in browser.get(page).text
    assert "併購" not in company.browser("legal").get(f"/papers/seal/{seal}").text
    keeper = company.browser("seal").get(f"/papers/seal/{seal}").text
    assert "台灣雲端" not in keeper.partition("<main")[2]
    assert sees(company, "hr_head", form)
    with walk.person(company.accounts, "hr_head"):
        grants.grant(reading.document_seen(paper), employee(company, "legal"), "view", "查閱", 3)
    assert sees(company, "legal", form)
    assert company.browser("legal").get(f"/papers/{form}").status_code == 200


def test_the_seal_form_of_a_secret_paper_is_secret_from_the_beginning(company):
    contract = company.approved()
    kept_by(company, paper_of(contract), "sales_a", secret=True)
    _seal, form = asked_for_the_seal(company, "sales_a", contract)
    with access.acting_as(access.SYSTEM):
        made = session().get_one(Document, form)
        assert (made.classification, made.current_no) == ("secret", 1)
    assert [sees(company, name, form) for name in ("sales_a", "legal", "exec")] == [
        True,
        False,
        False,
    ]


def test_a_secret_paper_whose_custodian_left_is_given_another_by_its_number(company, paper):
    """By the head of Legal, who sees nothing of it, and with a line in the log."""
    kept_by(company, paper, "hr_head", secret=True)
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Document, paper).no
    with walk.person(company.accounts, "legal_head"):
        custody.name_custodian_of(number, employee(company, "finance_mgr"), "原保管人離職")
    assert [sees(company, n, paper) for n in ("hr_head", "finance_mgr", "legal_head")] == [
        False,
        True,
        False,
    ]
    with pytest.raises(Forbidden), walk.person(company.accounts, "legal"):
        custody.name_custodian_of(number, employee(company, "legal"), "x")
    with access.acting_as(access.SYSTEM):
        said = session().scalars(select(AuditEvent).where(AuditEvent.action == "custodian_named"))
        assert [one.reason for one in said][-1] == "原保管人離職"


def test_nobody_names_themselves_nor_anybody_without_an_agreement(company, paper):
    """Else the head of Legal would read any secret paper alone (R8.1.3)."""
    kept_by(company, paper, "hr_head", secret=True)
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Document, paper).no
    with walk.person(company.accounts, "legal_head"):
        with pytest.raises(Forbidden):
            custody.name_custodian_of(number, employee(company, "legal_head"), "查閱")
        with pytest.raises(Invalid) as refused:
            custody.name_custodian_of(number, employee(company, "mkt"), "查閱")
    assert set(refused.value.fields) == {"custodian"}
    assert [sees(company, n, paper) for n in ("hr_head", "legal_head")] == [True, False]


def test_a_custodian_does_not_name_themselves_on_an_open_paper(company, paper):
    own = employee(company, "legal_head")
    browser = company.browser("legal_head")
    answer = browser.post(f"/papers/{paper}/custodian", data={"custodian": own, "place": "A"})
    assert answer.status_code == 403
    without = {"custodian": employee(company, "mkt"), "place": "A"}
    assert browser.post(f"/papers/{paper}/custodian", data=without).status_code == 422


def test_people_archive_only_what_is_signed(company):
    """An approved paper is yet to be signed; archiving it would end its contract for good."""
    made = company.approved()
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(type(made), made.id).document_id
    company.browser("legal_head").post(
        "/documents/document/advance/",
        data={"id": paper, "step": "archive", f"version-{paper}": version(paper)},
    )
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Document, paper).state == "approved"


def version(paper):
    with access.acting_as(access.SYSTEM):
        return session().get_one(Document, paper).row_version


def test_the_page_for_it_is_the_head_of_legal_s_and_names_what_is_missing(company, paper):
    page = "/papers/custodian"
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Document, paper).no
    assert company.browser("legal").get(page).status_code == 404
    browser = company.browser("legal_head")
    assert browser.get(page).status_code == 200
    typed = {"number": "DOC-1", "custodian": employee(company, "exec"), "reason": "離職"}
    refused = browser.post(page, data=typed)
    assert (refused.status_code, "離職" in refused.text) == (422, True)
    assert browser.post(page, data=typed | {"number": number}).status_code == 302
    with access.acting_as(access.SYSTEM):
        assert session().get_one(Document, paper).custodian_id == employee(company, "exec")


def found_by(company, name, words="銷售外包"):
    with walk.person(company.accounts, name):
        return len(queries.search(words).hits), queries.suggest(words[:2])


def test_a_former_custodian_finds_the_paper_no_more_and_the_new_one_does(company, paper):
    kept_by(company, paper, "hr_head", secret=True)
    walk.work()
    assert found_by(company, "hr_head")[0] == 1
    kept_by_system(company, paper, "finance_mgr")
    assert found_by(company, "hr_head") == (0, [])
    walk.work()
    assert found_by(company, "hr_head") == (0, [])
    assert found_by(company, "finance_mgr")[0] == 1


def kept_by_system(company, paper, name):
    with access.acting_as(access.SYSTEM):
        number = session().get_one(Document, paper).no
    with walk.person(company.accounts, "legal_head"):
        custody.name_custodian_of(number, employee(company, name), "交接")


def test_a_change_whose_index_job_was_given_up_hides_the_paper_until_the_index_is_mended(
    company, paper
):
    walk.work()
    before = found_by(company, "legal")
    assert [before[0], len(before[1])] == [1, 1]
    with access.acting_as(access.SYSTEM), transaction():
        index.later(session().get_one(Document, paper))
        session().flush()
        session().scalars(
            select(Job).where(Job.kind == "paper.index", Job.state == "ready")
        ).one().state = "dead"
    assert found_by(company, "legal") == (0, [])
    with walk.person(company.accounts, "legal"):
        assert queries.search("銷售外包").total == 0
    with access.acting_as(access.SYSTEM), transaction():
        jobs.soon(index.COMPARE)
    walk.work()
    assert found_by(company, "legal") == before


def test_a_grant_on_a_paper_one_may_not_see_names_the_person_alone(company, paper):
    kept_by(company, paper, "hr_head", secret=True)
    with walk.person(company.accounts, "hr_head"):
        given = grants.grant(
            reading.document_seen(paper), employee(company, "ops"), "view", "查閱", 3
        )
        session().flush()
        ident = given.id
    page = company.browser("legal").get(f"/documents/access_grant/details/?id={ident}")
    assert page.status_code == 200
    assert "None" not in page.text


def test_nobody_has_their_delegate_grant_a_paper_to_them(company, paper):
    """Persons are compared: whoever stands for the head of Legal gives nothing to that head (R2.1)."""
    with access.acting_as(access.SYSTEM), transaction():
        lent = RoleGrant(
            user_id=company.accounts["hr"].id,
            role="legal_head",
            reason="出差",
            delegated_from_id=company.accounts["legal_head"].id,
            valid_to=clock.today(),
        )
        session().add(lent)
        session().flush()
        ROLE_GRANT.advance(lent, "confirm", automatic=True)
    with walk.person(company.accounts, "hr"):
        document = reading.document_seen(paper)
        with pytest.raises(Forbidden):
            grants.grant(document, employee(company, "legal_head"), "view", "查閱", 3)
        grants.grant(document, employee(company, "ops"), "view", "查閱", 3)


def test_no_administrator_alone_signs_in_as_the_reader_of_a_secret_paper(company, paper):
    kept_by(company, paper, "cs", secret=True)
    with walk.person(company.accounts, "cs"):
        document = reading.document_seen(paper)
        grants.grant(document, employee(company, "finance"), "view", "查閱", 3)
    for name, alone in (("cs", False), ("finance", False), ("ops", True)):
        with walk.person(company.accounts, "admin"):
            account = session().get_one(UserAccount, company.accounts[name].id)
            assert ask_password(account, "x" * 20) is alone, name


def record_page(company, name, contract):
    """The page of a contract, and what its paper's form answers."""
    browser = company.browser(name)
    page = browser.get(f"/sales/contract/details/?id={contract.id}")
    assert page.status_code == 200
    return page.text, browser.get(f"/papers/make/contract/{contract.id}")


def test_whoever_may_not_open_a_paper_is_told_who_helps_and_not_offered_to_make_it(company, paper):
    """The owner of a contract whose paper became secret; no word of its class or its custodian."""
    with access.acting_as(access.SYSTEM):
        contract = session().scalars(select(Contract)).one()
    door = f'href="/papers/make/contract/{contract.id}"'
    text, form = record_page(company, "sales_a", contract)
    assert (door in text, form.status_code) == (True, 200)
    kept_by(company, paper, "hr_head", secret=True)
    text, form = record_page(company, "sales_a", contract)
    assert (door in text, form.status_code) == (False, 403)
    with access.acting_as(access.SYSTEM):
        keeper = session().get_one(Document, paper).custodian.name
    for said in (text, form.text):
        assert "可請文件保管人授權調閱" in said
        assert keeper not in said.partition("<main")[2]
        assert "極機密" not in said.partition("<main")[2]
    text, _form = record_page(company, "auditor", contract)
    assert "未對您開放" not in text  # who reads the record and makes no paper of it
    with walk.person(company.accounts, "hr_head"):
        document = reading.document_seen(paper)
        grants.grant(document, employee(company, "sales_a"), "view", "修訂", 3)
    text, form = record_page(company, "sales_a", contract)
    assert (door in text, form.status_code) == (True, 200)
    assert "未對您開放" not in text


def test_whoever_has_no_agreement_in_force_is_told_that_it_is_what_is_missing(company, paper):
    with access.acting_as(access.SYSTEM):
        contract = session().scalars(select(Contract)).one()
        own = select(ConfidentialityAgreement).where(
            ConfidentialityAgreement.employee_id == employee(company, "sales_a"),
            ConfidentialityAgreement.state == "in_force",
        )
        with transaction():
            AGREEMENT.advance(session().scalars(own).one(), "end", "離職", automatic=True)
    text, form = record_page(company, "sales_a", contract)
    assert form.status_code == 403
    for said in (text, form.text):
        assert "您沒有生效中的保密協議，請洽人事辦理" in said
