"""A one-way paper names the side that the record says discloses, in each language (D07, R8.1.2)."""

from __future__ import annotations

from datetime import timedelta

from doc_templates.text import word_text
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.archive import objects
from portal.documents.review import readiness
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.seed import records, walk

#: Language -> how the paper says that the client (named first) discloses, and that the company does.
SAID = {
    "zh_Hant": ("甲方為「揭露方」", "乙方為「揭露方」"),
    "zh_Hans": ("甲方为“披露方”", "乙方为“披露方”"),
    "en": ("the Client is the “Discloser”", "the Company is the “Discloser”"),
}


def drafted(company, client, locale: str, direction: str) -> ConfidentialityAgreement:
    """A one-way draft of Sales with its paper."""
    with walk.person(company.accounts, "sales_a"):
        start = clock.today()
        row = ConfidentialityAgreement(
            kind="client",
            customer_id=client.id,
            locale=locale,
            direction=direction,
            scope="評估",
            start_on=start,
            end_on=start + timedelta(days=364),
            details={"legal": {"law": "hongkong"}} if locale == "en" else {},
        )
        session().add(row)
    walk.generate(company.accounts, "sales_a", row)
    return row


def test_the_paper_follows_the_record_in_each_language(company):
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    for locale, said in SAID.items():
        for direction, names, never in (
            ("we_receive", said[0], said[1]),
            ("we_disclose", said[1], said[0]),
        ):
            row = drafted(company, client, locale, direction)
            with access.acting_as(access.SYSTEM):
                paper = session().get_one(ConfidentialityAgreement, row.id).document
                text = "\n".join(word_text(objects.read(paper.file("docx"))))
            assert names in text, (locale, direction, text[:900])
            assert never not in text, (locale, direction)


def test_a_direction_changed_afterwards_asks_for_the_paper_anew(company):
    client = records.client(company.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    row = drafted(company, client, "zh_Hant", "we_receive")
    with walk.person(company.accounts, "sales_a"):
        row = session().get_one(ConfidentialityAgreement, row.id)
        row.direction = "we_disclose"
    with access.acting_as(access.SYSTEM):
        missing = list(readiness.ready(session().get_one(ConfidentialityAgreement, row.id)))
    assert any("make it again" in line.english for line in missing)
