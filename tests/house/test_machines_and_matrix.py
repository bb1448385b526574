"""Whoever a state machine names for a step may act on such records by the matrix as well."""

from __future__ import annotations

from collections.abc import Iterator

import portal.models
from portal import policy
from portal.kernel import access
from portal.kernel.record import Staged, kinds

assert portal.models.ALL_MODELS
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
