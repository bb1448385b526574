"""Every workflow, today's and tomorrow's: reachable, no unknown role, the database knows its states."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect
from sqlalchemy.ext.hybrid import hybrid_property

import portal.boot
from portal.kernel.record import Staged, kinds
from portal.kernel.workflow import Step, Workflow
from portal.organization.accounts import ROLES

assert portal.boot.LISTENERS
STAGED = {name: model for name, model in kinds().items() if issubclass(model, Staged)}


def unreachable(workflow: Workflow) -> set[str]:
    """States no step leads to, from the start."""
    reached, grew = {workflow.start}, True
    while grew:
        more = {s.target for s in workflow.steps if reached & set(s.sources)} - reached
        reached |= more
        grew = bool(more)
    return set(workflow.states) - reached


def unknown_roles(workflow: Workflow) -> set[str]:
    """Roles a step names that nobody can hold."""
    return {who.split(".")[0] for s in workflow.steps for who in s.who} - set(ROLES)


@pytest.mark.parametrize("name", STAGED)
def test_every_state_can_be_reached(name):
    assert unreachable(STAGED[name].workflow) == set()


@pytest.mark.parametrize("name", STAGED)
def test_every_step_is_for_a_role_that_exists_and_a_scope_that_exists(name):
    workflow = STAGED[name].workflow
    assert unknown_roles(workflow) == set()
    assert {who.split(".")[1] for s in workflow.steps for who in s.who} <= {"own", "dept", "all"}


@pytest.mark.parametrize("name", STAGED)
def test_sources_targets_path_and_words_speak_of_known_states(name):
    workflow = STAGED[name].workflow
    named = {s for step in workflow.steps for s in (*step.sources, step.target)}
    assert named | set(workflow.path) | workflow.editable | set(workflow.waits_for) <= set(
        workflow.states
    )


def idle_conditions(model: type[Staged]) -> set[str]:
    """Calls taken back by what the record does not know both in memory and in SQL, or never made."""
    hybrids = {
        key
        for key, found in inspect(model).all_orm_descriptors.items()
        if isinstance(found, hybrid_property)
    }
    unless = model.workflow.calls_unless
    return {state for state, name in unless.items() if name not in hybrids} | (
        set(unless) - set(model.workflow.calls)
    )


@pytest.mark.parametrize("name", STAGED)
def test_what_takes_a_call_back_is_known_in_memory_and_in_sql(name):
    assert idle_conditions(STAGED[name]) == set()


def test_a_planted_call_taken_back_by_nothing_is_found(monkeypatch):
    workflow = STAGED["contract"].workflow
    monkeypatch.setattr(workflow, "calls_unless", {"approved": "title", "draft": "seal_asked"})
    assert idle_conditions(STAGED["contract"]) == {"approved", "draft"}


@pytest.mark.parametrize("name", STAGED)
def test_the_database_checks_exactly_the_states_of_the_workflow(name):
    model = STAGED[name]
    checks = [
        str(c.sqltext)
        for c in model.__table__.constraints
        if str(getattr(c, "sqltext", "")).startswith("status IN")
    ]
    assert len(checks) == 1
    assert set(re.findall(r"'(\w+)'", checks[0])) == set(model.workflow.states)


def test_the_checks_find_a_planted_dead_state_and_a_planted_role():
    bad = Workflow(
        name="bad",
        states={"a": ("A", "grey"), "b": ("B", "grey"), "lost": ("Lost", "grey")},
        steps=(Step("go", "Go", ("a",), "b", ("wizard.all",)),),
        editable=frozenset(),
    )
    assert unreachable(bad) == {"lost"}
    assert unknown_roles(bad) == {"wizard"}
