"""Numbers as people type them: without marks, without noughts, small, in full width."""

from __future__ import annotations

import pytest

from portal.kernel.numbering import Pattern, ways

YEARLY, PLAIN = Pattern("SO"), Pattern("KH", 5, yearly=False)


@pytest.mark.parametrize(
    ("pattern", "typed", "number"),
    [
        (YEARLY, "SO-2026-000001", "SO-2026-000001"),
        (YEARLY, "so2026000001", "SO-2026-000001"),
        (YEARLY, "so-2026-1", "SO-2026-000001"),
        (YEARLY, "so2026120", "SO-2026-000120"),
        (YEARLY, "SO-2026-0000", None),
        (YEARLY, "SO-2026-0000001", None),
        (YEARLY, "SOX2026000001", None),
        (YEARLY, "SO-3026-1", None),
        (PLAIN, "kh12", "KH-00012"),
        (PLAIN, "KH-00012", "KH-00012"),
        (PLAIN, "kh-2026-1", None),
    ],
)
def test_a_number_is_known_however_it_is_typed(pattern, typed, number):
    assert pattern.written(typed) == number


def test_what_was_typed_is_looked_for_as_well():
    assert ways("ＳＯ２０２６１") == ["ＳＯ２０２６１", "SO20261", "SO-2026-000001"]
    assert ways("SO-2026-00001") == ["SO-2026-00001", "SO-2026-000001"]
    assert ways("雲端") == ["雲端"]
