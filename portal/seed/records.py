"""The fixed records of the acceptance seed: two teams' clients, contracts in states, a secret paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.documents import sharing
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.seed import terms, walk
from portal.seed.walk import Accounts

SECRET_WORD = "zqxvnda"  # noqa: S105 - a word to search for, nobody's password


def make(accounts: Accounts) -> dict[str, Any]:
    """Make them, each by its own person; returns their ids by kind and name."""
    client_a = client(accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    client_b = client(accounts, "sales_b", "晴川淨水設備股份有限公司", "70759028")
    drafts = {
        "draft_a": contract(accounts, "sales_a", client_a, "雲端方案通路銷售外包"),
        "draft_b": contract(accounts, "sales_b", client_b, "淨水設備駐點銷售外包"),
    }
    review = contract(accounts, "sales_a", client_a, "企業方案電話行銷外包")
    walk.generate(accounts, "sales_a", review)
    walk.submit(accounts, "sales_a", review)
    signed = contract(accounts, "sales_a", client_a, "年度門市銷售外包")
    walk.sign_contract(accounts, "sales_a", "sales_a_mgr", signed)
    agreement = client_agreement(accounts, "sales_a", client_a, "洽談通路合作")
    secret = secret_agreement(accounts, client_b)
    return {
        "customer": {"a": client_a.id, "b": client_b.id},
        "contract": {k: c.id for k, c in drafts.items()} | {"review": review.id, "signed": signed.id},
        "confidentiality_agreement": {"client": agreement.id, "secret": secret.id},
        "document": {"signed": document_of(signed), "secret": document_of(secret)},
    }  # fmt: skip


def client(accounts: Accounts, owner: str, name: str, number: str) -> Customer:
    """A client with one contact."""
    with walk.person(accounts, owner):
        row = Customer(
            name=name, registration_no=number, address="臺北市信義區範例路 100 號",
            representative="王大明", industry="科技",
        )  # fmt: skip
        session().add(row)
        session().flush()  # the contact hangs on it
        contact = Contact(
            customer=row, name="李小華", title="採購經理", role="decision", primary=True,
            phone="0912345678", email="buyer@client.example",
        )  # fmt: skip
        session().add(contact)
    return row


def contract(
    accounts: Accounts, owner: str, customer: Customer, title: str, **more: Any
) -> Contract:
    """A draft with complete terms."""
    with walk.person(accounts, owner):
        start = clock.today() + timedelta(days=10)
        row = Contract(
            title=title, customer=session().get_one(Customer, customer.id), scope=title,
            start_on=start, end_on=start + timedelta(days=364), currency="TWD",
            **{"fee_model": "fixed", "fee_terms": terms.FIXED, **more},
        )  # fmt: skip
        row.details = terms.details("商用雲端方案", "臺灣本島")
        session().add(row)
    return row


def client_agreement(
    accounts: Accounts, owner: str, customer: Customer, purpose: str, kind: str = "mutual"
) -> ConfidentialityAgreement:
    """A draft agreement with a client."""
    with walk.person(accounts, owner):
        start = clock.today() - timedelta(days=3)
        row = ConfidentialityAgreement(
            kind=kind, customer=session().get_one(Customer, customer.id), scope=purpose,
            direction="we_receive", start_on=start, end_on=start + timedelta(days=730),
        )  # fmt: skip
        session().add(row)
    return row


def secret_agreement(accounts: Accounts, customer: Customer) -> ConfidentialityAgreement:
    """A signed agreement made secret: only the named list opens it (acceptance scenario 9)."""
    row = client_agreement(accounts, "sales_b", customer, f"新品專案 {SECRET_WORD} 之評估")
    walk.generate(accounts, "sales_b", row)
    with walk.person(accounts, "legal_head"):
        document = session().get_one(ConfidentialityAgreement, row.id).document
        assert document is not None  # it was just generated
        document.custodian_id = accounts["legal_head"].employee_id
        sharing.classify(document, "secret", "含未公開新品")
    walk.work()
    with access.acting_as(access.SYSTEM):
        return session().get_one(ConfidentialityAgreement, row.id)


def document_of(record: Any) -> int:
    """The id of a record's main paper."""
    with_paper: int = record.document_id
    return with_paper
