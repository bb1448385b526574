"""Fee terms that cannot be read are told at the form, whatever the model and however the tiers end."""

from __future__ import annotations

import pytest

from portal.chapters.sales import fees

OPEN_TIER = {"tiers": [{"low": "0", "high": "", "rate": "5"}]}


@pytest.mark.parametrize("cap", ["abc", "", "-1", "NaN", "9" * 30])
def test_a_cap_above_an_open_tier_needs_an_amount(cap):
    """The usual case: what is kept is printed on the contract's page and on the paper (R3.3.1)."""
    terms = OPEN_TIER | {"cap_on": True, "cap_amount": cap}
    told = [str(problem) for problem in fees.problems("commission", terms, None, None)]
    assert told == ["The cap needs an amount."]


def test_a_cap_with_an_amount_and_none_at_all_are_right():
    for more in ({"cap_on": True, "cap_amount": "800,000"}, {"cap_on": False}):
        assert list(fees.problems("commission", OPEN_TIER | more, None, None)) == []
