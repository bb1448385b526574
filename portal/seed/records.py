"""The fixed records of the acceptance seed: two teams' clients, contracts in states, a secret paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.documents.sharing import custody
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.organization.models import Employee
from portal.seed import terms, walk
from portal.seed.walk import Accounts

SECRET_WORD = "zqxvnda"  # noqa: S105 - a word to search for, nobody's password


#: Name -> (owner, which client, state): every state in team A, what team A must not see in team B.
CONTRACTS = {
    "draft_a": ("sales_a", "a", "draft"),
    "review": ("sales_a", "a", "legal_review"),
    "changes": ("sales_a", "a", "changes"),
    "approved": ("sales_a", "a", "approved"),
    "signing": ("sales_a", "a", "signing"),
    "signed": ("sales_a", "a", "signed"),
    "void": ("sales_a", "a", "void"),
    "draft_lead_a": ("sales_a_mgr", "lead_a", "draft"),
    "draft_b": ("sales_b", "b", "draft"),
    "review_b": ("sales_b", "b", "legal_review"),
}
TITLES = {
    "draft_a": "雲端方案通路銷售外包",
    "review": "企業方案電話行銷外包",
    "changes": "校園方案推廣外包",
    "approved": "節慶禮盒企業採購外包",
    "signing": "冷凍食品通路鋪貨專案",
    "signed": "年度門市銷售外包",
    "void": "展場臨時人力外包",
    "draft_lead_a": "醫療耗材通路開發",
    "draft_b": "淨水設備駐點銷售外包",
    "review_b": "濾芯訂閱電話行銷外包",
}
CLIENTS = {
    "a": ("sales_a", "台灣雲端科技股份有限公司", "24536806"),
    "b": ("sales_b", "晴川淨水設備股份有限公司", "70759028"),
    "lead_a": ("sales_a_mgr", "安禾醫材股份有限公司", "53093219"),
}


def make(accounts: Accounts) -> dict[str, Any]:
    """Make them, each by its own person; returns their ids by kind and name."""
    clients = {name: client(accounts, *one) for name, one in CLIENTS.items()}
    contracts = {}
    for at, (name, (owner, of, state)) in enumerate(CONTRACTS.items(), 1):
        fees = terms.fixed(43_000 + 1_117 * at)
        made = contract(accounts, owner, clients[of], TITLES[name], fee_terms=fees)
        walk.bring_to(accounts, owner, made, state)
        contracts[name] = made.id
    agreement = client_agreement(accounts, "sales_a", clients["a"], "洽談通路合作")
    secret = secret_agreement(accounts, clients["b"])
    own = employee_agreement(accounts, "mkt")
    agreements = {"client": agreement.id, "secret": secret.id, "employee": own.id}
    papers = {name: document_of(Contract, ident) for name, ident in contracts.items()}
    papers |= {name: document_of(ConfidentialityAgreement, i) for name, i in agreements.items()}
    return {
        "customer": {name: one.id for name, one in clients.items()},
        "contact": {name: contact_of(one.id) for name, one in clients.items()},
        "contract": contracts,
        "confidentiality_agreement": agreements,
        "document": {name: ident for name, ident in papers.items() if ident is not None},
    }


def client(
    accounts: Accounts, owner: str, name: str, number: str, industry: str = "科技"
) -> Customer:
    """A client with one contact."""
    with walk.person(accounts, owner):
        row = Customer(
            name=name,
            registration_no=number,
            address=f"臺北市信義區範例路 {number[:3]} 號",
            representative="王大明",
            industry=industry,
            needs=f"{name[:4]}想在半年內補足銷售人力",
        )
        session().add(row)
        session().flush()  # the contact hangs on it
        contact = Contact(
            customer=row,
            name="李小華",
            title="採購經理",
            role="decision",
            primary=True,
            phone=f"09{number}",
            email=f"buyer{number[:3]}@client.example",
            im=f"LINE buyer-{number}",
        )
        session().add(contact)
    return row


def contract(
    accounts: Accounts,
    owner: str,
    customer: Customer,
    title: str,
    *,
    products: str = "商用雲端方案",
    **more: Any,
) -> Contract:
    """A draft with complete terms about these products."""
    with walk.person(accounts, owner):
        start = clock.today() + timedelta(days=10)
        row = Contract(
            title=title,
            customer=session().get_one(Customer, customer.id),
            scope=f"{title}之業務開發與成交",
            start_on=start,
            end_on=start + timedelta(days=364),
            currency="TWD",
            **{"fee_model": "fixed", "fee_terms": terms.FIXED, **more},
        )
        row.details = terms.details(products, "臺灣本島")
        session().add(row)
    return row


def client_agreement(
    accounts: Accounts, owner: str, customer: Customer, purpose: str, kind: str = "mutual"
) -> ConfidentialityAgreement:
    """A draft agreement with a client."""
    with walk.person(accounts, owner):
        start = clock.today() - timedelta(days=3)
        row = ConfidentialityAgreement(
            kind=kind,
            customer=session().get_one(Customer, customer.id),
            scope=purpose,
            direction="we_receive",
            start_on=start,
            end_on=start + timedelta(days=730),
        )
        session().add(row)
    return row


def employee_agreement(accounts: Accounts, name: str) -> ConfidentialityAgreement:
    """A draft agreement of one of the fixed users, its paper made: they may read it before signing."""
    employee = accounts[name].employee_id
    with walk.person(accounts, "hr"):
        row = ConfidentialityAgreement(
            kind="employee",
            employee=session().get_one(Employee, employee),
            locale=accounts[name].locale,
            start_on=clock.today(),
        )
        session().add(row)
    walk.generate(accounts, "hr", row)
    return row


def secret_agreement(accounts: Accounts, customer: Customer) -> ConfidentialityAgreement:
    """A draft agreement made secret: only the named list opens it (acceptance scenario 9)."""
    row = client_agreement(accounts, "sales_b", customer, f"新品專案 {SECRET_WORD} 之評估")
    walk.generate(accounts, "sales_b", row)
    with walk.person(accounts, "legal_head"):
        document = session().get_one(ConfidentialityAgreement, row.id).document
        assert document is not None  # it was just generated
        document.custodian_id = accounts["legal_head"].employee_id
        custody.classify(document, "secret", "含未公開新品")
    walk.work()
    with access.acting_as(access.SYSTEM):
        return session().get_one(ConfidentialityAgreement, row.id)


def document_of(kind: Any, ident: int) -> int | None:
    """The id of a record's main paper, once there is one."""
    with access.acting_as(access.SYSTEM):
        found: int | None = session().get_one(kind, ident).document_id
        return found


def contact_of(customer: int) -> int:
    """The id of a client's one contact."""
    with access.acting_as(access.SYSTEM):
        return session().scalars(select(Contact.id).where(Contact.customer_id == customer)).one()
