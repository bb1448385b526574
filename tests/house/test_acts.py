"""Every act the log keeps is told in words: a step of a workflow by its label, others by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

import portal.app  # noqa: F401 - with the application come all modules that name acts
from portal.kernel import acts
from tests.house.tree import ROOT, files

#: function -> where in its arguments the act stands
NOTING = {"note": 1, "note_thing": 2}


def noted(source: str) -> Iterator[str]:
    """The acts a module notes in the log, where they are written out."""
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        owner, at = call.func.value, NOTING.get(call.func.attr)
        if at is None or not (isinstance(owner, ast.Name) and owner.id == "audit"):
            continue
        action = call.args[at] if len(call.args) > at else None
        if isinstance(action, ast.Constant) and isinstance(action.value, str):
            yield action.value


def untold(source: str) -> list[str]:
    """The acts of a module that have no words."""
    return [action for action in noted(source) if acts.told(action) is None]


def test_every_noted_act_has_words() -> None:
    code = [p for p in files() if p.suffix == ".py" and p.parts[0] == "portal"]
    found = {p.as_posix(): untold((ROOT / p).read_text("utf-8")) for p in code}
    assert sum(1 for p in code for _act in noted((ROOT / p).read_text("utf-8"))) > 10
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "planted",
    ['audit.note(paper, "moon_landed", {})', 'audit.note_thing("moon", None, "moon_landed")'],
)
def test_a_planted_act_without_words_is_found(planted: str) -> None:
    assert untold(f"def act():\n    {planted}\n") == ["moon_landed"]


def test_reasons_the_portal_gives_are_told_and_typed_ones_stay() -> None:
    kept = acts.reason(acts.Words("The moon has landed."))
    assert acts.why(kept) == "The moon has landed."
    assert isinstance(acts.why(kept), acts.Words)
    assert acts.why("客戶改期") == "客戶改期"
