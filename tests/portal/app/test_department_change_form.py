"""A change of a department is entered from how the department is now, and of that one alone."""

from __future__ import annotations

import pytest

from tests.portal.app.test_heads_by_two import NEW, asked, change, ident, place


@pytest.mark.parametrize("more", ["", "?department_id=", "?department_id=99999999", "?x=1"])
def test_without_a_department_the_form_does_not_begin(app, browser, more):
    """Empty head and place would be proposed as the new ones by whoever does not look twice."""
    hr = browser("hr")
    answer = hr.get(f"{NEW}{more}")
    assert (answer.status_code, answer.location) == (302, "/organization/department/")
    assert "部門異動請由該部門的頁面提出" in hr.get(answer.location).text


def test_a_draft_goes_on_where_it_was(app, browser):
    assert browser("hr").get(f"{NEW}?draft=1").status_code == 200


def test_what_began_with_one_department_is_sent_for_no_other(app, browser):
    form, other = f"{NEW}?department_id={ident('SAL-B')}", str(ident("FIN"))
    typed = {"department": other, "parent": "", "head": "", "reason": "只此一次"}
    answer = browser("hr").send(form, form, **typed)
    assert answer.status_code == 422
    assert "只此一次" in answer.text
    assert asked(browser, "hr", "SAL-B", head="").status_code == 302


def test_a_change_stays_with_its_department(app, browser):
    one = change(browser, "hr", "SAL-B", head="")
    edit = f"/organization/department_change/edit/?id={one}"
    typed = {"department": str(ident("FIN")), "parent": "", "head": "", "version": "1"}
    assert browser("hr").send(edit, edit, **typed).status_code == 422
    assert place("FIN")[1] is not None
