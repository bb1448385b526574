"""On a phone a row is a card: its first column leads it, each other has the place of its kind."""

from __future__ import annotations

import pytest

from portal.web.record_view.row_cards import places


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("no:text title:text state:state total:money", "lead head corner sum"),
        ("name:text region:choice level:choice owner:person", "head sub lead rest"),
        ("at:moment due:date who:person what:text", "head when rest sub"),
        ("a:text b:text c:text d:text e:text", "head sub lead rest rest"),
        ("no:text total:money rate:number on:bool", "lead sum rest rest"),
    ],
)
def test_each_column_has_one_place(columns, expected):
    given = [tuple(one.split(":")) for one in columns.split()]
    assert list(places(given).values()) == expected.split()
