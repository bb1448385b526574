"""No run may depend on the hour it begins at: what is read once, before midnight, is wrong after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import ROOT, modules

READS = {("clock", "now"), ("clock", "today"), ("date", "today"), ("datetime", "now")}
#: What runs when it is called, and not when the module is read.
LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def read_at_import(tree: ast.AST) -> Iterator[int]:
    """The lines at which the clock is read while the module itself is; defaults of arguments too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, LATER):
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from read_at_import(ast.Expression(default))
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if isinstance(of, ast.Name) and (of.id, node.func.attr) in READS:
                yield node.lineno
        yield from read_at_import(node)


def test_no_module_reads_the_clock_when_it_is_imported() -> None:
    found = {
        f"{path}:{line}"
        for path in modules()
        for line in read_at_import(ast.parse((ROOT / path).read_text("utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(
    "planted",
    [
        "START = clock.today() + timedelta(days=30)",
        "class Case:\n    begun = datetime.now(UTC)",
        "def since(day=date.today()): ...",
        "def since(*, day=(clock.now(), 1)): ...",
    ],
)
def test_a_clock_read_too_early_is_found(planted: str) -> None:
    assert list(read_at_import(ast.parse(planted))) != []


def test_what_runs_later_may_read_it() -> None:
    assert list(read_at_import(ast.parse("def told():\n    return clock.today()"))) == []
