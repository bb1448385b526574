"""What belongs to others is not there: a guessed number answers as a missing one, and writes nothing."""

from __future__ import annotations

import pytest

from tests.doors import doors as at
from tests.doors import forms
from tests.doors.asked import MISSING, NOWHERE
from tests.doors.company import Company, answered, tables_of
from tests.doors.matrix import Row

pytestmark = pytest.mark.office
#: The other team, somebody with hardly any right, and who keeps accounts and sees no business.
STRANGERS = ("sales_b", "mkt", "admin")
DATA = {"Accept": "application/json"}


def told(company: Company, name: str, door: at.Door, row: Row) -> list[str]:
    """What the door says of each complete form about this row."""
    visitor, where = company.visitor(name), at.address(door, company, row)
    found = []
    for form in forms.forms(company, door, row):
        answer = visitor.client.post(where, data=form, headers=DATA)
        found.append(f"{answer.status_code} {answered(answer)}")
    return found


def guessed(company: Company, name: str) -> tuple[list[str], int]:
    """Doors that tell another's row from a missing one when a complete form is sent; and the tries."""
    who, wrong, count = company.people[name], [], 0
    for door in (d for d in at.doors(company) if d.method == "POST"):
        nowhere: list[str] = []
        for row in at.rows(door, company, who):
            if row is None or door.statement(at.ask(company, who, door, row)) != MISSING:
                continue
            missing = Row(row.kind, NOWHERE, {**row.values, "id": NOWHERE})
            nowhere = nowhere or told(company, name, door, missing)
            answers = told(company, name, door, row)
            count += len(answers)
            if answers != nowhere or not all(one.startswith("404 ") for one in answers):
                wrong.append(f"{door.name} {row}: {answers} instead of {nowhere}")
    return wrong, count


@pytest.mark.parametrize("name", STRANGERS)
def test_a_complete_form_about_anothers_row_is_one_about_a_missing_row(company: Company, name: str):
    """Papers, versions, seal requests, grants, jobs, comments, drafts, fees: the same body, no write."""
    before = tables_of(company.file)
    wrong, count = guessed(company, name)
    after = tables_of(company.file)
    assert wrong == []
    assert count > 60
    assert [table for table in before if before[table] != after[table] and table != "sign_in"] == []


def test_a_planted_door_that_writes_before_it_looks_is_found(own_company: Company):
    """A comment on whatever number is sent."""
    from portal.chapters.sales.models import Contract
    from portal.kernel import access, comment
    from portal.kernel.db import session, transaction
    from portal.web.routes import needs

    def careless(**_cls: object) -> str:
        with access.acting_as(access.SYSTEM), transaction():
            comment.say(session().get_one(Contract, 1), "試")
        return "said"

    own_company.app.view_functions["contract.comment"] = needs("record")(careless)
    wrong, _count = guessed(own_company, "sales_b")
    assert any("contract/comment" in line for line in wrong)


def test_drafts_and_views_are_ones_own(company: Company):
    """What somebody typed and did not send, or kept as a view, nobody else is offered."""
    row = company.row("contract", company.ids["contract"]["draft_a"])
    edit, keep = f"/sales/contract/edit/?id={row.id}", "/sales/contract/keep/"
    mine, head = company.visitor("sales_a"), company.visitor("sales_a_mgr")
    typed = {**forms.edited(row), "title": "zqxtyped"}
    assert mine.send(f"/sales/contract/draft/?id={row.id}", **typed).status_code == 204
    view = {"name": "zqxview", "back": "/sales/contract/?state=draft"}
    assert mine.send(keep, **view).status_code in (302, 303)
    assert "zqxtyped" in mine.get(f"{edit}&draft=1").text
    assert "zqxtyped" not in head.get(f"{edit}&draft=1").text
    assert "zqxview" in mine.get("/sales/contract/").text
    assert "zqxview" not in head.get("/sales/contract/").text
    head.send(f"/sales/contract/draft/?id={row.id}", discard="1")
    assert "zqxtyped" in mine.get(f"{edit}&draft=1").text
    company.restore()


@pytest.mark.parametrize("name", STRANGERS)
def test_anothers_work_is_not_watched_stopped_or_begun_anew(own_company: Company, name: str):
    """How far it is tells what somebody is doing; administrators alone see all work."""
    own_company.tamper(
        "UPDATE job SET state = 'dead', account_id = :id", id=own_company.people["sales_a"].account
    )
    ident = own_company.rows["job"][0].id
    visitor, before = own_company.visitor(name), tables_of(own_company.file)
    answers = {
        visitor.get(f"/jobs/{number}").status_code: number for number in (ident, NOWHERE)
    } | {
        visitor.send(f"/jobs/{number}/{act}").status_code: number
        for number in (ident, NOWHERE)
        for act in ("cancel", "again")
    }
    if name == "admin":
        assert 404 in answers
        assert len(answers) > 1
        return
    assert set(answers) == {404}
    assert tables_of(own_company.file)["job"] == before["job"]
