"""Who has no session, no token or the wrong method gets no further than the door, whichever it is."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web.routes import needs
from tests.doors import doors as at
from tests.doors.answers import knocks
from tests.doors.company import Company, tables_of

pytestmark = pytest.mark.office
#: Nobody, and somebody whose account was disabled.
STRANGERS = ("", "disabled")


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_are_shown_to_the_sign_in_page_and_programs_are_told_so(company: Company, name):
    before = tables_of(company.file)
    pages = knocks(company, name, "text/html")
    assert {place for _door, _status, place in pages} == {"/sign-in"}
    assert {status for door, status, _place in pages if door.startswith("GET")} == {302}
    assert {status for _door, status, _place in knocks(company, name, "application/json")} == {401}
    assert tables_of(company.file) == before


def test_a_planted_route_open_to_strangers_is_found(own_company: Company):
    own_company.app.view_functions["home.work"] = needs("public")(lambda: "come in")
    found = knocks(own_company, "", "text/html")
    assert [(door, status) for door, status, place in found if place != "/sign-in"] == [
        ("GET /", 200)
    ]


@pytest.fixture
def guarded(company: Company):
    """The application with its tokens asked for, as it runs."""
    company.app.config["WTF_CSRF_ENABLED"] = True
    yield company.app
    company.app.config["WTF_CSRF_ENABLED"] = False


def test_no_form_is_taken_without_its_token(company: Company, guarded: Flask):
    """Also none with a token of another session, and nothing is written."""
    assert guarded.config["WTF_CSRF_ENABLED"]
    before, tried = tables_of(company.file), 0
    for name in ("admin", "legal_head"):
        visitor = company.visitor(name)
        for door in (one for one in at.doors(company) if one.method == "POST"):
            for row in at.rows(door, company, company.people[name])[:1]:
                where = at.address(door, company, row)
                for token in ({}, {"csrf_token": "forged"}):
                    assert visitor.send(where, **token).status_code == 400, door.name
                    tried += 1
    assert tables_of(company.file) == before
    assert tried > 300


def test_a_method_no_view_has_is_refused_at_every_address(company: Company):
    visitor, tried = company.visitor("legal_head"), 0
    before = tables_of(company.file)
    for door in at.doors(company):
        for row in at.rows(door, company, company.people["legal_head"])[:1]:
            where, known = at.address(door, company, row), door.rule.methods or set()
            for method in {"PUT", "PATCH", "DELETE", "TRACE", "POST"} - known:
                status = visitor.client.open(where, method=method).status_code
                twin = any(
                    method in (other.methods or ()) and other.rule == door.rule.rule
                    for other in company.app.url_map.iter_rules()
                )
                assert status == 405 or twin, (method, where, status)
                tried += 1
    assert tables_of(company.file) == before
    assert tried > 500
