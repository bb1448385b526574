"""Signing in, staying signed in and leaving (R10.1): same words, counted tries, sessions that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from portal.organization import passwords
from portal.organization.accounts import Attempt, SignIn, UserAccount
from portal.organization.services import forget_sign_ins
from portal.organization.sessions import end_sessions
from portal.organization.workflows import ACCOUNT
from portal.seed import people
from tests.portal.app.conftest import PASSWORD, Browser


def account(name: str) -> UserAccount:
    """The account of a seeded person, for whoever acts now."""
    return next(a for a in session().query(UserAccount) if a.username == name)


def test_a_person_signs_in_sees_their_work_and_signs_out(browser):
    one = browser()
    answer = one.sign_in("sales_a")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "林雅婷" in one.get("/").get_data(as_text=True)
    assert one.send("/sign-out", "/profile").location == "/sign-in"
    assert one.get("/").status_code == 302


@pytest.mark.parametrize("typed", ["Sales_A", " SALES_A "])
def test_a_name_is_known_however_its_letters_are_written(browser, typed):
    one = browser()
    assert one.sign_in(typed).status_code == 303
    assert "林雅婷" in one.get("/").get_data(as_text=True)


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(browser):
    cookie = browser().sign_in("sales_a").headers["Set-Cookie"]
    said = [c for c in browser().sign_in("hr").headers.getlist("Set-Cookie") if "portal=" in c]
    assert "HttpOnly" in cookie
    assert said
    assert all("SameSite=Lax" in c for c in said)


def test_signing_out_ends_the_session_itself_not_only_the_cookie(browser):
    one = browser("sales_a")
    kept = one.client.get_cookie("portal").value
    one.send("/sign-out", "/profile")
    one.client.set_cookie("portal", kept)
    assert one.get("/").status_code == 302


def test_wrong_name_wrong_password_and_closed_account_are_refused_in_the_same_words(browser):
    one, said = browser(), set()
    for name, password in (("sales_a", "wrong"), ("nobody", PASSWORD), ("disabled", PASSWORD)):
        answer = one.sign_in(name, password)
        assert answer.status_code == 422
        said.add(answer.get_data(as_text=True).split('role="alert"')[1].split("</div>")[0])
    assert len(said) == 1


def test_an_office_behind_one_address_signs_in_while_guessing_from_it_is_stopped(browser):
    for seat in people.SEATS[:10]:
        assert browser().sign_in(seat.username).status_code == 303
    for _guess in range(60):
        passwords.count_try("ip:127.0.0.1")
    assert browser().sign_in("sales_a").status_code == 429


def test_after_too_many_tries_the_login_says_how_long_to_wait(browser):
    one = browser()
    answers = [one.sign_in("sales_a", "wrong").status_code for _try in range(8)]
    assert set(answers) == {422}
    blocked = one.sign_in("sales_a")  # the right password comes too late
    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= 601
    assert 'name="password"' in blocked.get_data(as_text=True)


def test_a_session_ended_elsewhere_leads_to_the_login_and_back(browser):
    one = browser("sales_a")
    with access.acting_as(access.SYSTEM), transaction():
        end_sessions(account("sales_a").id)
    remove_session()
    answer = one.get("/sales/contract/?state=draft")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/sales/contract/?state%3Ddraft"
    back = one.sign_in("sales_a", next="/sales/contract/?state=draft")
    assert back.location == "/sales/contract/?state=draft"


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ("/sales/contract/new/", "/sign-in?next=/sales/contract/new/"),
        ("/sales/contract/advance/", "/sign-in"),  # nothing to come back to
    ],
)
def test_a_form_sent_after_its_session_ended_leads_back_to_the_form(browser, sent, back):
    one = browser("sales_a")
    with access.acting_as(access.SYSTEM), transaction():
        end_sessions(account("sales_a").id)
    remove_session()
    answer = one.client.post(sent, data={"title": "typed"})
    assert (answer.status_code, answer.location) == (303, back)


def test_a_page_that_was_open_for_long_learns_who_is_signed_in(browser):
    one = browser("sales_a")
    answer = one.get("/here", headers={"Accept": "application/json"})
    with access.acting_as(access.SYSTEM):
        assert answer.json["person"] == account("sales_a").id
    remove_session()
    assert one.client.post("/sign-out", data={"csrf_token": answer.json["csrf"]}).status_code == 303
    assert one.get("/here", headers={"Accept": "application/json"}).status_code == 401


def test_a_locked_account_is_out_at_once(browser):
    one = browser("sales_a")
    with access.acting_as(access.SYSTEM), transaction():
        ACCOUNT.advance(account("sales_a"), "lock", reason="lost laptop", automatic=True)
    remove_session()
    assert one.get("/").status_code == 302


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"]
)
def test_after_signing_in_nobody_is_sent_to_another_site(browser, evil):
    assert browser().sign_in("sales_a", next=evil).location == "/"


def test_scripts_without_a_session_are_told_so_instead_of_being_redirected(browser):
    one = browser()
    data = one.get("/", headers={"Accept": "application/json"})
    assert (data.status_code, data.json["code"]) == (401, 401)
    for method, address in (("GET", "/find?q=a"), ("POST", "/customers/customer/cautions/")):
        part = one.client.open(address, method=method, headers={"HX-Request": "true"})
        assert part.status_code == 401
        assert "HX-Redirect" not in part.headers  # what is typed on the page stays there
        assert (part.headers["HX-Reswap"], part.headers["HX-Trigger"]) == ("none", "session-ended")


def test_a_person_sees_where_they_are_signed_in_and_ends_the_other_session(browser):
    here, there = browser("sales_a"), browser("sales_a")
    page = here.get("/profile").get_data(as_text=True)
    other = page.split('action="/profile/end-session"')[1].split('name="id" value="')[1][:16]
    assert here.send("/profile/end-session", id=other).status_code == 303
    assert there.get("/profile").status_code == 302
    assert here.get("/profile").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(browser, app: Flask):
    one, other = browser("sales_a"), browser("hr")
    with access.acting_as(access.SYSTEM):
        theirs = session().query(SignIn).filter_by(account_id=account("hr").id).one().id_hash
    remove_session()
    one.send("/profile/end-session", id=theirs[:16])
    assert other.get("/profile").status_code == 200


def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(browser):
    here, there = browser("sales_a"), browser("sales_a")
    new = "a long sentence nobody guesses"
    wrong = here.send("/profile/password", current="wrong", fresh=new, again=new)
    assert wrong.status_code == 422
    short = here.send("/profile/password", current=PASSWORD, fresh="short", again="short")
    assert short.status_code == 422
    assert 'id="fresh-error"' in short.get_data(as_text=True)
    for weak in ("aaaaaaaaaaaaaaaa", "123456789012345", "sales_asales_a"):
        guessed = here.send("/profile/password", current=PASSWORD, fresh=weak, again=weak)
        assert guessed.status_code == 422
        assert "一猜即中" in guessed.get_data(as_text=True).partition('id="fresh-error"')[2][:300]
    unlike = here.send("/profile/password", current=PASSWORD, fresh=new, again=new + "!")
    assert unlike.status_code == 422
    assert here.send("/profile/password", current=PASSWORD, fresh=new, again=new).status_code == 303
    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 302
    assert browser().sign_in("sales_a", new).status_code == 303
    [entry] = entries("password_changed")
    assert entry.actor_name == "林雅婷"
    assert (entry.ip, len(entry.request_id)) == ("127.0.0.1", 12)


def entries(action: str) -> list[AuditEvent]:
    """What the log says about an act, in order."""
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq)
    return list(session().scalars(query))


def test_signing_in_and_out_is_logged_as_the_persons_act_and_is_no_edit_of_the_account(browser):
    with access.acting_as(access.SYSTEM):
        before = account("sales_a").row_version
    remove_session()
    browser("sales_a").send("/sign-out", "/profile")
    with access.acting_as(access.SYSTEM):
        mine = account("sales_a")
        said = [(e.actor_id, e.actor_name) for act in ("sign_in", "sign_out") for e in entries(act)]
        assert said == [(mine.id, "林雅婷")] * 2
        assert mine.row_version == before
        assert mine.last_login_at is not None
    remove_session()


def test_a_whole_office_signs_in_at_the_same_moment(app):
    start = Barrier(4)

    def signs_in(name: str) -> int:
        one = Browser(app.test_client())
        one.get("/sign-in")
        start.wait()
        return one.sign_in(name).status_code

    with ThreadPoolExecutor(4) as people_:
        assert set(people_.map(signs_in, ["sales_a", "sales_a", "hr", "legal"])) == {303}


def test_what_sessions_kept_about_people_goes_when_it_is_of_no_more_use(browser, stand_at):
    browser().sign_in("sales_a", "wrong")
    browser("sales_a")
    stand_at(clock.now() + timedelta(days=2))
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(SignIn)).all()
        remove_session()
    with access.acting_as(access.SYSTEM):
        forget_sign_ins(Job())
        assert session().scalars(select(SignIn)).all() == []
        assert session().scalars(select(Attempt)).all() == []
    remove_session()


def test_only_an_administrator_gives_somebody_else_a_password(browser):
    with access.acting_as(access.SYSTEM):
        address = f"/organization/accounts/{account('sales_a').id}/password"
    remove_session()
    assert browser("mkt").get(address).status_code == 404
    for reader in ("hr", "exec"):
        assert browser(reader).get(address).status_code == 403
    admin, theirs = browser("admin"), browser("sales_a")
    assert admin.send(address, address, password="short").status_code == 422
    weak = admin.send(address, address, password="sales_a-sales_a-1")
    assert weak.status_code == 422
    assert "一猜即中" in weak.get_data(as_text=True).partition('id="password-error"')[2][:300]
    new = "told by telephone on Monday"
    assert admin.send(address, address, password=new).status_code == 303
    assert theirs.get("/").status_code == 302
    assert browser().sign_in("sales_a", new).status_code == 303
