"""Templates are read by people: one thing on a line, indented, as Python is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, files

MOST = 140


def too_wide(text: str) -> Iterator[int]:
    """The numbers of the lines over the cap."""
    for at, line in enumerate(text.splitlines(), 1):
        if len(line) > MOST:
            yield at


def templates() -> list[Path]:
    """Every page template of the product."""
    return [p for p in files() if p.suffix == ".html" and p.parts[0] in PACKAGES]


def test_there_are_templates_to_look_at() -> None:
    assert len(templates()) > 40


@pytest.mark.parametrize("path", templates(), ids=str)
def test_no_line_of_a_template_is_over_the_cap(path: Path) -> None:
    assert list(too_wide((ROOT / path).read_text("utf-8"))) == []


def test_a_planted_line_is_found() -> None:
    assert list(too_wide(f"<p>\n  {'x' * MOST}\n</p>\n")) == [2]
    assert list(too_wide("x" * MOST)) == []
