"""Every part of a Word file is read in one way: what one reader skips, no other shows (R3.3.2)."""

from __future__ import annotations

import datetime as dt

import pytest

from doc_templates.package import open_package
from doc_templates.redline import redline
from doc_templates.text import word_text
from tests.doc_templates.made import word
from tests.house.tree import ROOT, files

AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
SPLIT = (
    "100<!--x--> days, and a penalty of 5 million",
    "100<?x?> days, and a penalty of 5 million",
)


@pytest.mark.parametrize("note", SPLIT)
def test_what_stands_behind_a_comment_in_a_note_is_in_the_redline(note: str) -> None:
    """Word prints past it; a reader that stopped there would call the papers alike."""
    old, new = (word("第一條", footnotes=text) for text in ("100", note))
    open_package(new, tracked=False)
    found = redline(old, new, author="法務", at=AT)
    assert found.changed
    assert "penalty of 5 million" in "".join(word_text(new))


def parsers(source: str) -> int:
    """How many XML parsers a module makes."""
    return source.count("XMLParser(")


def test_word_files_have_one_parser() -> None:
    code = [p for p in files() if p.suffix == ".py" and p.parts[0] == "doc_templates"]
    made = {p.as_posix(): parsers((ROOT / p).read_text("utf-8")) for p in code}
    assert {path: count for path, count in made.items() if count} == {"doc_templates/parts.py": 1}
    assert parsers("ours = etree.XMLParser(huge_tree=True)") == 1
