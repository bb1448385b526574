"""What a person must not know stands in no answer they can get: lists, pages, exports, look-ups, search."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.doors.company import Company, Visitor
from tests.doors.matrix import Person, Row, may, opens

pytestmark = pytest.mark.office
#: Everybody from whom something of a record they may read is hidden, and two who see it all.
NAMES = ("cs", "hr", "seal", "mkt", "finance", "ops_head", "sales_b")
#: Where values are sought: kind -> its fields that may be hidden and are worth a search.
SECRETS = {
    "contract": ("total", "fee_terms"),
    "confidentiality_agreement": ("scope",),
    "customer": ("needs", "address"),
    "contact": ("phone", "email", "im"),
    "employee": ("mobile", "private_email", "id_no", "address", "emergency"),
}
PLACES = {"contract": "sales", "confidentiality_agreement": "confidentiality"}
#: Words of the seed's answers and reasons: state of the contract -> what was said on the way there.
REASONS = {"changes": ("簽約地請寫至市、區",), "void": ("客戶改期",)}
LISTS = (
    "/sales/contract/",
    "/customers/customer/",
    "/customers/contact/",
    "/organization/employee/",
    "/confidentiality/confidentiality_agreement/",
    "/documents/document/",
    "/documents/signing_event/",
)


def values(row: Row) -> Iterator[tuple[str, str]]:
    """(field, text as pages print it) of every secret of a row."""
    for name in SECRETS[row.kind]:
        value = row.values[name]
        if name == "fee_terms":
            yield name, f"{int(value['lines'][0]['price']):,}"
            yield name, value["lines"][0]["price"]
        elif name == "total" and value is not None:
            yield name, f"{value:,.2f}"
            yield name, f"{value:,.0f}"
        elif value:
            yield name, str(value)


def forbidden(company: Company, who: Person) -> dict[str, str]:
    """Text -> whose it is, for all that no door may tell this person."""
    hidden: dict[str, str] = {}
    known: set[str] = set()
    for kind in SECRETS:
        for row in company.rows[kind]:
            told = may(who, "R", row)
            masks = company.hidden(who, row)
            for name, text in values(row):
                if told and name not in masks:
                    known.add(text)
                else:
                    hidden[text] = f"{row}.{name}"
    known |= {text for row in printed(company, who) for _name, text in values(row)}
    return {text: whose for text, whose in hidden.items() if text not in known}


def printed(company: Company, who: Person) -> Iterator[Row]:
    """The people and clients whose data stands in papers this person may open."""
    for paper in company.rows["document"]:
        record = company.subject(paper)
        if not opens(who, paper, record, company.rows["access_grant"]):
            continue
        for kind, key in (("customer", "customer_id"), ("employee", "employee_id")):
            if record.values.get(key):
                yield company.row(kind, record.values[key])
        yield from (
            c for c in company.rows["contact"] if c.customer_id == record.values.get("customer_id")
        )
        if record.kind in ("contract", "confidentiality_agreement"):
            yield record  # a seal-use form prints nothing of the record that anybody must not know


def words(answer: TestResponse) -> str:
    """Everything an answer says, also inside a sheet, a Word file or JSON; pictures say it to people."""
    if "openxmlformats" in answer.mimetype:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return " ".join(book.read(name).decode(errors="ignore") for name in book.namelist())
    if answer.mimetype == "application/json":
        return json.dumps(answer.json, ensure_ascii=False)
    return html.unescape(answer.text) if answer.mimetype.startswith("text/") else ""


def answers(company: Company, visitor: Visitor, sought: list[str]) -> Iterator[tuple[str, str]]:
    """(address, words) of every reading door, found by following the links of the lists."""
    places = ["/", "/employees/lookup?q=", *LISTS]
    places += [f"{at}{more}" for at in LISTS for more in ("export/?format=csv", "export/", "new/")]
    places += [f"/search?q={text}" for text in sought] + [f"/find?q={text}" for text in sought]
    places += [f"{at}?q={text}" for at in LISTS[:4] for text in sought]
    seen: set[str] = set()
    while places:
        place = places.pop(0)
        if place in seen:
            continue
        seen.add(place)
        text = words(visitor.get(place, follow_redirects=True))
        yield place, text.replace(html.unescape(place.partition("q=")[2]) or "\0", "")
        found = re.findall(
            r'href="(/[^"#]+(?:details|history|edit)/\?id=\d+|/papers/[^"#]+)"', text
        )
        places += [html.unescape(one) for one in found if "/make/" not in one]
        places += [one.replace("details", "history") for one in found if "details/?id" in one]
        places += [f"/papers/make/contract/{r.id}" for r in company.rows["contract"][:2]]


def leaks(company: Company, name: str) -> list[str]:
    """Each forbidden text that some door told."""
    who = company.people[name]
    hidden = forbidden(company, who)
    sought = list(hidden)[:: max(1, len(hidden) // 6)][:8]
    found = []
    for place, text in answers(company, company.visitor(name), sought):
        found += [f"{place}: {whose}" for secret, whose in hidden.items() if told(secret, text)]
    return found


def told(secret: str, text: str) -> bool:
    """Whether a text says it; digits within a hash or a token say nothing."""
    if secret not in text:
        return False
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text) is not None


@pytest.mark.parametrize("name", NAMES)
def test_what_is_masked_is_told_by_no_door(company: Company, name: str):
    assert len(forbidden(company, company.people[name])) > 3
    assert leaks(company, name) == []


def test_a_planted_mask_forgotten_is_found(company: Company, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.kernel.masks.masked", lambda *_asked, **_more: frozenset())
    assert any("contract" in line for line in leaks(company, "cs"))


def told_about(company: Company, name: str, row: Row) -> str:
    """Everything the pages of a record and of its paper say to a person."""
    visitor, at = company.visitor(name), f"/{PLACES[row.kind]}/{row.kind}"
    pages = [f"{at}/details/?id={row.id}", f"{at}/history/?id={row.id}"]
    if row.document_id is not None:
        pages.append(f"/papers/{row.document_id}")
    return " ".join(words(visitor.get(page)) for page in pages)


@pytest.mark.parametrize("kind", ["contract", "confidentiality_agreement"])
def test_free_text_is_told_to_those_from_whom_nothing_is_hidden(company: Company, kind: str):
    """A remark, an approver's answer, the reason of a step: each may say what a mask hides."""
    if kind == "contract":
        rows = [
            company.row(kind, company.ids[kind][name]) for name in ("changes", "signed", "void")
        ]
    else:
        rows = [company.row(kind, ident) for ident in company.ids[kind].values()]
    for row in rows:
        remark = {"id": row.id, "text": f"remark zqx{row.id}x"}
        legal = company.visitor("legal_head")
        assert legal.send(f"/{PLACES[kind]}/{kind}/comment/", **remark).status_code == 302
    compared = 0
    for name, who in company.people.items():
        for row in (r for r in rows if may(who, "R", r) and name != "disabled"):
            text, partly = told_about(company, name, row), bool(company.hidden(who, row))
            for said in (f"zqx{row.id}x", *REASONS.get(row.state, ())):
                own = name == "legal_head" and said.startswith("zqx")
                assert (said in text) == (own or not partly), (name, str(row), said)
                compared += partly
    company.restore()
    assert compared > 4


def test_who_read_a_paper_is_told_to_its_keepers_alone(company: Company):
    """R8.1.3: others find only their own openings in the paper's history."""
    ident, reader = company.ids["document"]["signed"], company.people["auditor"]
    picture = f"/papers/{ident}/pdf/1/1.webp"
    for name in ("auditor", "sales_a"):
        assert company.visitor(name).get(picture).status_code == 200
    grants, paper = company.rows["access_grant"], company.row("document", ident)
    told_to = set()
    for name, who in company.people.items():
        if name == "disabled" or not opens(who, paper, company.subject(paper), grants):
            continue
        page = company.visitor(name).get(f"/documents/document/history/?id={ident}").text
        main = page.partition("<main")[2].partition("</main>")[0]
        if reader.seat.name in main:
            told_to.add(name)
    assert told_to == {
        name
        for name, who in company.people.items()
        if who.roles & {"legal", "legal_head", "auditor", "management"}
    }
    company.restore()
