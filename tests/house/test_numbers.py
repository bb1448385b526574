"""Numbers that people send are read in one place: no page calls `int` on its own (R16)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT, modules

READER = Path("portal/web/record_view/parsing.py")
SENT_BY = ("flask", "werkzeug")


def read_alone(text: str) -> Iterator[int]:
    """The lines of a module that knows requests on which it makes a number of a text by itself."""
    nodes = list(ast.walk(ast.parse(text)))
    sources = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    if not any(source.partition(".")[0] in SENT_BY for source in sources):
        return
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("int", "float"):
            yield node.lineno


def test_no_page_reads_a_number_by_itself() -> None:
    pages = [path for path in modules() if path.parts[0] == "portal" and path != READER]
    found = {path: list(read_alone((ROOT / path).read_text("utf-8"))) for path in pages}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_planted_page_that_does_is_found() -> None:
    planted = "from flask import request\n\nchosen = [int(i) for i in request.form.getlist('x')]"
    assert list(read_alone(planted)) == [3]
