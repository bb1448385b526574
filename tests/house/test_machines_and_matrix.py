"""Whoever a state machine names for a step may act on such records by the matrix as well."""

from __future__ import annotations

from collections.abc import Iterator

import portal.models
from portal import policy
from portal.kernel import access
from portal.kernel.record import Staged, kinds
from portal.kernel.workflow import Workflow

assert portal.models.ALL_MODELS
NO_STEPS = Workflow(name="none", states={}, steps=(), editable=frozenset())
WIDTH = {"own": 0, "dept": 1, "all": 2}


def idle() -> Iterator[str]:
    """Every name in a machine that the matrix gives nothing to do."""
    for name, model in kinds().items():
        rules = access.rules(model, None, access.DECIDE) + access.rules(model, None, access.EDIT)
        if not issubclass(model, Staged) or not access.rules(model):
            continue  # papers: their labels open them
        for step in model.workflow.steps:
            for role, scope in (who.split(".") for who in step.who):
                if not any(r.role == role and WIDTH[r.scope] >= WIDTH[scope] for r in rules):
                    yield f"{name}: {role}.{scope} takes {step.name}, but has neither E nor P"


def test_no_machine_gives_more_than_the_matrix() -> None:
    policy.apply()
    assert list(idle()) == []


def test_a_role_without_a_cell_is_found() -> None:
    policy.apply()
    for model in kinds().values():
        rules = access.rules(model)
        for one in [r for r in rules if r.role == "finance_head" and "P" in r.actions]:
            access._rules[model].remove(one)
    try:
        assert any("customer: finance_head.all takes block" in said for said in idle())
    finally:
        policy.apply()


def astray() -> Iterator[str]:
    """Every name in a machine whose “own” is not what the matrix means by it for that role."""
    for name, model in kinds().items():
        for who in {w for step in getattr(model, "workflow", NO_STEPS).steps for w in step.who}:
            role, scope = who.split(".")
            ruled = {
                r.owner
                for r in access.rules(model, None, access.READ)
                if scope == r.scope == "own" and r.role == role
            }
            if scope == "own" and not (hasattr(model, "owner_id") and ruled <= {"owner_id"}):
                yield f"{name}: {who}"


def test_own_means_the_same_in_the_machines_and_in_the_matrix() -> None:
    policy.apply()
    assert list(astray()) == []


def test_a_rule_for_another_persons_record_is_found() -> None:
    policy.apply()
    access.rule(kinds()["customer"], "sales", "R", "own", owner="created_by_id")
    try:
        assert list(astray()) == ["customer: sales.own"]
    finally:
        policy.apply()
