"""Values by dotted path."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doc_templates.manifest import nested

NAMES = st.text("abc", min_size=1, max_size=2)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)


@given(PATHS, st.integers())
def test_what_is_put_is_found(path: str, value: int) -> None:
    values: nested.Values = {"a": 5, "b": {"c": 1}}
    nested.put(values, path, value)
    assert nested.get(values, path) == value


def test_ways_that_end_before_give_nothing() -> None:
    values = {"a": {"b": 1}, "rows": [{"x": 1}, "no row", {"y": 2}]}
    assert nested.get(values, "a.b.c") is None
    assert nested.get(values, "z.b") is None
    assert nested.get(values, "a[].b") == []
    assert nested.get(values, "rows[].x") == [1, None, None]
    assert nested.get(values, "rows[]") == values["rows"]
    assert [number for number, _row in nested.rows(values, "rows")] == [1, 3]
