"""A new kind of record is about 25 lines, and all its pages work (R1.4)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from portal.web.record_view import view

HERE = Path(__file__).parent
ROOT = Path(view.__file__).parents[3]


def test_a_new_kind_of_record_works_from_form_to_sheet(database_url, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-m",
            "tests.portal.web.record_view.visiting",
            database_url,
            str(tmp_path / "var"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_it_takes_about_25_lines():
    text = (HERE / "visits.py").read_text(encoding="utf-8")
    inside = text.partition(": begin\n")[2].partition("# -- the whole")[0]
    assert len([line for line in inside.splitlines() if line.strip()]) <= 25
