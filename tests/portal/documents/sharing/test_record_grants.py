"""A whole record is opened beyond the matrix: to be read, masked, for a term, with its papers, and no more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.documents.models import SigningEvent
from portal.documents.signing import seal_requests
from portal.kernel import access, clock, masks
from portal.kernel.db import session, transaction
from portal.seed import walk
from tests.portal.documents.sharing.opened import (
    EVERY,
    doors,
    forget_labels,
    made_secret,
    move,
    place,
    revoked,
    uncleared,
)

NEEDS, ADDRESS = "補足銷售人力", "範例路"


def the(model):
    """The only row of a kind."""
    with access.acting_as(access.SYSTEM):
        return session().scalars(select(model)).one()


def given(company, record, by="legal", **typed):
    """The form on the page of the record's grants; `grantee` is a name, `department` a code."""
    sent = {"rights": "view", "days": 3, "purpose": "支援提案"} | typed
    if "grantee" in sent:
        sent["grantee"] = company.accounts[sent["grantee"]].employee_id
    if "department" in sent:
        sent["department"] = place(company, sent["department"])
    at = f"/access/{record.__tablename__}/{record.id}"
    return company.browser(by).post(f"{at}/grant", data=sent)


def told(company, name, client):
    """The doors that tell of a client, and everything they say."""
    browser, found, said = company.browser(name), set(), ""
    for door, at in (
        ("details", f"/customers/customer/details/?id={client.id}"),
        ("history", f"/customers/customer/history/?id={client.id}"),
        ("list", "/customers/customer/"),
        ("finder", "/find?q=雲端"),
    ):
        answer = browser.get(at)
        if answer.status_code == 200 and "台灣雲端" in answer.text.rpartition("<main")[2]:
            found.add(door)
            said += answer.text
    return found, said


def test_a_client_is_read_masked_and_nothing_else_is_done_with_it(company, paper):
    client = the(Customer)
    assert told(company, "sales_b", client) == (set(), "")
    assert given(company, client, grantee="sales_b").status_code == 302
    found, said = told(company, "sales_b", client)
    assert found == {"details", "history", "list", "finder"}
    assert "您係依調閱授權閱覽此紀錄" in said
    assert NEEDS not in said
    assert ADDRESS not in said
    browser = company.browser("sales_b")
    assert browser.get(f"/customers/customer/edit/?id={client.id}").status_code == 403
    assert browser.get("/customers/customer/export/?format=csv").status_code == 403
    for sought in (client.registration_no, ADDRESS):  # nor found by what is masked
        assert "台灣雲端" not in browser.get(f"/customers/customer/?q={sought}").text
    look_up = browser.get("/sales/contract/lookup/?name=customer&query=雲端")
    assert look_up.json == []  # else a contract of one's own would print it
    typed = {"customer": client.id, "title": "搶單"}
    refused = browser.post("/sales/contract/new/", data=typed)
    assert (refused.status_code, "沒有這個項目" in refused.text) == (422, True)
    assert (
        f"customer_id={client.id}"
        not in browser.get(f"/customers/customer/details/?id={client.id}").text
    )


def test_it_ends_with_term_agreement_department_and_word_not_with_a_new_owner(company, paper):
    client = the(Customer)
    given(company, client, department="HRA", rights="download")
    everywhere = told(company, "hr", client)[0]
    with access.acting_as(access.SYSTEM), transaction():
        row = session().get_one(Customer, client.id)
        row.owner_id = company.accounts["sales_b"].employee_id
        row.owner = session().get_one(type(row.owner), row.owner_id)
    assert told(company, "hr", client)[0] == everywhere == {"details", "history", "list", "finder"}
    with clock.standing_at(clock.now() + timedelta(days=3)):
        assert company.browser("hr").get("/customers/customer/").status_code == 404
    move(company, "hr", "OPS")
    assert company.browser("hr").get("/customers/customer/").status_code == 404
    uncleared(company, "seal")
    assert told(company, "seal", client)[0] == set()
    assert told(company, "hr_head", client)[0] == everywhere
    revoked(company, f"/access/customer/{client.id}/revoke")
    assert told(company, "hr_head", client)[0] == set()


def test_a_contract_is_read_with_its_papers_and_the_forms_of_their_seal(company):
    contract = company.approved()
    with walk.person(company.accounts, "sales_a"):
        fresh = session().get_one(Contract, contract.id)
        seal = seal_requests.request_seal(fresh, seal_requests.Asked(purpose="用印"))
        form = seal.form_id
    walk.work()
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(Contract, contract.id).document_id
    forget_labels(paper)
    forget_labels(form)
    assert given(company, the(Contract), department="CSV").status_code == 302
    walk.work()
    for ident in (paper, form):
        assert doors(company, "cs", ident) == EVERY
        assert doors(company, "mkt", ident) == set()
    with walk.person(company.accounts, "cs"):
        row = session().get_one(Contract, contract.id)
        assert masks.masked(row) >= {"total", "fee_terms", "payment_days", "details"}
        assert not access.may(row, access.EDIT)
        assert session().scalars(select(SigningEvent)).all() == []
    kept = company.browser("legal").get(f"/papers/{paper}?tab=access").text
    assert "整筆紀錄" in kept.partition('aria-labelledby="grants"')[2]
    made_secret(company, paper)
    for ident in (paper, form):
        assert doors(company, "cs", ident) == set()
    assert (
        company.browser("cs").get(f"/sales/contract/details/?id={contract.id}").status_code == 200
    )


def test_legal_alone_opens_a_record_and_nobody_to_themselves(company, paper):
    contract, client = the(Contract), the(Customer)
    assert given(company, contract, by="sales_a", grantee="ops").status_code == 403
    assert given(company, contract, by="ops", grantee="cs").status_code == 404
    assert given(company, client, grantee="legal").status_code == 403
    assert given(company, client, department="LEG").status_code == 403
    assert given(company, client, grantee="mkt").status_code == 422
    for at in ("/access/employee/1", f"/access/document/{paper}", "/access/nothing/1"):
        assert company.browser("legal").get(at).status_code == 404
    page = company.browser("legal").get(f"/access/contract/{contract.id}")
    assert (page.status_code, "Or a department" in page.text) == (200, False)
    assert (
        "/access/contract/"
        not in company.browser("sales_a").get(f"/sales/contract/details/?id={contract.id}").text
    )


def test_who_reads_by_a_grant_alone_decides_nothing(company):
    """An approver asked by name answers for what their office shows them, not for what is lent."""
    from portal.engines.approval import deciders
    from portal.engines.approval.models import Approval

    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    walk.submit(company.accounts, "sales_a", contract)
    given(company, contract, grantee="hr")
    with access.acting_as(access.SYSTEM):
        step = session().scalars(select(Approval).where(Approval.status == "pending")).first()
        ident = step.id
    with access.acting_as(access.SYSTEM), transaction():
        step = session().get_one(Approval, ident)
        step.approver_kind, step.approver_ref = "named_user", str(company.accounts["hr"].id)
    with walk.person(company.accounts, "hr"):
        row, step = session().get_one(Contract, contract.id), session().get_one(Approval, ident)
        assert deciders.barred(step, row, access.current()) is not None
