"""Every step of every state machine, by every fixed user, on every row: by the list and by the page."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from portal.kernel.record import Staged, kinds
from portal.seed.people import SEATS
from tests.doors.company import Company
from tests.doors.matrix import Person, Row, opens
from tests.doors.steps import Step, sees, steps

pytestmark = pytest.mark.office
NAMES = [seat.username for seat in SEATS if seat.username != "disabled"]
#: By the page a step is tried as one of each sort of person; the list tries it as everybody.
SOME = ("sales_a", "sales_b_mgr", "cs", "hr", "legal", "exec", "admin")


def sees_row(company: Company, who: Person, row: Row) -> bool:
    if row.kind == "document":
        return opens(who, row, company.subject(row), company.rows["access_grant"])
    return sees(who, row)


def states(company: Company, kind: str) -> dict[int, str]:
    assert company.file
    with closing(sqlite3.connect(company.file)) as database:
        return dict(database.execute(f"SELECT id, status FROM {kind}").fetchall())


def door(company: Company, kind: str) -> str:
    screens = (r.rule for r in company.app.url_map.iter_rules() if r.endpoint == f"{kind}.advance")
    return next(screens)


def moved(company: Company, who: Person, step: Step) -> set[int]:
    """The rows that left their state when the person took the step of all rows there are."""
    before = states(company, step.kind)
    if not before:
        return set()  # the seed has none of it; its own tests take its steps
    everything = {"id": list(before), "step": step.name, "reason": "試", "day": "2099-12-31"}
    answer = company.visitor(who.name).send(door(company, step.kind), **everything)
    assert answer.status_code in (302, 303, 403, 404), answer.text  # 303: they put themselves out
    return {ident for ident, state in states(company, step.kind).items() if before[ident] != state}


def called_alike(step: Step) -> list[Step]:
    """All steps behind the one button that the list has for this step."""
    workflow = kinds()[step.kind].workflow  # type: ignore[attr-defined]
    label = workflow.step_named(step.name).label
    named = {one.name for one in workflow.steps if one.label == label}
    return [one for one in steps() if one.kind == step.kind and one.name in named]


def test_the_table_knows_every_step_there_is():
    known = {(s.kind, s.name) for s in steps()}
    staged = {name: model for name, model in kinds().items() if issubclass(model, Staged)}
    there = {(n, s.name) for n, m in staged.items() for s in m.workflow.steps}
    assert there == known


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_all_rows_moves_only_what_the_machines_allow(company: Company, name: str):
    who, moves, wrong = company.people[name], 0, []
    for step in (one for one in steps() if one.who or name == "legal_head"):
        may = {
            row.id
            for row in company.rows[step.kind]
            if any(one.taken_by(who, row) for one in called_alike(step))
            and sees_row(company, who, row)
        }
        went = moved(company, who, step)
        moves += len(went)
        if not went <= may:
            wrong.append((step.kind, step.name, sorted(went - may)))
        if may:
            company.restore()
    assert wrong == []
    assert moves or not who.roles & {"sales", "legal", "admin", "management"}


@pytest.mark.parametrize("name", SOME)
def test_a_step_by_the_page_answers_as_the_machines_say(company: Company, name: str):
    who, wrong = company.people[name], []
    for step in steps():
        at = door(company, step.kind)
        for row in tried(company, step):
            typed = {
                "from": "details",
                "id": row.id,
                "step": step.name,
                "reason": "試",
                "day": "2099-12-31",
            }
            status = company.visitor(name).send(at, **typed).status_code
            if status not in expected(company, who, step, row):
                wrong.append((step.kind, step.name, str(row), status))
            if status == 302:
                company.restore()
    assert wrong == []


def tried(company: Company, step: Step) -> list[Row]:
    """One row in each state: where the step begins, and where it does not."""
    by_state = {row.state: row for row in reversed(company.rows[step.kind])}
    return [row for state, row in by_state.items() if state in step.sources or not step.who]


def expected(company: Company, who: Person, step: Step, row: Row) -> set[int]:
    if not step.who:
        return {403, 404}  # refused before the row is looked for
    if not sees_row(company, who, row):
        return {404}
    return {302, 409} if step.taken_by(who, row) else {403}
