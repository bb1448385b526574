"""A form of a paper that is refused names the field on the page it came from, and loses nothing typed."""

from __future__ import annotations

import pytest

from portal.chapters.sales.models import Contract
from portal.documents.models import Document, SigningEvent
from portal.documents.signing import seal_requests
from portal.engines.approval import rounds
from portal.kernel import access
from portal.kernel.db import session
from portal.organization.accounts import UserAccount
from portal.seed import walk
from tests.doors.company import Company, tables_of
from tests.faults.ready import SIGNERS

pytestmark = pytest.mark.office
LONG = "為了<b>談判</b>而閱覽"
#: who, which paper, the form's address, what is typed, the field refused, and words seen again
FORMS = (
    (
        "legal_head",
        "review",
        "grant",
        {"grantee": "9", "days": "9999", "purpose": LONG},
        "days",
        "談判",
    ),
    (
        "legal_head",
        "review",
        "grant",
        {"grantee": "9", "days": "3", "purpose": " "},
        "purpose",
        'value="3"',
    ),
    (
        "legal_head",
        "review",
        "grant",
        {"grantee": "0", "days": "3", "purpose": LONG},
        "grantee",
        "談判",
    ),
    (
        "legal_head",
        "review",
        "class",
        {"classification": "topmost", "reason": LONG},
        "classification",
        "談判",
    ),
    (
        "legal_head",
        "review",
        "custodian",
        {"custodian": "99999999999999", "place": LONG},
        "custodian",
        "談判",
    ),
    ("legal_head", "review", "hold", {"on": "1", "hold_reason": " "}, "hold_reason", ""),
    ("sales_a", "approved", "seal-request", {"purpose": LONG, "copies": "三"}, "copies", "談判"),
    (
        "sales_a",
        "approved",
        "seal-request",
        {"purpose": "", "copies": "17"},
        "purpose",
        'value="17"',
    ),
    (
        "legal",
        "signing",
        "signed-copy",
        {"signed_on": "31 Feb", "token": "t" * 20},
        "signed_on",
        "31 Feb",
    ),
    (
        "legal",
        "signing",
        "signed-copy",
        {"signed_on": "2026-01-02", "signer": SIGNERS, "token": "t" * 20},
        "file",
        "2026-01-02",
    ),
    ("legal", "review", "comment", {"text": "", "place": "第 9 條"}, "text", "第 9 條"),
    ("legal", "review", "comment", {"text": LONG * 500, "place": ""}, "text", "談判"),
)


@pytest.mark.parametrize(
    ("who", "paper", "form", "typed", "field", "again"), FORMS, ids=lambda v: str(v)[:24]
)
def test_what_was_typed_stands_there_again(
    company: Company, who: str, paper: str, form: str, typed: dict[str, str], field: str, again: str
):
    assert company.file is not None
    before = tables_of(company.file)
    address = f"/papers/{company.ids['document'][paper]}/{form}"
    answer = company.visitor(who).send(address, **typed)
    assert answer.status_code == 422, answer.text[:400]
    assert 'class="summary" role="alert"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert again in answer.text
    assert "<b>談判" not in answer.text
    after = tables_of(company.file)
    assert {name for name in before if before[name] != after[name]} <= {"session", "sign_in"}


def approved_seal(company: Company) -> int:
    """A seal request that Management approved; returns its id."""
    ids = company.ids["users"]
    with access.acting_as(access.SYSTEM):
        accounts = {n: session().get_one(UserAccount, ids[n]) for n in ("sales_a", "exec")}
        document = session().get_one(Document, company.ids["document"]["approved"])
        contract = document.links[0].subject_id
    with walk.person(accounts, "sales_a"):
        record = session().get_one(Contract, contract)
        seal = seal_requests.request_seal(record, seal_requests.Asked(purpose="簽約"))
        ident, content = seal.id, seal.content_sha256
    with walk.person(accounts, "exec"):
        rounds.decide(session().get_one(SigningEvent, ident), "approve", "approved", "", content)
    return ident


def test_the_keepers_counts_are_not_lost(own_company: Company):
    """The originals do not add up: the page says so and keeps every row."""
    ident = approved_seal(own_company)
    answer = own_company.visitor("seal").send(
        f"/papers/seal/{ident}",
        copies="2",
        spoiled="0",
        sealed_on="2026-01-02",
        holder=["法務", "客戶"],
        place=["檔案室 A 櫃", "客戶自存"],
        count=["1", "4"],
    )
    assert answer.status_code == 422
    assert 'href="#originals"' in answer.text
    assert answer.text.count("檔案室 A 櫃") == 1
    assert 'value="4"' in answer.text
