"""Files and functions stay small, say what they are for, and have names that mean something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.house.tree import PACKAGES, ROOT, modules

MAX_FILE = 400
MAX_FUNCTION = 40
MEDIAN_FILE = 100
EMPTY_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "common",
    "base",
    "misc",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(path: Path, text: str) -> Iterator[str]:
    """A file or function over the cap."""
    if (lines := len(text.splitlines())) > MAX_FILE:
        yield f"{path}: {lines} lines, over {MAX_FILE}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > MAX_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, over {MAX_FUNCTION}"


def unsaid(path: Path, text: str) -> Iterator[str]:
    """A module that does not open with what it is for, or a public name that tells nothing."""
    tree = ast.parse(text)
    if not (tree.body and ast.get_docstring(tree) and tree.body[0].lineno == 1):
        yield f"{path}:1: the first line must be a docstring saying what the module is for"
    if path.parts[0] not in PACKAGES:
        return
    for node in tree.body:
        shown = isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if shown and ast.get_docstring(node) is None:
            yield f"{path}:{node.lineno}: {node.name} is public and has no docstring"


def held_back(path: Path, text: str) -> Iterator[str]:
    """A line the formatter is kept from writing."""
    for at, line in enumerate(text.splitlines(), 1):
        if re.search(r"#\s*fmt:\s*(skip|off)", line):
            yield f"{path}:{at}: the formatter writes every line"


def empty_name(path: Path) -> Iterator[str]:
    """A file or folder whose name would fit anything."""
    for part in path.parts:
        if EMPTY_NAMES & set(re.split(r"[_\W]+", part.lower())):
            yield f"{path}: {part} says nothing about what is inside"


def _reach(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def _all(rule: object) -> list[str]:
    assert callable(rule)
    return [fault for path in modules() for fault in rule(path, (ROOT / path).read_text("utf-8"))]


def test_no_file_is_over_400_lines_and_no_function_over_40() -> None:
    assert _all(too_long) == []


def test_every_module_and_every_longer_public_name_says_what_it_is_for() -> None:
    assert _all(unsaid) == []


def test_the_formatter_writes_every_line() -> None:
    assert _all(held_back) == []


def test_every_name_says_what_is_inside() -> None:
    # Flask-Admin wants its layout to be called base.html, so pages are not looked at.
    assert [fault for path in modules() for fault in empty_name(path)] == []


def test_half_of_the_files_are_under_100_lines() -> None:
    ours = [path for path in modules() if path.parts[0] in PACKAGES]
    assert median(len((ROOT / path).read_text("utf-8").splitlines()) for path in ours) < MEDIAN_FILE


def test_every_folder_of_the_product_is_a_package() -> None:
    folders = {path.parent for path in modules() if path.parts[0] in PACKAGES}
    assert [
        str(each) for each in sorted(folders) if not (ROOT / each / "__init__.py").exists()
    ] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (too_long, '"""x."""\n' + "\n" * MAX_FILE),
        (too_long, "def f():\n" + "    x = 1\n" * MAX_FUNCTION),
        (too_long, "class C:\n    async def f(self):\n" + "        x = 1\n" * MAX_FUNCTION),
        (unsaid, ""),
        (unsaid, "import os\n"),
        (unsaid, '\n"""Late."""\n'),
        (unsaid, '"""Fine."""\ndef shown():\n' + "    x = 1\n" * 6),
        (held_back, "x = [\n    1, 2,\n]  # fmt" + ": skip\n"),
    ],
)
def test_a_planted_fault_is_found(rule: object, text: str) -> None:
    assert callable(rule)
    assert list(rule(Path("portal/planted.py"), text))


@pytest.mark.parametrize("name", ["portal/utils.py", "storage/s3_helper.py", "portal/common/x.py"])
def test_a_planted_empty_name_is_found(name: str) -> None:
    assert list(empty_name(Path(name)))


def test_a_file_at_the_caps_is_fine() -> None:
    whole = '"""x."""\n' + "\n" * (MAX_FILE - MAX_FUNCTION - 1)
    whole += "def f():\n" + "    x = 1\n" * (MAX_FUNCTION - 1)
    assert list(too_long(Path("portal/planted.py"), whole)) == []
