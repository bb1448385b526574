"""Two people, or one person's two clicks, at the same moment: one effect, the other is told so (I6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.sales.models import Contract
from portal.documents.models import DocumentVersion, Original, SigningEvent
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from portal.organization.models import Employee
from tests.company import config_on
from tests.faults import making
from tests.faults.dying import copied
from tests.faults.installation import faults, work
from tests.faults.web import Office, opened
from tests.shown import as_shown

pytestmark = [pytest.mark.faults, pytest.mark.office]
Click = Callable[[], TestResponse]


@pytest.fixture
def office(base: Path, tmp_path: Path, database_url: str) -> Iterator[Office]:
    """The company on SQLite and on PostgreSQL, its papers made without the office suite."""
    home = copied(base, tmp_path / "company")
    config = config_on(home, database_url)
    with opened(home, config) as found:
        making.without_office()
        yield found


def at_once(*clicks: Click) -> list[TestResponse]:
    """Every click in a thread of its own, all at the same moment."""
    start = Barrier(len(clicks))

    def act(click: Click) -> TestResponse:
        start.wait()
        return click()

    with ThreadPoolExecutor(len(clicks)) as hands:
        return list(hands.map(act, clicks))


def codes(answers: list[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def led(answers: list[TestResponse]) -> bool:
    """Whether every click led on, and all to the same place."""
    places = {answer.location for answer in answers}
    return all(answer.status_code in (302, 303) for answer in answers) and len(places) == 1


def form_on(browser: FlaskClient, page: str, marked: str) -> dict[str, Any]:
    """The fields of the page's form that has a field or an address called `marked`, as they stand."""
    forms = lxml.html.fromstring(browser.get(page).text).forms
    form = next(f for f in forms if marked in f.fields or marked in str(f.action))
    return {name: value for name, value in form.fields.items() if value is not None}


def sender(office: Office, name: str, page: str, fields: dict[str, Any]) -> Click:
    browser = office.visitor(name)
    return lambda: browser.post(page, data=fields)


def count(*what: Any) -> int:
    with access.acting_as(access.SYSTEM):
        found = session().scalar(select(func.count()).select_from(what[0]).where(*what[1:]))
    remove_session()
    return found or 0


def steps(kind: str, ident: int, action: str) -> int:
    """How often the log says that this happened to a record."""
    return count(
        AuditEvent,
        AuditEvent.object_type == kind,
        AuditEvent.object_id == ident,
        AuditEvent.action == action,
    )


def approval(office: Office) -> tuple[str, dict[str, Any]]:
    contract = office.ids["contract"]["review"]
    door = f"/approvals/contract/{contract}/decide"
    paper = f"/papers/{office.ids['document']['review']}"
    return door, form_on(office.visitor("legal"), paper, door) | {"answer": "approved"}


def test_two_approve_at_once(office: Office) -> None:
    door, fields = approval(office)
    fields.pop("form_token")
    both = at_once(*[sender(office, "legal", door, fields) for _person in range(2)])
    assert codes(both) == [303, 409]
    assert steps("contract", office.ids["contract"]["review"], "approve_approved") == 1


def test_the_second_click_on_approve_leads_where_the_first_did(office: Office) -> None:
    door, fields = approval(office)
    both = at_once(*[sender(office, "legal", door, fields) for _click in range(2)])
    assert led(both)
    assert steps("contract", office.ids["contract"]["review"], "approve_approved") == 1


def test_two_bring_a_signed_copy_at_once(office: Office) -> None:
    tokens = ("the-token-of-one-form", "the-token-of-another")
    both = at_once(*[lambda t=token: office.upload(t) for token in tokens])  # type: ignore[misc]
    assert codes(both) == [202, 409]
    work()
    paper = office.ids["document"]["signing"]
    scans = (DocumentVersion.document_id == paper, DocumentVersion.kind == "signed_scan")
    assert count(DocumentVersion, *scans, DocumentVersion.state == "stored") == 1
    assert steps("document", paper, "signed_copy_stored") == 1
    assert faults(office.home) == []


def test_the_second_click_on_the_upload_finds_the_firsts_job(office: Office) -> None:
    both = at_once(office.upload, office.upload)
    assert codes(both) == [202, 202]
    assert len({answer.headers["Location"] for answer in both}) == 1
    work()
    assert steps("document", office.ids["document"]["signing"], "signed_copy_stored") == 1
    assert list((office.home / "var/incoming").iterdir()) == []


def test_two_save_the_same_record_at_once(office: Office) -> None:
    page = f"/sales/contract/edit/?id={office.ids['contract']['draft_a']}"
    fields = form_on(office.visitor("sales_a"), page, "version")
    fields.pop("form_token")
    both = at_once(
        *[sender(office, "sales_a", page, fields | {"title": title}) for title in ("甲案", "乙案")]
    )
    assert codes(both) == [302, 409]
    assert count(Contract, Contract.title.in_(("甲案", "乙案"))) == 1


def test_the_second_click_on_create_makes_no_second_contract(office: Office) -> None:
    page = "/sales/contract/new/"
    old = f"/sales/contract/edit/?id={office.ids['contract']['draft_a']}"
    browser = office.visitor("sales_a")
    fields = form_on(browser, old, "version") | {"title": "只此一件"}
    fields |= {"form_token": form_on(browser, page, "form_token")["form_token"]}
    fields.pop("version")
    both = at_once(*[sender(office, "sales_a", page, fields) for _click in range(2)])
    assert led(both)
    assert count(Contract, Contract.title == "只此一件") == 1


def test_the_second_click_on_generate_makes_no_second_version(office: Office) -> None:
    contract = office.ids["contract"]["draft_a"]
    page = f"/papers/make/contract/{contract}"
    fields = form_on(office.visitor("sales_a"), page, "form_token") | {"act": "generate"}
    both = at_once(*[sender(office, "sales_a", page, fields) for _click in range(2)])
    assert led(both), [answer.text for answer in both]
    again = form_on(office.visitor("sales_a"), page, "form_token") | {"act": "generate"}
    again.pop("form_token")
    both = at_once(*[sender(office, "sales_a", page, again) for _click in range(2)])
    assert set(codes(both)) <= {303, 409}  # whoever came second may meet the first one's version
    assert 303 in codes(both)
    work()
    with access.acting_as(access.SYSTEM):
        paper = session().get_one(Contract, contract).document_id
    remove_session()
    assert count(DocumentVersion, DocumentVersion.document_id == paper) == 2  # Word and PDF


def test_two_take_the_same_step_at_once(office: Office) -> None:
    ident = office.ids["confidentiality_agreement"]["employee"]
    door = "/confidentiality/confidentiality_agreement/advance/"
    fields = as_shown(door, {"id": ident, "step": "standard", "from": "details"})
    both = at_once(*[sender(office, "hr", door, fields) for _click in range(2)])
    assert codes(both) == [302, 409]
    assert steps("confidentiality_agreement", ident, "standard") == 1


def test_the_seal_is_asked_for_and_used_once(office: Office) -> None:
    paper = office.ids["document"]["approved"]
    ask = {"purpose": "簽約", "seal_kind": "company", "copies": "2", "places": "1"}
    door = f"/papers/{paper}/seal-request"
    both = at_once(*[sender(office, "sales_a", door, ask) for _click in range(2)])
    assert codes(both) == [303, 409]
    assert count(SigningEvent, SigningEvent.document_id == paper) == 1
    with access.acting_as(access.SYSTEM):
        seal = session().scalars(select(SigningEvent).filter_by(document_id=paper)).one().id
    remove_session()
    work()
    door = f"/approvals/signing_event/{seal}/decide"
    page = f"/documents/signing_event/details/?id={seal}"
    yes = form_on(office.visitor("exec"), page, door) | {"answer": "approved"}
    assert office.visitor("exec").post(door, data=yes).status_code == 303
    used = {
        "copies": "2",
        "spoiled": "0",
        "sealed_on": clock.today().isoformat(),
        "holder": ["法務", "客戶"],
        "place": ["A 櫃", "客戶"],
        "count": ["1", "1"],
    }
    both = at_once(*[sender(office, "seal", f"/papers/seal/{seal}", used) for _click in range(2)])
    assert codes(both) == [303, 409]
    assert count(Original, Original.document_id == paper) == 2
    assert steps("signing_event", seal, "seal") == 1


def test_agreements_issued_twice_are_issued_once(office: Office) -> None:
    making.hire_people()
    page = "/confidentiality/issue/"
    browser = office.visitor("hr")
    token = form_on(browser, page, "form_token")["form_token"]
    with access.acting_as(access.SYSTEM):
        people = list(session().scalars(select(Employee.id).where(Employee.name.like("新人%"))))
    remove_session()
    fields = {"employee": people, "form_token": token}
    both = at_once(*[sender(office, "hr", page, fields) for _click in range(2)])
    assert led(both)
    again = sender(office, "hr", page, {"employee": people})()  # without a token: a second job
    assert again.location != both[0].location
    at_once(*[lambda: work() or again for _worker in range(2)])  # type: ignore[func-returns-value]
    theirs = ConfidentialityAgreement.employee_id.in_(people)
    assert count(ConfidentialityAgreement, theirs) == len(people)
    assert count(
        ConfidentialityAgreement, theirs, ConfidentialityAgreement._state == "issued"
    ) == len(people)
    with access.acting_as(access.SYSTEM):
        papers = list(session().scalars(select(ConfidentialityAgreement.document_id).where(theirs)))
        said = [(j.state, j.error) for j in session().query(Job).filter_by(kind="agreements.issue")]
    remove_session()
    assert count(DocumentVersion, DocumentVersion.document_id.in_(papers)) == 2 * len(people), said


def test_the_pictures_of_one_opening_are_one_line_of_its_log(office: Office) -> None:
    """A page asks for its pictures side by side (R8.1.3)."""
    paper = office.ids["document"]["signed"]
    before = steps("document", paper, "opened")
    browsers = [office.visitor("exec") for _picture in range(6)]
    pictures = at_once(
        *[
            lambda b=b: b.get(f"/papers/{paper}/pdf/1/1.webp")  # type: ignore[misc]
            for b in browsers
        ]
    )
    assert set(codes(pictures)) == {200}
    assert steps("document", paper, "opened") == before + 1
