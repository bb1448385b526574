"""An identity number belongs to one employee, and who has it is told to nobody who may not know."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.kernel import access
from portal.kernel.audit import AuditPayload
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Invalid
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee, identity_mark
from tests.portal.web.record_view.conftest import sent_back, words

NEW, DETAILS = "/organization/employee/new/", "/organization/employee/details/?id="
SOMEBODY = {"name": "新同事", "locale": "zh_Hant", "jurisdiction": "taiwan"}


def person(username):
    with access.acting_as(access.SYSTEM):
        account = session().scalars(select(UserAccount).filter_by(username=username)).one()
        employee = session().get_one(Employee, account.employee_id)
        found = employee.id, employee.name, employee.no, employee.id_no
    remove_session()
    return found


def place():
    with access.acting_as(access.SYSTEM):
        one = session().scalars(select(Employee)).first()
        found = {"department": one.department_id, "position": one.position_id}
    remove_session()
    return found


def entered(company, who, number, **typed):
    browser = company.as_person(who)
    return browser.post(NEW, browser.fields(NEW) | SOMEBODY | place() | typed | {"id_no": number})


def spelled(number):
    """The same number as other keyboards and hands write it: wide, small, with gaps."""
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number[:4].lower())
    return f" {wide}-{number[4:7]} {number[7:]} "


def test_the_number_of_another_is_refused_at_its_field(company):
    _id, name, no, number = person("sales_a")
    answer = entered(company, "hr", spelled(number))
    assert answer.status_code == 422
    assert f"{name} ({no}) has this identity number already." in words(answer)
    assert 'id="id_no-error"' in answer.text
    assert sent_back(answer)["name"] == SOMEBODY["name"]
    assert entered(company, "hr", "Z999999999").status_code == 302


def test_who_may_not_know_the_number_learns_not_whose_it_is(company):
    _id, name, no, number = person("sales_a")
    answer = entered(company, "admin", number)
    assert answer.status_code == 422
    assert "Another employee has this identity number already." in words(answer)
    assert name not in answer.text
    assert no not in answer.text


def test_a_number_stays_with_its_person_and_moves_to_no_other(company):
    browser, (ident, *_rest) = company.as_person("hr"), person("ops")
    edit = f"/organization/employee/edit/?id={ident}"
    assert browser.post(edit, browser.fields(edit) | {"mobile": "0911"}).status_code == 302
    answer = browser.post(edit, browser.fields(edit) | {"id_no": person("sales_a")[3]})
    assert answer.status_code == 422
    assert "has this identity number already" in words(answer)
    assert company.row(Employee, ident).id_no == person("ops")[3]


def test_who_comes_back_is_entered_with_the_number_they_have(company):
    """Nothing leads back from "left"; a person who returns gets an entry of their own."""
    ident, _name, _no, number = person("sales_a")
    with access.acting_as(access.SYSTEM), transaction():
        Employee.workflow.advance(session().get_one(Employee, ident), "leave", automatic=True)
    assert entered(company, "hr", number).status_code == 302
    assert entered(company, "hr", number).status_code == 422


def test_two_entered_in_one_go_do_not_share_a_number(company):
    where = {f"{name}_id": ident for name, ident in place().items()}
    with (
        access.acting_as(access.SYSTEM),
        pytest.raises(Invalid, match="Another employee has this identity number"),
        transaction(),
    ):
        session().add_all(Employee(name=n, id_no="Z1", **where) for n in ("甲", "乙"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A123456(3)", "a123456（3）"),
        ("330102199001011234", "３３０１０２ 19900101 1234"),
        ("A123456789", "\ufeffA123\u200b456\u00ad789"),  # as copied from a page or a PDF
        ("A123456789", "A123·456−789"),
    ],
)
def test_one_number_is_known_however_it_is_written(company, one, other):
    assert entered(company, "hr", one).status_code == 302
    assert entered(company, "hr", other).status_code == 422


def test_what_only_looks_like_a_number_is_nobodys(company):
    assert entered(company, "hr", " - ").status_code == 302
    assert entered(company, "hr", "-").status_code == 302


def test_the_fingerprint_stands_on_no_page_and_in_no_log(company):
    ident, _name, _no, number = person("sales_a")
    browser, edit = company.as_person("hr"), f"/organization/employee/edit/?id={ident}"
    assert browser.post(edit, browser.fields(edit) | {"id_no": "Z123456789"}).status_code == 302
    marks = {identity_mark(number), identity_mark("Z123456789")}
    with access.acting_as(access.SYSTEM):
        kept = session().get_one(Employee, ident).id_no_hmac
        told = "".join(session().scalars(select(AuditPayload.body)))
    remove_session()
    assert kept in marks
    for page in (
        edit,
        f"{DETAILS}{ident}",
        f"/organization/employee/history/?id={ident}",
        "/organization/employee/export/?format=csv",
    ):
        told += browser.get(page).text
    assert "hmac" not in told
    told += browser.get("/organization/employee/?columns=id_no_hmac&sort=id_no_hmac").text
    assert not any(mark in told for mark in marks)
