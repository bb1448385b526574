"""Matrix (c) at every door: each route × each fixed user × own, team-mate's, foreign and missing rows.

Acceptance scenario 14. What must be answered is stated in `statements` over `matrix`, never read
from the product's own rules.
"""

from __future__ import annotations

import pytest
from flask import jsonify, request

from portal.seed.people import SEATS
from portal.web.routes import needs
from tests.doors import doors as at
from tests.doors.answers import missing, wrong
from tests.doors.asked import MISSING, NOWHERE
from tests.doors.company import Company, answered

pytestmark = pytest.mark.office
NAMES = [seat.username for seat in SEATS if seat.username != "disabled"]


@pytest.mark.parametrize("name", NAMES)
def test_every_door_answers_as_the_matrix_says(company: Company, name: str) -> None:
    assert wrong(company, name) == []
    company.restore()


@pytest.mark.parametrize("name", ["sales_b", "mkt"])
def test_the_page_of_an_unseen_row_is_the_page_of_a_missing_one(
    company: Company, name: str
) -> None:
    """The same comparison for what a browser shows: heading, menu, title, everything."""
    who, compared = company.people[name], 0
    for door in at.doors(company):
        for row in at.rows(door, company, who):
            expected = door.statement(at.ask(company, who, door, row))
            if row is None or expected != MISSING:
                continue
            page = at.knock(
                company.visitor(name),
                door,
                at.address(door, company, row),
                row,
                **at.accepting("text/html"),
            )
            assert answered(page) == missing(company, name, door, row, "text/html"), door.name
            compared += 1
            break
    assert compared > 20


def test_a_planted_route_that_nobody_stated_is_found(own_company: Company) -> None:
    own_company.app.view_functions["planted"] = needs("signed-in")(lambda: "")
    own_company.app.url_map.add(own_company.app.url_rule_class("/planted", endpoint="planted"))
    with pytest.raises(KeyError, match="planted"):
        wrong(own_company, "mkt", "planted")


def test_a_planted_view_that_forgets_the_scope_is_found(own_company: Company) -> None:
    view = "contract.details_view"
    own_company.app.view_functions[view] = needs("record")(lambda **_cls: "a leak")
    found = wrong(own_company, "sales_b", view)
    assert [line.partition(" contract ")[2] for line in found if "contract 1:" in line]
    assert not [line for line in found if "contract 9:" in line], "their own draft is theirs to see"


def test_a_planted_door_that_tells_unseen_from_missing_is_found(own_company: Company) -> None:
    view = own_company.app.view_functions["contract.history"]

    def telling(**cls: object) -> object:
        if int(request.args["id"]) == NOWHERE:
            return jsonify(error="no such contract"), 404
        return view(**cls)

    own_company.app.view_functions["contract.history"] = needs("record")(telling)
    found = wrong(own_company, "sales_b", "contract.history")
    assert any("tells itself" in line for line in found)
