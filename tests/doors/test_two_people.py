"""Duties of different people, at every door and also for whoever holds every role: power, review, seal."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from portal.chapters.sales.models import Contract
from portal.documents.models import SigningEvent
from portal.documents.signing import seal_requests
from portal.engines.approval import rounds
from portal.kernel import access, clock
from portal.kernel.db import remove_session, session, transaction
from portal.organization.accounts import RoleGrant, UserAccount
from portal.seed import walk
from tests.doors import bound
from tests.doors.company import Company
from tests.portal.web.record_view.conftest import sent_back

pytestmark = pytest.mark.office
#: What needs two people -> the address of its empty form, and what is typed into it.
POWER: dict[str, tuple[str, dict[str, str]]] = {
    "role_grant": ("", {"user": "3", "role": "ops", "reason": "試"}),
    "approval_rule": ("", {"subject_type": "contract", "role": "legal", "step_no": "9"}),
    "department_change": ("", {"department": "8", "head": "12", "reason": "試"}),
    "setting": ("?key=grant.most_days", {"value": "20", "source": "決議"}),
}
#: The field by which others change it after that.
FURTHER = {"department_change": "reason"}
REFUSED = {403, 409}


def hold(company: Company, name: str, *roles: str) -> None:
    """Give a person roles, past every door that would keep some of them apart."""
    with access.acting_as(access.SYSTEM), transaction():
        for role in roles:
            session().add(
                RoleGrant(
                    user_id=company.people[name].account,
                    role=role,
                    reason="試",
                    valid_from=date(2024, 1, 1),
                    _state="confirmed",
                )
            )
    remove_session()


def state(company: Company, kind: str, ident: int) -> str:
    """How a row stands."""
    return dict(bound.every(company.file, kind))[ident]["status"]


def entered(company: Company, name: str, kind: str, **more: str) -> int:
    """Somebody proposes it, naming others as who did and as who confirmed; its id."""
    query, typed = POWER[kind]
    visitor, other = company.visitor(name), company.people["chairman"].account
    address = f"/organization/{kind}/new/{query}"
    borrowed = {
        **dict.fromkeys(
            ("created_by_id", "updated_by_id", "confirmed_by_id", "confirmed_by"), other
        ),
        **dict.fromkeys(("state", "_state", "status"), "confirmed"),
    }
    answer = visitor.send(
        address, **{**sent_back(visitor.get(address)), **typed, **borrowed, **more}
    )
    assert answer.status_code == 302, answer.text
    ident = max(one for one, _line in bound.every(company.file, kind))
    line = dict(bound.every(company.file, kind))[ident]
    assert (line["status"], line["created_by_id"]) == ("proposed", company.people[name].account)
    assert line.get("confirmed_by_id") is None
    return ident


def confirmed(company: Company, name: str, kind: str, ident: int) -> bool:
    """Whether somebody succeeds in confirming it, by its page or by the list, as whomever they say."""
    at = f"/organization/{kind}/advance/"
    borrowed = {"created_by_id": "1", "updated_by_id": "1", "account_id": "1"}
    for more in ({"from": "details"}, {}):
        sent: dict[str, Any] = {"id": ident, "step": "confirm", "reason": "試", **borrowed, **more}
        company.visitor(name).send(at, **sent)
    return state(company, kind, ident) == "confirmed"


@pytest.mark.parametrize("kind", POWER)
def test_whoever_proposed_or_changed_power_does_not_confirm_it(own_company: Company, kind: str):
    """Also with both roles, and when others changed it after them; somebody else does."""
    hold(own_company, "hr_head", "management")
    for name in ("exec", "chairman", "finance_mgr"):
        hold(own_company, name, "admin", "management")
    ident = entered(own_company, "exec", kind)
    assert not confirmed(own_company, "exec", kind, ident)
    for name, day in (("chairman", "2026-01-05"), ("finance_mgr", "2026-01-06")):
        typed = {FURTHER.get(kind, "valid_from"): day}
        typed_again(own_company, name, f"/organization/{kind}/edit/?id={ident}", **typed)
    for name in ("exec", "chairman", "finance_mgr"):
        assert not confirmed(own_company, name, kind, ident), name
    assert confirmed(own_company, "hr_head", kind, ident)


def typed_again(company: Company, name: str, address: str, **typed: str) -> None:
    """Somebody changes a record by its form."""
    visitor = company.visitor(name)
    page = visitor.get(address)
    seen = re.search(r'name="version" value="(\d+)"', page.text)
    assert seen, page.text
    answer = visitor.send(address, **{**sent_back(page), "version": seen[1], **typed})
    assert answer.status_code == 302, answer.text


def test_nobody_confirms_a_role_of_their_own(own_company: Company):
    own = str(own_company.people["finance_mgr"].account)
    hold(own_company, "finance_mgr", "management")
    ident = entered(own_company, "admin", "role_grant", user=own)
    assert not confirmed(own_company, "finance_mgr", "role_grant", ident)
    assert confirmed(own_company, "exec", "role_grant", ident)


EVERY = (
    "legal",
    "legal_head",
    "sales_head",
    "finance_head",
    "management",
    "chairman",
    "seal_keeper",
)


@pytest.mark.parametrize("answer", ["approved", "returned"])
def test_the_drafter_reviews_nothing_whatever_roles_they_hold(own_company: Company, answer: str):
    hold(own_company, "sales_a", *EVERY)
    ident = own_company.ids["contract"]["review"]
    with access.acting_as(access.SYSTEM):
        seen = rounds.content_now(session().get_one(Contract, ident))
    sent = {"answer": answer, "content": seen, "comment": "試"}
    at = f"/approvals/contract/{ident}/decide"
    assert own_company.visitor("sales_a").send(at, **sent).status_code == 403
    for step in ("pass", "ask_changes"):
        typed = {"id": ident, "step": step, "reason": "試", "from": "details"}
        own_company.visitor("sales_a").send("/sales/contract/advance/", **typed)
    assert state(own_company, "contract", ident) == "legal_review"
    assert own_company.visitor("legal").send(at, **sent).status_code == 303


def test_who_typed_a_term_of_it_does_not_review_it(own_company: Company):
    """Legal may change a contract, but then somebody else of Legal approves, whoever changed it later."""
    ident = own_company.ids["contract"]["changes"]
    at = f"/sales/contract/edit/?id={ident}"
    typed_again(own_company, "legal", at, payment_days="40")
    typed_again(own_company, "sales_a", at, notice_days="70")
    with access.acting_as(access.SYSTEM):
        owner = session().get_one(UserAccount, own_company.ids["users"]["sales_a"])
        contract = session().get_one(Contract, ident)
    walk.generate({"sales_a": owner}, "sales_a", contract)  # the paper says what they typed
    submitting = {"id": ident, "step": "submit", "from": "details"}
    own_company.visitor("sales_a").send("/sales/contract/advance/", **submitting)
    assert state(own_company, "contract", ident) == "legal_review"
    with access.acting_as(access.SYSTEM):
        seen = rounds.content_now(session().get_one(Contract, ident))
    answer, door = {"answer": "approved", "content": seen}, f"/approvals/contract/{ident}/decide"
    assert own_company.visitor("legal").send(door, **answer).status_code == 403
    assert own_company.visitor("legal_head").send(door, **answer).status_code == 303


def seal_asked(company: Company) -> tuple[int, str]:
    """The owner asks for the seal on the approved contract; the request and what it is for."""
    with access.acting_as(access.SYSTEM):
        ids = company.ids["users"]
        accounts = {n: session().get_one(UserAccount, ids[n]) for n in ("sales_a", "exec")}
    with walk.person(accounts, "sales_a"):
        contract = session().get_one(Contract, company.ids["contract"]["approved"])
        event = seal_requests.request_seal(contract, seal_requests.Asked(purpose="簽約", copies=1))
        found = event.id, event.content_sha256
    remove_session()
    return found


def test_drafter_and_reviewer_do_not_hold_the_seal(own_company: Company):
    """Nor does whoever asked for the seal decide on it."""
    for name in ("sales_a", "legal"):
        hold(own_company, name, "seal_keeper", "management")
    ident, content = seal_asked(own_company)
    at_decision = f"/approvals/signing_event/{ident}/decide"
    answer = {"answer": "approved", "content": content}
    assert own_company.visitor("sales_a").send(at_decision, **answer).status_code == 403
    assert own_company.visitor("exec").send(at_decision, **answer).status_code == 303
    today = clock.today().isoformat()
    used = {"copies": "1", "sealed_on": today, "holder": "法務", "place": "櫃", "count": "1"}
    for name in ("sales_a", "legal"):
        status = own_company.visitor(name).send(f"/papers/seal/{ident}", **used).status_code
        assert status in REFUSED, name
        own_company.visitor(name).send(
            "/documents/signing_event/advance/", id=ident, step="seal", **{"from": "details"}
        )
        assert state(own_company, "signing_event", ident) == "approved"
    keeper = own_company.visitor("seal").send(f"/papers/seal/{ident}", **used)
    assert keeper.status_code == 303, keeper.text
    with access.acting_as(access.SYSTEM):
        assert session().get_one(SigningEvent, ident).state == "done"


def test_nobody_grants_access_to_themselves(own_company: Company):
    own = own_company.people["legal_head"].employee
    typed = {"grantee": own, "days": "3", "purpose": "試", "rights": "view"}
    at = f"/papers/{own_company.ids['document']['review']}/grant"
    before = len(bound.every(own_company.file, "access_grant"))
    assert own_company.visitor("legal_head").send(at, **typed).status_code == 403
    assert len(bound.every(own_company.file, "access_grant")) == before


def test_a_planted_guard_that_forgets_who_proposed_is_found(
    own_company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portal.engines.approval.rules.by_another", lambda _rule: ())
    hold(own_company, "exec", "admin")
    ident = entered(own_company, "exec", "approval_rule")
    assert confirmed(own_company, "exec", "approval_rule", ident)
