"""What README.md and SECURITY.md name is there: files, commands, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from portal.cli import _parser
from portal.kernel.config import Config
from tests.house.tree import ROOT

PAGES = ("README.md", "SECURITY.md")


def faults(text: str) -> Iterator[str]:
    """Each thing a page names that is not there."""
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in link and not (ROOT / link).exists():
            yield f"leads nowhere: {link}"
    for path in re.findall(
        r"`((?:portal|tests|doc_templates|storage|search_index|\.ci)/[\w./]+)`", text
    ):
        if not (ROOT / path).exists():
            yield f"is not there: {path}"
    known = set(_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]
    for command in re.findall(r"`portal (\w+)", text):
        if command not in known:
            yield f"no such command: {command}"
    for setting in re.findall(r"`PORTAL_([A-Z0-9_]+)", text):
        if setting.lower() not in Config.model_fields and not setting.endswith("_FILE"):
            yield f"no such setting: PORTAL_{setting}"
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"`make (\w+)|^make (\w+)", text, re.MULTILINE):
        if not {*target} & targets:
            yield f"no such target: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    assert list(faults((ROOT / page).read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    ["![x](tests/none.webp)", "`portal/none.py`", "`portal fly`", "`PORTAL_NONE=1`", "`make none`"],
)
def test_a_planted_promise_is_found(planted: str) -> None:
    assert list(faults(planted))
