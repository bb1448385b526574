"""No room on the disk: nothing is promised that cannot be kept, what was promised waits for room."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.dying import Undertaker, copied

pytestmark = [pytest.mark.faults, pytest.mark.office]


def test_a_full_store_makes_the_copy_wait_and_reading_goes_on(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    home = copied(base, tmp_path / "company")
    undertaker.done("disks.full_store", home)
    assert json.loads((home / "report.json").read_text()) == {
        "answer": 202,
        "reading": 200,
        "before": "out_for_signature",
        "after": "signed",
        "faults": [],
    }


def test_without_room_for_the_upload_nothing_is_promised(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    home = copied(base, tmp_path / "company")
    undertaker.done("disks.full_incoming", home)
    assert json.loads((home / "report.json").read_text()) == {
        "refused": 503,
        "later": 60,
        "left": ["filled"],
        "before": "out_for_signature",
        "again": 202,
        "after": "signed",
    }


def test_a_full_index_makes_the_words_wait_and_every_search_is_answered(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    home = copied(base, tmp_path / "company")
    undertaker.done("disks.full_index", home)
    assert json.loads((home / "report.json").read_text()) == {
        "answer": 202,
        "before": "signed",
        "searches": [200] * 3,
        "faults": [],
        "found": True,
    }


@pytest.mark.parametrize(
    ("act", "words"), [("full_database", "騰出空間"), ("read_only_database", "檢查磁碟")]
)
def test_a_database_that_cannot_grow_keeps_what_was_promised_and_says_no_in_words(
    undertaker: Undertaker, base: Path, tmp_path: Path, act: str, words: str
) -> None:
    home = copied(base, tmp_path / "company")
    undertaker.done(f"disks.{act}", home)
    assert json.loads((home / "report.json").read_text()) == {
        "taken": 202,
        "read": [200] * 4,
        "refused": 503,
        "later": 60,
        "words": [words],
        "number": True,
        "before": "out_for_signature",
        "after": "signed",
        "faults": [],
    }
