"""Tables of rows on a form: what is typed into a row comes back, and no row is left out in silence."""

from __future__ import annotations

import pytest

from portal.web.record_view.structured import MOST_ROWS
from tests.portal.app.typed import forms_in, page_of, shown_again

NEW = "/organization/approval_rule/new/"


@pytest.fixture
def form(browser):
    """A browser of the administrator, and the form of a new approval rule."""
    one = browser("admin")
    (found,) = (f for f in forms_in(NEW, page_of(one.get(NEW))) if "form_token" in f.values)
    return one, found


def test_the_row_that_is_added_is_a_row_of_the_form(form):
    """The pattern of a row sends nothing by itself; what the page's script makes of it does."""
    _one, found = form
    assert "value" not in found.values
    assert "condition-0-value" in found.texts


def test_what_was_typed_in_a_row_comes_back(form):
    one, found = form
    typed = found.typed(**{"condition-0-value": "not a sum", "sla_hours": "soon"})
    answer = one.client.post(NEW, data=typed)
    assert answer.status_code == 422
    assert shown_again(page_of(answer))["condition-0-value"] == {"not a sum"}


def test_one_row_too_many_is_said_instead_of_lost(form):
    one, found = form
    rows = {f"condition-{at}-value": f"row {at}" for at in range(MOST_ROWS + 1)}
    answer = one.client.post(NEW, data=found.typed(**rows))
    assert answer.status_code == 422
    assert f"最多 {MOST_ROWS} 列" in answer.text
    shown = shown_again(page_of(answer))
    assert all(shown[name] == {value} for name, value in rows.items())
