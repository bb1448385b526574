"""kill -9 at every change of the disk and the database, from the upload to the found signed copy (B.2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.dying import Undertaker

pytestmark = [pytest.mark.faults, pytest.mark.office]

#: The paper's state, its bytes as they were sent, found by a word in them, one job that is done.
DONE = ("signed", [True], True, ["done"])


def test_a_signed_copy_survives_a_kill_at_every_write(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    """0 acknowledged writes lost, nothing half done shown as done, repeating works, doctor is clean."""
    seen = set()
    for death in undertaker.deaths(base, tmp_path, "signing.sign"):
        undertaker.done("signing.come_back", death.home)
        report = json.loads((death.home / "report.json").read_text())
        check(report, promised=bool(death.told))
        before = report["before"]
        seen.add((death.change, bool(death.told), before["paper"], before["found"]))
    changes, promised, papers, found = map(set, zip(*seen, strict=True))
    assert changes == {"fsync", "link", "rename", "replace", "commit", "committed"}
    assert promised == found == {True, False}
    assert papers == {"out_for_signature", "signed"}


def check(report: dict[str, Any], *, promised: bool) -> None:
    """I1: what was promised is there. I2: signed means stored. I3: no half state is shown as done."""
    before, worked, repeated = report["before"], report["worked"], report["repeated"]
    assert before["scans"] or not promised, report

    assert before["paper"] in ("out_for_signature", "signed"), report
    signed = before["paper"] == "signed"
    assert (before["contract"] == "signed") == (before["whole"] == [True]) == signed, report
    assert signed or not before["found"], report

    settled = worked["paper"], worked["whole"], worked["found"], worked["jobs"]
    assert settled == DONE if before["scans"] else worked == before, report

    again = repeated["paper"], repeated["whole"], repeated["found"], repeated["jobs"]
    assert again == DONE, report
    assert report["faults_before"] == report["faults"] == report["faults_repeated"] == [], report
    assert (report["left_over"], report["swept"]) == ([], 0), report


def test_a_promise_made_too_early_would_be_noticed(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    """The check above finds a planted fault: an answer given before the row was committed."""
    with pytest.raises(AssertionError):
        for death in undertaker.deaths(base, tmp_path, "signing.sign_hastily"):
            undertaker.done("signing.come_back", death.home)
            report = json.loads((death.home / "report.json").read_text())
            check(report, promised=bool(death.told))
