"""Whose a paper is and what the register says of it follow its record, whatever changed that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers import services
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.documents.models import Document, DocumentLabel
from portal.documents.papers import lifecycle
from portal.documents.search import queries
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from portal.seed import records, walk


def drafted(company):
    """A draft of team A with its paper."""
    contract = company.contract()
    walk.generate(company.accounts, "sales_a", contract)
    return contract


def seen_by(company, name):
    with walk.person(company.accounts, name):
        return session().scalars(select(Document.no)).all()


def found_by(company, name):
    with walk.person(company.accounts, name):
        return [hit.document.no for hit in queries.search("年度門市").hits]


def register(company):
    """The only paper's entry, as the portal itself reads it."""
    with access.acting_as(access.SYSTEM):
        paper = session().scalars(select(Document)).one()
        return paper.title, paper.counterparty, paper.locale, paper.owner_id, paper.department_id


def test_a_contract_handed_to_another_team_takes_its_paper_along(company):
    """R8.1.3: who had it opens it no more, in lists and in the search; who has it does."""
    contract = drafted(company)
    held = seen_by(company, "sales_a")
    assert len(held) == 1
    with walk.person(company.accounts, "sales_head"):
        other = session().get_one(Employee, company.accounts["sales_b"].employee_id)
        session().get_one(Contract, contract.id).owner = other
        theirs = (other.id, other.department_id)
    assert register(company)[3:] == theirs
    assert (seen_by(company, "sales_a"), seen_by(company, "sales_a_mgr")) == ([], [])
    assert (seen_by(company, "sales_b"), seen_by(company, "sales_b_mgr")) == (held, held)
    walk.work()
    assert (found_by(company, "sales_a"), found_by(company, "sales_b")) == ([], held)


def test_whoever_hands_a_contract_over_is_named_beside_its_paper(company):
    contract = drafted(company)
    with walk.person(company.accounts, "sales_head"):
        other = session().get_one(Employee, company.accounts["sales_b"].employee_id)
        session().get_one(Contract, contract.id).owner = other
    with access.acting_as(access.SYSTEM):
        told = session().scalars(select(AuditEvent).where(AuditEvent.object_type == "document"))
        last = list(told)[-1]
        assert (last.action, last.actor_id) == ("edit", company.accounts["sales_head"].id)


def test_what_changes_no_hands_leaves_the_paper_alone(company):
    contract = drafted(company)
    before = register(company)
    with access.acting_as(access.SYSTEM):
        revision = session().scalars(select(Document.revision)).one()
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Contract, contract.id).scope = "另有約定"
    assert register(company) == before
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Document.revision)).one() == revision


def test_the_register_says_what_the_newest_paper_says(company):
    """Another client, another language, another name: the entry follows when the paper does."""
    contract = drafted(company)
    assert register(company)[:3] == (
        "銷售外包服務契約書 年度門市銷售外包 台灣雲端科技股份有限公司",
        "台灣雲端科技股份有限公司",
        "zh_Hant",
    )
    other = records.client(company.accounts, "sales_a", "Harbour Lights Limited", "70001234")
    with walk.person(company.accounts, "sales_a"):
        row = session().get_one(Contract, contract.id)
        row.customer_id, row.title, row.locale = other.id, "Winter road show", "en"
    walk.generate(company.accounts, "sales_a", contract)
    assert register(company)[:3] == (
        "Sales Outsourcing Services Agreement Winter road show Harbour Lights Limited",
        "Harbour Lights Limited",
        "en",
    )


def test_contacts_go_where_their_client_goes(company):
    """R7.1: whoever had a client sees its people's phones no more."""
    client = company.contract().customer
    with walk.person(company.accounts, "sales_a"):
        session().add(Contact(customer_id=client.id, name="王小姐", phone="0912345678"))
    with walk.person(company.accounts, "sales_head"):
        other = session().get_one(Employee, company.accounts["sales_b"].employee_id)
        session().get_one(Customer, client.id).owner = other
    for name, seen in (("sales_a", []), ("sales_b", ["王小姐"]), ("sales_b_mgr", ["王小姐"])):
        with walk.person(company.accounts, name):
            found = session().scalars(select(Contact.name).where(Contact.customer_id == client.id))
            assert [one for one in found if one == "王小姐"] == seen, name


def test_a_contact_that_missed_the_hand_over_is_found_at_night(company):
    """Made in the very moment its client changed hands, it still has the owner before."""
    client = company.contract().customer
    with walk.person(company.accounts, "sales_a"):
        session().add(Contact(customer_id=client.id, name="王小姐"))
    sales_b = company.accounts["sales_b"]
    with access.acting_as(access.SYSTEM):
        with transaction():
            table = Customer.__table__
            there = session().get_one(Employee, sales_b.employee_id).department_id
            owned = update(table).values(owner_id=sales_b.employee_id, department_id=there)
            session().connection().execute(owned.where(table.c.id == client.id))
        assert services.compare(Job()) == {"repaired": 1}
        assert services.compare(Job()) == {"repaired": 0}
    with walk.person(company.accounts, "sales_b"):
        assert "王小姐" in session().scalars(select(Contact.name)).all()


def test_the_register_says_when_what_was_agreed_ends(company):
    """(b) `document.expires_on`: that of the record, also once it is moved, and of papers from before."""
    contract = drafted(company)

    def ends():
        with access.acting_as(access.SYSTEM):
            return session().scalars(select(Document.expires_on)).one()

    assert ends() == contract.end_on
    later = contract.end_on + timedelta(days=40)
    with walk.person(company.accounts, "sales_a"), transaction():
        session().get_one(Contract, contract.id).end_on = later
    assert ends() == later
    with access.acting_as(access.SYSTEM):
        with transaction():
            session().scalars(select(Document)).one().expires_on = None
        assert lifecycle.compare(Job()) == {"repaired": 1}
        assert lifecycle.compare(Job()) == {"repaired": 0}
    assert ends() == later


def test_what_a_release_changed_of_the_rights_reaches_every_paper_at_night(company):
    """Labels are written with each step; a paper nobody touches learns of new rules too."""
    drafted(company)
    with access.acting_as(access.SYSTEM):
        with transaction():
            for row in session().scalars(select(DocumentLabel)):
                session().delete(row)
        assert lifecycle.compare(Job()) == {"repaired": 1}
        assert lifecycle.compare(Job()) == {"repaired": 0}
    assert len(seen_by(company, "sales_a")) == 1


def test_an_agreement_whose_paper_names_a_person_is_nobody_elses(company):
    """Whoever signs may open every version: another person's would hold their number and address."""
    agreement = company.agreement("mkt")
    walk.generate(company.accounts, "hr", agreement)
    client = company.contract().customer
    for change, box in (("cs", "employee"), (client.id, "kind")):
        with pytest.raises(Invalid) as refused, walk.person(company.accounts, "hr"):
            row = session().get_one(ConfidentialityAgreement, agreement.id)
            if box == "employee":
                row.employee = session().get_one(Employee, company.accounts[change].employee_id)
            else:
                row.kind, row.customer_id = "client", change
        assert set(refused.value.fields) == {box}
    assert len(seen_by(company, "mkt")) == 1


def test_an_agreement_without_a_paper_may_still_be_anothers(company):
    agreement = company.agreement("mkt")
    with walk.person(company.accounts, "hr"):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        other = session().get_one(Employee, company.accounts["sales_b"].employee_id)
        row.employee, row.locale = other, other.locale
    walk.generate(company.accounts, "hr", agreement)
    assert (len(seen_by(company, "sales_b")), seen_by(company, "mkt")) == (1, [])


def test_an_owner_who_moved_takes_record_and_paper_to_one_department(company):
    """Whichever department the record says after the next edit, the paper says the same."""
    contract = drafted(company)
    with access.acting_as(access.SYSTEM), transaction():
        owner = session().get_one(Employee, company.accounts["sales_a"].employee_id)
        there = session().get_one(Employee, company.accounts["sales_b"].employee_id).department_id
        owner.department_id = there
    with walk.person(company.accounts, "sales_a"):
        session().get_one(Contract, contract.id).scope = "另有約定"
    assert register(company)[4] == there
    assert (seen_by(company, "sales_a_mgr"), len(seen_by(company, "sales_b_mgr"))) == ([], 1)
