"""Agreements with clients, one way each way and both ways, from form to found signed copy (R8.1.2; D07, D08)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doc_templates.text import pdf_pages
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.services import standard_purposes
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.commands import doctor
from portal.documents.archive import objects
from portal.documents.search import queries
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.errors import Unmet
from portal.seed import records, walk

pytestmark = pytest.mark.office


@pytest.fixture
def client(portal):
    """A client of team A."""
    return records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")


def drafted(portal, client, kind, direction, locale, purpose=""):
    """A draft of Sales for a standard purpose, or for one of its own; its paper made."""
    with walk.person(portal.accounts, "sales_a"):
        start, offered = clock.today(), {on: said for on, _lang, said in standard_purposes()}
        agreement = ConfidentialityAgreement(
            kind=kind,
            direction=direction,
            locale=locale,
            customer_id=client.id,
            scope=purpose or offered[f"kind={kind}&locale={locale}"],
            start_on=start,
            end_on=start + timedelta(days=364),
            details={"legal": {"law": "hongkong"}} if locale == "en" else {},
        )
        session().add(agreement)
    walk.generate(portal.accounts, "sales_a", agreement)
    return agreement


def step(portal, who, agreement, name):
    with walk.person(portal.accounts, who):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, agreement.id), name)


def found_by(portal, name, words):
    with walk.person(portal.accounts, name):
        return [hit.document.no for hit in queries.search(words).hits]


@pytest.mark.parametrize(
    ("kind", "direction", "locale", "code", "says"),
    [
        ("client", "we_receive", "zh_Hant", "D07", "單方"),
        ("client", "we_receive", "en", "D07", "One-way"),
        ("mutual", "both", "zh_Hans", "D08", "双方"),
        ("mutual", "both", "zh_Hant", "D08", "雙方"),
    ],
)
def test_standard_text_of_sales_needs_no_reviewer(
    portal, client, kind, direction, locale, code, says
):
    agreement = drafted(portal, client, kind, direction, locale)
    walk.sign_agreement(portal.accounts, "sales_a", agreement)
    with access.acting_as(access.SYSTEM):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        assert (row.state, row.document.template.code) == ("in_force", code)
        printed = "".join(pdf_pages(objects.read(row.document.file("signed_scan"))))
        number = row.document.no
    assert says in printed
    assert number in found_by(portal, "sales_a", "台湾云端")
    assert number in found_by(portal, "legal", number)
    assert number not in found_by(portal, "sales_b", "台灣雲端")
    assert list(doctor.examine(portal.config, read_data=True)) == []


def test_a_purpose_of_ones_own_goes_to_legal(portal, client):
    agreement = drafted(portal, client, "mutual", "both", "zh_Hant", "洽談通路合作")
    with pytest.raises(Unmet, match="Legal must review"):
        step(portal, "sales_a", agreement, "standard")
    walk.submit(portal.accounts, "sales_a", agreement)


def test_where_we_disclose_legal_reads_it(portal, client):
    """D07: our own secrets go out, so unchanged text is not enough."""
    agreement = drafted(portal, client, "client", "we_disclose", "zh_Hant")
    with pytest.raises(Unmet, match="Legal must review"):
        step(portal, "sales_a", agreement, "standard")
    walk.submit(portal.accounts, "sales_a", agreement)
    with access.acting_as(access.SYSTEM):
        row = session().get_one(ConfidentialityAgreement, agreement.id)
        assert [s.approver_ref for s in rounds.steps_of(row, "approve")] == ["legal"]
    walk.answer(portal.accounts, "legal", agreement, "approved")
    step(portal, "sales_a", agreement, "issue")
    walk.sign(portal.accounts, "sales_a", agreement, "client-agreement-we-disclose")
    with access.acting_as(access.SYSTEM):
        assert session().get_one(ConfidentialityAgreement, agreement.id).state == "in_force"
