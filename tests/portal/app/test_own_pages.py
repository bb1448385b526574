"""The pages around the records: menu, my work, profile, languages, jobs, finder, look-ups, liveness."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.kernel import access, clock, jobs
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import handler
from portal.kernel.words import _
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Employee
from portal.organization.workflows import ROLE_GRANT


def text(answer) -> str:
    """A page as text."""
    return answer.get_data(as_text=True)


def test_the_menu_shows_what_the_person_may_list_and_nothing_else(browser):
    sales, admin = text(browser("sales_a").get("/")), text(browser("admin").get("/"))
    assert 'href="/sales/contract/"' in sales
    assert 'href="/organization/setting/"' not in sales
    assert 'href="/organization/setting/"' in admin
    assert 'href="/sales/contract/"' not in admin
    assert "/confidentiality/issue/" in text(browser("hr").get("/"))
    assert "issue" not in sales


def test_my_work_says_that_nothing_waits(browser):
    page = browser("exec").get("/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert 'id="tasks"' in text(page)


def test_my_work_shows_own_records_and_counts_by_state(browser):
    """Human Resources own the agreements of the seed."""
    page = text(browser("hr").get("/"))
    assert 'id="recent"' in page
    assert "/confidentiality/confidentiality_agreement/details/" in page
    assert "confidentiality_agreement/?state=in_force" in page


def test_a_page_speaks_the_language_one_chose_and_the_account_keeps_it(browser):
    one = browser("sales_a")
    assert '<html lang="zh-Hant-TW"' in text(one.get("/"))
    assert one.send("/preferences", language="en", back="/profile").location == "/profile"
    assert '<html lang="en"' in text(one.get("/"))
    assert '<html lang="en"' in text(browser("sales_a").get("/"))  # another browser


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh_Hant_TW", "此欄位必填。"),
        ("zh_Hans_CN", "此字段必填。"),
        ("en", "This field is required."),
    ],
)
def test_the_form_librarys_own_messages_speak_the_readers_language(browser, locale, said):
    one = browser("sales_a")
    one.send("/preferences", language=locale, back="/profile")
    answer = one.send("/profile/password", current="", fresh="", again="")
    assert answer.status_code == 422
    assert said in text(answer)


def test_before_signing_in_the_browsers_wish_and_then_the_choice_count(browser):
    one = browser()
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="en"' in text(one.get("/sign-in", headers=english))
    one.send("/preferences", "/sign-in", language="zh_Hans_CN", back="/sign-in")
    assert '<html lang="zh-Hans-CN"' in text(one.get("/sign-in", headers=english))


def test_theme_and_keys_are_kept_in_the_browser(browser):
    one = browser("sales_a")
    one.send("/preferences", theme="dark", keys="off", back="//evil.example")
    page = text(one.get("/"))
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page


def test_the_profile_shows_the_persons_own_facts(browser):
    page = text(browser("sales_a").get("/profile"))
    assert "sales_a" in page
    assert "林雅婷" in page
    assert "sales_a@xuqiao.example" in page


def test_everybody_reads_how_far_their_roles_reach_until_when_and_for_whom(browser, app):
    """Matrix (c): role grants, R·o."""
    last = clock.today() + timedelta(days=9)
    with access.acting_as(access.SYSTEM), transaction():
        people = {one.username: one for one in session().scalars(select(UserAccount))}
        place = people["sales_b"].employee.department
        for more in (
            {"role": "mkt", "scope": "all", "valid_to": last},
            {"role": "sales", "scope": "department", "department": place, "valid_to": last}
            | {"delegated_from": people["sales_b"]},
        ):
            grant = RoleGrant(user=people["sales_a"], valid_from=clock.today(), **more)
            session().add(grant)
            session().flush()
            ROLE_GRANT.advance(grant, "confirm", automatic=True)
    page = text(browser("sales_a").get("/profile"))
    assert f"市場（全部、至 {last}）" in page
    assert f"銷售（{place.name_hant}、至 {last}、被代理人：王美玲）" in page


@pytest.mark.parametrize("name", ["admin", "auditor", "mkt"])
def test_everybody_has_a_profile(browser, name):
    assert browser(name).get("/profile").status_code == 200


@handler("test.watched", _("Waiting"))
def _watched(_job: jobs.Job) -> None:
    """Does nothing."""


@pytest.fixture
def job_of_sales(app) -> int:
    """A job that sales_a started and nobody took yet."""
    with access.acting_as(access.SYSTEM), transaction():
        job = jobs.enqueue("test.watched", {}, total=3)
        account = next(a for a in session().query(UserAccount) if a.username == "sales_a")
        job.account_id = account.id
        ident = job.id
    remove_session()
    return ident


def test_a_job_is_shown_to_who_started_it_and_to_administrators_alone(browser, job_of_sales):
    address = f"/jobs/{job_of_sales}?back=/profile"
    assert browser("hr").get(address).status_code == 404
    assert browser("admin").get(address).status_code == 200
    page = text(browser("sales_a").get(address))
    assert f'id="job-{job_of_sales}"' in page
    assert 'hx-trigger="every 2s"' in page


def test_a_job_polled_by_its_page_is_the_card_alone(browser, job_of_sales):
    part = text(browser("sales_a").get(f"/jobs/{job_of_sales}", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert f'id="job-{job_of_sales}"' in part


def test_a_job_is_cancelled_by_who_started_it(browser, job_of_sales):
    here, cancel = f"/jobs/{job_of_sales}", f"/jobs/{job_of_sales}/cancel"
    assert browser("hr").send(cancel, "/profile").status_code == 404
    one = browser("sales_a")
    assert one.send(f"{cancel}?back=/profile", here).location == f"{here}?back=/profile"
    page = text(one.get(f"{here}?back=/profile"))
    assert "every 2s" not in page
    assert 'href="/profile"' in page


def test_a_job_whose_worker_was_killed_says_so_until_it_is_done(browser, job_of_sales):
    here = f"/jobs/{job_of_sales}"
    one = browser("sales_a")
    at = clock.now()
    jobs.claim("killed", ident=job_of_sales)
    assert "接手" not in text(one.get(here))
    at += jobs.LEASE + timedelta(seconds=1)
    with clock.standing_at(at):
        assert "系統即將自動接手續辦" in text(one.get(here))
        jobs.claim("another", ident=job_of_sales)
        assert "現已重新接手" in text(one.get(here))
        jobs.run(job_of_sales, "another")
        assert "接手" not in text(one.get(here))


def test_a_finished_job_leads_on_and_never_back_to_another_site(browser, job_of_sales):
    jobs.drain("test", only=("test.watched",))
    one = browser("sales_a")
    assert 'class="btn primary" href="/profile"' in text(
        one.get(f"/jobs/{job_of_sales}?back=/profile")
    )
    elsewhere = text(one.get(f"/jobs/{job_of_sales}?back=https://evil.example"))
    assert 'href="https://evil' not in elsewhere


def test_the_finder_groups_what_the_person_may_see(browser):
    page = text(browser("sales_a").get("/find?q=林雅婷"))
    assert "林雅婷" in page
    assert "/organization/employee/details/" in page
    assert 'href="/search?q=' in page
    for name in ("admin", "hr"):  # who keeps accounts, and who proposes roles for them
        assert "/organization/user_account/details/" in text(browser(name).get("/find?q=sales_a"))
    assert "/organization/user_account/" not in text(browser("mkt").get("/find?q=sales_a"))


def test_a_number_without_its_marks_is_found_in_finder_and_list(browser):
    with access.acting_as(access.SYSTEM):
        number = session().scalars(select(Employee.no).where(Employee.name == "林雅婷")).one()
    bare = number.replace("-", "").lower()
    assert bare != number
    for address in (f"/find?q={bare}", f"/organization/employee/?q={bare}"):
        page = text(browser("hr").get(address))
        assert number in page, address
        assert page.count("/organization/employee/details/?id=") == 1, address


def test_the_finder_without_words_asks_for_some(browser):
    assert "<h3>" not in text(browser("sales_a").get("/find?q=%20"))


def test_colleagues_are_offered_by_name_and_those_who_left_are_not(browser, app):
    found = browser("sales_a").get("/employees/lookup?q=林雅").json
    assert [one["text"] for one in found] == ["林雅婷"]
    assert {"id", "value", "text", "note"} == set(found[0])
    assert browser("sales_a").get("/employees/lookup?q=何已離").json == []
    everybody = browser("sales_a").get("/employees/lookup").json
    with access.acting_as(access.SYSTEM):
        at_work = session().scalars(select(Employee.name).where(Employee.state != "left"))
        assert {one["text"] for one in everybody} == set(at_work)


def test_watchers_learn_that_the_portal_and_its_database_answer(browser):
    one = browser()
    assert one.get("/status").data == b"ok\n"
    assert one.get("/status/ready").json == {"database": "ok"}
