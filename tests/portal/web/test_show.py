"""How values look: a time limit at the end of a day is told as that day's, in the company's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.web import show


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 12, 1, 16, tzinfo=UTC), "2026-12-01 24:00"),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), "2026-12-31 24:00"),
        (datetime(2026, 12, 1, 15, 59, tzinfo=UTC), "2026-12-01 23:59"),
        (datetime(2026, 12, 1, 16, 1, tzinfo=UTC), "2026-12-02 00:01"),
        (None, "—"),
    ],
)
def test_the_end_of_a_working_day_is_told_as_that_day(at, said):
    """A request of a Saturday with 48 hours ends with the Tuesday, not as the Wednesday begins (A06)."""
    assert show.deadline(at) == said
