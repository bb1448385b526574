"""The scan of a real paper is known by the code it carries, also where nothing of it is text (R3.3.2)."""

from __future__ import annotations

import pytest

from portal.chapters.sales.models import Contract
from portal.documents.archive import objects
from portal.documents.signing import signed_copies
from portal.documents.signing.signed_copies import Sent
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.errors import Invalid
from portal.seed import records, walk
from tests.scans import scanned

pytestmark = pytest.mark.office


def out_for_signature(portal, name, client, title):
    """A contract that was approved and sealed."""
    contract = records.contract(portal.accounts, name, client, title)
    walk.generate(portal.accounts, name, contract)
    walk.submit(portal.accounts, name, contract)
    walk.approve_contract(portal.accounts, contract, f"{name}_mgr")
    walk.seal_contract(portal.accounts, name, contract)
    return contract


def scan_of(contract, version=None):
    """Its first two pages as a scanner of 120 dots to the inch gives them back."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        document = session().get_one(Contract, contract.id).document
        return scanned(objects.read(document.file("pdf", version)), 2, dpi=120, turned=-2)


def brought(portal, contract, data):
    """Legal chooses the file in the form of the contract's paper."""
    with walk.person(portal.accounts, "legal"):
        record = session().get_one(Contract, contract.id)
    with access.acting_as(access.SYSTEM):
        received = signed_copies.keep(record, [Sent("scan.pdf", data)], "第 1、2 頁即全文")
    with walk.person(portal.accounts, "legal"):
        fresh = session().get_one(Contract, contract.id)
        signed_copies.register(fresh, received, "t" * 20, walk.read_on(fresh))
    walk.work()


def test_the_scan_of_another_contract_is_refused_and_its_own_is_taken(portal):
    one = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    two = records.client(portal.accounts, "sales_b", "高雄物流股份有限公司", "04595257")
    first = out_for_signature(portal, "sales_a", one, "年度門市銷售外包")
    second = out_for_signature(portal, "sales_b", two, "物流業務外包")
    with pytest.raises(Invalid) as refused:
        brought(portal, second, scan_of(first))
    assert str(refused.value.fields["file"]).startswith("The QR code on this file is that of")
    brought(portal, second, scan_of(second))
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        assert session().get_one(Contract, second.id).state == "signed"
        assert session().get_one(Contract, first.id).state == "signing"


def test_the_scan_of_an_earlier_version_is_refused_and_of_the_approved_one_taken(portal):
    """R3.3.2: what was approved is what is signed."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    contract = records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")
    walk.generate(portal.accounts, "sales_a", contract)
    with walk.person(portal.accounts, "sales_a"):
        session().get_one(Contract, contract.id).title = "年度門市銷售外包（修訂）"
    walk.generate(portal.accounts, "sales_a", contract)
    walk.submit(portal.accounts, "sales_a", contract)
    walk.approve_contract(portal.accounts, contract, "sales_a_mgr")
    walk.seal_contract(portal.accounts, "sales_a", contract)
    with pytest.raises(Invalid) as refused:
        brought(portal, contract, scan_of(contract, 1))
    assert "that of version 1 of this paper, and version 2" in str(refused.value.fields["file"])
    brought(portal, contract, scan_of(contract, 2))
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        assert session().get_one(Contract, contract.id).document.state == "signed"
