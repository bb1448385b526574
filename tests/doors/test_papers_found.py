"""Lists and search show each person exactly the papers they may open; files are bound to their own paper."""

from __future__ import annotations

import re

import pytest

from portal.seed.people import SEATS
from portal.seed.records import SECRET_WORD
from tests.doors.company import Company
from tests.doors.matrix import opens

pytestmark = pytest.mark.office
#: Who administers the portal and is nobody's colleague: for them there are no papers at all.
NO_PAPERS = ("admin", "sysadmin")
NAMES = [seat.username for seat in SEATS if seat.username != "disabled"]


def may_open(company: Company, name: str) -> set[int]:
    """The papers the matrix opens to this person."""
    who, grants = company.people[name], company.rows["access_grant"]
    return {p.id for p in company.rows["document"] if opens(who, p, company.subject(p), grants)}


def found(company: Company, name: str, address: str) -> set[int]:
    """The papers a page leads to."""
    page = company.visitor(name).get(address)
    assert page.status_code == (404 if name in NO_PAPERS else 200), page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return {int(ident) for ident in re.findall(r'href="/papers/(\d+)', main)} | {
        int(ident) for ident in re.findall(r'href="/documents/document/details/\?id=(\d+)', main)
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_papers_is_what_the_person_may_open(company: Company, name: str):
    assert found(company, name, "/documents/document/") == may_open(company, name)


@pytest.mark.parametrize("name", NAMES)
def test_search_finds_by_number_exactly_what_the_person_may_open(company: Company, name: str):
    """Equal once the outbox has drained, and never more, for the secret paper's word as well."""
    mine = may_open(company, name)
    for paper in company.rows["document"]:
        hits = found(company, name, f"/search?q={paper.no}")
        assert hits <= mine
        assert (paper.id in hits) == (paper.id in mine), paper.no
    secret = company.ids["document"]["secret"]
    assert (secret in found(company, name, f"/search?q={SECRET_WORD}")) == (secret in mine)
    suggested = company.visitor(name).get(f"/search/suggest?q={SECRET_WORD}")
    assert secret in mine or suggested.status_code == 404 or suggested.json == []


def test_a_file_or_page_of_another_paper_is_not_there(company: Company):
    """The reader may open both papers; still each file answers under its own paper alone."""
    visitor, tried = company.visitor("legal_head"), 0
    for paper in company.rows["document"]:
        for version in company.rows["document_version"]:
            if version.document_id == paper.id or paper.classification == "secret":
                continue
            at = f"/papers/{paper.id}/files/{version.id}"
            assert visitor.get(at).status_code == 404, at
            tried += 1
        assert visitor.get(f"/papers/{paper.id}/pdf/77/1.webp").status_code == 404
        assert visitor.get(f"/papers/{paper.id}/pdf/1/999.webp").status_code == 404
    assert tried > 50
