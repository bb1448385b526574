"""A finding in words for logs and tests."""

from __future__ import annotations

from doc_templates.manifest import Problem


def test_a_finding_names_what_where_and_how_far() -> None:
    assert (
        str(Problem("E_RANGE", "fee.lines[].qty", 2, "≥ 1"))
        == "E_RANGE fee.lines[].qty in row 2 (≥ 1)"
    )
    assert str(Problem("W_X")) == "W_X"
    assert Problem("E_X").blocks
    assert not Problem("W_X").blocks
