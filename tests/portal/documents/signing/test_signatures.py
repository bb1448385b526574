"""Both sides' signing is said with the copy and demanded before the paper counts as signed (matrix (b))."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import delete, select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.models import DocumentVersion, Signature
from portal.documents.signing import signatures, signed_copies
from portal.documents.signing.signatures import Said
from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Invalid
from portal.organization.models import Employee
from portal.seed import walk
from tests.faults.ready import SIGNERS, ready_pdf


def fresh(record):
    return session().get_one(type(record), record.id)


def door(contract):
    with access.acting_as(access.SYSTEM):
        return f"/papers/{fresh(contract).document_id}/signed-copy"


def sent(company, contract, **typed):
    """Legal fills in the form of the signed copy; what is not said is as usual."""
    usual = {"signed_on": clock.today().isoformat(), "signer": SIGNERS, "token": "t" * 20}
    scan = {"file": (BytesIO(ready_pdf()), "scan.pdf")}
    return company.browser("legal").post(door(contract), data=usual | typed | scan)


def rows():
    with access.acting_as(access.SYSTEM):
        found = session().scalars(select(Signature).order_by(Signature.id))
        return [
            (one.party, one.signer_name, one.signer_title, one.method, one.signed_on)
            for one in found
        ]


def box(page, ident):
    """What stands in a box of the page."""
    drawn = re.search(rf'<input[^>]* id="{ident}"[^>]*>', page)
    assert drawn is not None, ident
    return re.search(r'value="([^"]*)"', drawn.group()).group(1)


def test_each_side_is_asked_and_told_beside_the_copy(company, signing):
    today = clock.today()
    before = company.browser("legal").get(
        door(signing).replace("/signed-copy", "") + "?tab=signing"
    )
    with access.acting_as(access.SYSTEM):
        named = signatures.printed(fresh(signing))
    assert [box(before.text, one) for one in ("signer", "signer-1")] == list(named.values())
    assert all(named.values())
    answer = sent(
        company,
        signing,
        party=["client", "company", "client"],
        signer=["王大明", " 林 知遠 ", "陳副總"],
        signer_title=["董事長", "", "副總經理"],
        method=["company_seal", "wet_ink", "e_sign"],
        signer_day=["", "", today.isoformat()],
    )
    assert answer.status_code == 202, answer.text
    walk.work()
    assert rows() == [
        ("client", "王大明", "董事長", "company_seal", today),
        ("company", "林 知遠", "", "wet_ink", today),
        ("client", "陳副總", "副總經理", "e_sign", today),
    ]
    page = company.browser("legal").get(door(signing).replace("/signed-copy", "") + "?tab=signing")
    told = page.text[page.text.index('id="signed"') :]
    for said in ("王大明", "林 知遠", "陳副總", "董事長", "親筆簽名", "電子簽章", "本公司"):
        assert said in told, said


@pytest.mark.parametrize(
    ("typed", "where", "said"),
    [
        ({"signer": ["", "林知遠"]}, "signer", "請填寫簽署人：客戶。"),
        ({"signer": ["王大明", " \u200b "]}, "signer-1", "請填寫簽署人：本公司。"),
        ({"signer": ["王" * 61, "林知遠"]}, "signer", "最多 60 個字"),
        ({"signer": ["王\x00", "林知遠"]}, "signer", ""),
        ({"signer_title": ["", "長" * 61]}, "signer_title-1", "最多 60 個字"),
        ({"signer": [*SIGNERS, "陳副總"]}, "party-2", "陳副總"),
        ({"method": ["company_seal", "thumb"]}, "method-1", "林知遠"),
        ({"signer_day": ["昨天", ""]}, "signer_day", "yyyy-mm-dd"),
        ({"signer_day": ["", "2999-01-01"]}, "signer_day-1", "簽署日應為最後一方簽署之日"),
        ({"signer_day": ["", "1950-01-01"]}, "signer_day-1", "30 年"),
        ({"signer_day": ["", "2020-01-01"]}, "signer_day-1", "這一天文件還不存在。"),
    ],
)
def test_what_cannot_be_is_said_at_its_box_and_nothing_typed_is_lost(
    company, signing, typed, where, said
):
    answer = sent(company, signing, **({"signer_title": ["總經理", ""]} | typed))
    assert answer.status_code == 422
    assert f'id="{where}-error"' in answer.text
    assert f'href="#{where}"' in answer.text
    assert re.search(rf'<(input|select)[^>]* id="{where}"', answer.text)
    assert said in answer.text
    again = typed.get("signer_title", ["總經理"])[0]
    assert box(answer.text, "signer_title") == again
    assert rows() == []


@pytest.mark.parametrize(
    "typed",
    [
        {"signer": []},
        {"signer": [*SIGNERS, "一", "二", "三"]},
        {"party": ["employee", "company"]},
    ],
    ids=["no names", "more rows than the form has", "a side that is another"],
)
def test_nobody_signed_whom_this_form_did_not_ask_for(company, signing, typed):
    """Names the paper prints begin the form; who signed is what was sent with it, whole."""
    answer = sent(company, signing, **typed)
    assert (answer.status_code, rows()) == (422, [])
    assert 'id="signer-error"' in answer.text


def test_no_signature_of_a_copy_lies_decades_back(company):
    """As the day of the whole paper does not: then a year was mistyped."""
    with walk.person(company.accounts, "hr"):
        person = session().get_one(Employee, company.accounts["mkt"].employee_id)
        row = ConfidentialityAgreement(kind="employee", employee=person, start_on=clock.today())
        session().add(row)
        session().flush()
        address = f"/papers/existing/confidentiality_agreement/{row.id}"
    fields = {"signed_on": clock.today().isoformat(), "signer": SIGNERS, "token": "t" * 20}
    typed = fields | {"signer_day": ["1915-03-01", ""], "file": (BytesIO(ready_pdf()), "scan.pdf")}
    answer = company.browser("hr").post(address, data=typed)
    assert (answer.status_code, rows()) == (422, [])
    assert 'id="signer_day-error"' in answer.text


@pytest.mark.parametrize(
    ("typed", "where"),
    [({"party": "supplier"}, "party-2"), ({"signer_day": "2999-01-01"}, "signer_day-2")],
)
def test_a_further_row_says_what_is_wrong_with_it_also_below_an_empty_one(
    company, signing, typed, where
):
    """Only a side of this paper, or somebody else, signs it."""
    further = {"party": "other", "signer": "陳副總", "method": "wet_ink", "signer_day": ""} | typed
    sides = {"party": ["client", "company"], "signer": SIGNERS, "method": ["wet_ink"] * 2}
    sent_rows = {
        name: [*sides.get(name, ["", ""]), "wet_ink" if name == "method" else "", one]
        for name, one in further.items()
    }
    answer = sent(company, signing, **sent_rows)
    assert (answer.status_code, f'id="{where}-error"' in answer.text) == (422, True)
    assert box(answer.text, "signer-2") == "陳副總"


def test_the_last_signature_makes_the_day(company, signing):
    """D01, closing article: where the days differ, the later counts."""
    today = clock.today()
    tomorrow, yesterday = ((today + timedelta(days=n)).isoformat() for n in (1, -1))
    later = sent(company, signing, signer_day=[tomorrow, ""])
    assert (later.status_code, 'id="signer_day-error"' in later.text) == (422, True)
    before = sent(company, signing, signer_day=[yesterday, ""])
    assert "這一天文件還不存在。" in before.text or 'id="signer_day-error"' in before.text
    assert before.status_code == 422
    with pytest.raises(Invalid) as nobody, walk.person(company.accounts, "legal"):
        record = fresh(signing)
        first = [Said(side, "王", "", "wet_ink", today - timedelta(days=1)) for side in ("client",)]
        signatures.require(
            record, [*first, *[one._replace(party="company") for one in first]], today
        )
    assert list(nobody.value.fields) == ["signed_on"]


def test_a_paper_counts_as_signed_only_when_each_side_has(company, signing):
    """Whatever way the copy came: the step itself asks, and what came is kept."""
    assert sent(company, signing).status_code == 202
    with access.acting_as(access.SYSTEM), transaction():
        session().execute(delete(Signature).where(Signature.party == "client"))
    walk.work()
    with access.acting_as(access.SYSTEM):
        record = fresh(signing)
        [scan] = [one for one in record.document.versions if one.kind == "signed_scan"]
        assert (record.state, scan.state, scan.kept) == ("signing", "failed", True)
        assert "客戶" in scan.error
    assert sent(company, signing, token="u" * 20).status_code == 202
    walk.work()
    with access.acting_as(access.SYSTEM):
        assert fresh(signing).state == "signed"
    assert [row[:2] for row in rows()] == [("client", SIGNERS[0]), ("company", SIGNERS[1])]


@pytest.mark.parametrize("given", [[], ["client"], ["company", "other"]])
def test_no_door_takes_a_copy_that_lacks_a_side(company, signing, given):
    received = signed_copies.uploads.keep(ready_pdf())
    with pytest.raises(Invalid) as refused, walk.person(company.accounts, "legal"):
        record = fresh(signing)
        told = walk.read_on(record)
        told["signatures"] = [Said(one, "王", "", "wet_ink", clock.today()) for one in given]
        signed_copies.register(record, received, "t" * 20, told)
    assert list(refused.value.fields) == ["signer"]
    with access.acting_as(access.SYSTEM):
        scans = select(DocumentVersion).where(DocumentVersion.kind == "signed_scan")
        assert session().scalars(scans).first() is None


def test_whoever_may_not_open_the_paper_reads_no_name_of_it(company, signing):
    """The form of who only has the paper in hand begins empty."""
    page = company.browser("seal").get(f"/papers/back/contract/{signing.id}").text
    with access.acting_as(access.SYSTEM):
        named = signatures.printed(fresh(signing))["client"]
    assert (box(page, "signer"), named in page) == ("", False)


def test_an_employee_signs_with_the_company(company):
    """Agreements come back through the page of taking over as well: the person's name is known."""
    with walk.person(company.accounts, "hr"):
        person = session().get_one(Employee, company.accounts["mkt"].employee_id)
        row = ConfidentialityAgreement(kind="employee", employee=person, start_on=clock.today())
        session().add(row)
        session().flush()
        address, name = f"/papers/existing/confidentiality_agreement/{row.id}", person.name
    page = company.browser("hr").get(address).text
    assert re.findall(r'name="party" value="(\w+)"', page) == ["employee", "company"]
    assert (box(page, "signer"), bool(box(page, "signer-1"))) == (name, True)
