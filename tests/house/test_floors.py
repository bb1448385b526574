"""What serves every kind of record names none of a floor above, which import contracts cannot see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import portal.boot
from portal.kernel.record import kinds
from tests.house.tree import ROOT, modules

assert portal.boot.LISTENERS
FLOORS = ("kernel", "web", "organization", "engines", "documents", "chapters")


def floor(parts: tuple[str, ...]) -> int:
    """Which floor a module stands on; those above all others may name every kind."""
    return FLOORS.index(parts[1]) if parts[1] in FLOORS else len(FLOORS)


#: They serve whatever kinds there are; papers are told of the records they belong to.
SERVING = ("web", "organization", "engines", "documents")
#: Words of papers' manifests, in which they name groups and sources of values.
OF_MANIFESTS = {"contract", "customer"}
ABOVE = {name: floor(tuple(model.__module__.split("."))) for name, model in kinds().items()}


def named_from_below(path: Path, text: str) -> Iterator[str]:
    """The kinds from above that a module names; `getattr` names an attribute, not a kind."""
    tree, here = ast.parse(text), floor(path.parts)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    attributes = {
        id(said)
        for call in calls
        if ast.unparse(call.func) in ("getattr", "hasattr")
        for said in call.args
    }
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and id(node) not in attributes else None
        if isinstance(said, str) and ABOVE.get(said, 0) > here:
            yield said


def test_no_floor_names_a_kind_of_one_above() -> None:
    code = (p for p in modules() if p.parts[0] == "portal" and p.parts[1] in SERVING)
    found = {
        str(path): kinds_
        for path in code
        if (kinds_ := set(named_from_below(path, (ROOT / path).read_text("utf-8"))) - _free(path))
    }
    assert found == {}


def _free(path: Path) -> set[str]:
    return OF_MANIFESTS if path.parts[1] == "documents" else set()


def test_a_planted_kind_from_above_is_found() -> None:
    planted = 'screen = registry.screen_of("contract")\nname = getattr(row, "document")'
    assert list(named_from_below(Path("portal/engines/pages.py"), planted)) == ["contract"]
    assert list(named_from_below(Path("portal/chapters/sales/pages.py"), planted)) == []
    planted = 'OUT = {"confidentiality_agreement": "issued"}'
    named = ["confidentiality_agreement"]
    assert list(named_from_below(Path("portal/documents/labels.py"), planted)) == named
