"""kill -9 while papers that rose in class are encrypted: nothing is lost, nothing stays plain (R8.1.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.dying import Undertaker, copied

pytestmark = [pytest.mark.faults, pytest.mark.office]

#: Changes between two deaths: as good as any number that is no multiple of a file's own.
STRIDE = 11


def test_what_rises_is_encrypted_whatever_kills_the_worker(
    undertaker: Undertaker, base: Path, tmp_path: Path
) -> None:
    lying_open = copied(base, tmp_path / "open")
    undertaker.done("sealing.lie_open", lying_open)
    seen = set()
    for death in undertaker.deaths(lying_open, tmp_path, "sealing.rise", step=STRIDE):
        undertaker.done("sealing.come_back", death.home)
        report = json.loads((death.home / "report.json").read_text())
        check(report, risen=bool(death.told))
        seen.add((still_plain(report), bool(death.told)))
    assert {told for _plain, told in seen} == {True, False}
    assert len({plain for plain, _told in seen}) > 2  # also between two files


def check(report: dict[str, Any], *, risen: bool) -> None:
    """Both papers are as they were, or encrypted whole; in between nobody finds them.

    `risen`: somebody was told that they rose.
    """
    before, worked = ({one[1] for one in report[when]} for when in ("before", "worked"))
    risen = risen or before == {"client"}
    if worked == {"client"}:
        # the signed copy's plain form is kept by the store until its day, which the doctor says
        assert [key.partition("/")[0] for key in report["open"]] == ["signed_scan"], report
        assert len(report["known"]) == 1, report
    else:
        assert not risen, report
        assert report["before"] == report["worked"], report
        assert report["known"] == [], report
    assert report["faults"] == [], report


def still_plain(report: dict[str, Any]) -> int:
    """How many files were not encrypted yet when the worker died."""
    return len([one for one in report["before"] if one[1] == "none"])
