"""kill -9 while papers are made: each version whole or not there, everybody's paper made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.chapters.confidentiality.issuing import AT_ONCE
from tests.faults.dying import Undertaker, copied, told
from tests.faults.making import HIRED

pytestmark = [pytest.mark.faults, pytest.mark.office]

NOTHING = {"number": 0, "files": [], "log": 0}
MADE = {"number": 1, "files": [["docx", 1, "stored"], ["pdf", 1, "stored"]], "log": 1}
#: Changes between two deaths: as good as any number that is no multiple of a paper's own.
STRIDE = 67


def found(home: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((home / "report.json").read_text())
    return report


def test_a_paper_killed_at_every_write_is_made_once(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    seen = set()
    for death in undertaker.deaths(base, tmp_path, "making.generate"):
        undertaker.done("making.made_after_all", death.home)
        report = found(death.home)
        before, worked = report["before"], report["worked"]
        half = {**NOTHING, "files": [["docx", 1, "storing"]]}
        assert before in (NOTHING, half, MADE), report
        assert before != NOTHING or not death.told, report
        assert worked == (NOTHING if before == NOTHING else MADE), report
        assert report["faults_before"] == report["faults"] == [], report
        seen.add((death.change, before["number"], bool(before["files"])))
    assert {(number, begun) for _change, number, begun in seen} == {
        (0, False),
        (0, True),
        (1, True),
    }
    assert {"fsync", "link", "replace", "commit"} <= {change for change, *_rest in seen}


def _each_has_one(home: Path) -> None:
    """One agreement for each of the twenty, its files stored once, and nothing is wrong."""
    report = found(home)
    files = [["docx", 1, "stored"], ["pdf", 1, "stored"]]
    once = [["issued", files, ["create", "standard", "issue"]]]
    assert report["people"] == [once] * HIRED
    assert report["job"] == ["done", HIRED, 0]
    assert report["faults"] == []


def test_agreements_for_twenty_survive_a_worker_that_dies_again_and_again(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    """I6: one agreement each, one version each, however often the work began anew."""
    home = copied(base, tmp_path / "company")
    undertaker.done("making.hire", home)
    deaths = 0
    while not undertaker.ended("making.issue", home, STRIDE, deaths):
        deaths += 1
        assert deaths < 100, "never done"
    assert deaths > HIRED / 2
    undertaker.done("making.issued", home)
    _each_has_one(home)
    assert told(home) == []


def test_a_worker_that_is_told_to_end_leaves_the_twenty_between_two_groups(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    """Nobody waits for five hundred agreements to end a worker, and none is made twice."""
    home = copied(base, tmp_path / "company")
    undertaker.done("making.hire", home)
    undertaker.done("making.issue_till_told", home)
    assert found(home) == {"state": "ready", "done": AT_ONCE, "attempts": 0}
    undertaker.done("making.issue", home, 0)
    undertaker.done("making.issued", home)
    _each_has_one(home)
