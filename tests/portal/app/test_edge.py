"""What every request meets: hosts, hostile input, headers, refusals without a trace, marked routes."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.app import create_app
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.cli import main
from portal.kernel import access, duties
from portal.kernel.config import Config
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Invalid, Unmet
from portal.kernel.words import _
from portal.organization.models import Employee
from portal.web.edge.addresses import host_names, known_host, local_path
from portal.web.edge.headers import CSP
from portal.web.routes import NEEDS, Unmarked, all_routes, needs, require_needs
from tests.portal.app.conftest import Browser

PUBLIC = {"/assets/<name>", "/preferences", "/sign-in", "/sign-out", "/status", "/status/ready"}


def test_every_route_says_what_it_needs_and_only_these_are_public(app: Flask):
    found = all_routes(app)
    assert {route["needs"] for route in found} == set(NEEDS)
    assert {route["rule"] for route in found if route["needs"] == "public"} == PUBLIC
    marked = {route["endpoint"]: route["duty"] for route in found if route["duty"]}
    assert marked["paper_keeping.hold"] == "paper.hold"
    assert set(marked.values()) <= set(duties.given())


def test_an_application_with_a_route_nobody_thought_about_does_not_start(app: Flask):
    app.add_url_rule("/planted", "planted", lambda: "")
    with pytest.raises(Unmarked, match="planted"):
        require_needs(app)
    with pytest.raises(ValueError, match="somebody"):
        needs("somebody")


def test_nobody_without_a_session_gets_an_answer_from_any_other_route(app: Flask, browser):
    one = browser()
    for route in all_routes(app):
        if "GET" in route["methods"] and route["needs"] != "public":
            address = route["rule"].replace("<int:ident>", "1").replace("<no>", "x")
            if "<" not in address:
                assert one.get(address).status_code == 302, address


def test_the_list_of_routes_can_be_printed(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(["routes"]) == 0
    assert "/sign-in" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["/sign-in", "/nothing", "/status", "/"])
def test_every_answer_carries_the_security_headers(browser, address):
    headers = browser("sales_a").get(address).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-Id"]) == 12
    assert "Strict-Transport-Security" not in headers


def test_pages_hold_no_inline_script_style_or_handler(browser):
    one = browser("sales_a")
    for address in ("/", "/profile", "/nothing"):
        page = one.get(address).get_data(as_text=True)
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page
        assert page.count("<script") == page.count('<script src="/assets/')


def test_under_https_cookies_are_secure_and_the_browser_stays_there(tmp_path: Path):
    config = Config(
        data=tmp_path,
        profile="production",
        public_url="https://portal.example",
        secret_key="k" * 40,
        database_url=f"sqlite:///{tmp_path / 'portal.db'}",
    )
    app = create_app(config)
    client = app.test_client()
    answer = client.get(
        "/sign-in", base_url="https://portal.example", headers={"X-Forwarded-Proto": "https"}
    )
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-form=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a b", "", "[::"])
def test_a_request_for_another_host_is_refused_before_any_page(browser, host):
    answer = browser().get("/sign-in", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_the_hosts_are_those_of_the_configuration():
    shut = Config(
        profile="production",
        public_url="https://portal.example",
        secret_key="k" * 40,
        bind="0.0.0.0:8000",
    )
    assert host_names(shut) == {"portal.example"}
    assert known_host("Portal.example:443", host_names(shut))
    assert not known_host("localhost", host_names(shut))
    assert known_host("[::1]:8000", host_names(Config()))


def test_what_is_not_here_is_a_page_with_the_number_of_the_request(browser):
    answer = browser("sales_a").get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.get_data(as_text=True)


def test_a_refusal_leads_back_to_the_page_one_came_from_and_nowhere_else(browser):
    one = browser("sales_a")
    for came_from, leads in (
        ("http://localhost/search?q=a", 'href="/search?q=a"'),
        ("http://localhost/nothing", ""),  # the refused page itself
        ("https://elsewhere.example/search", ""),
        ("http://localhost//elsewhere.example", ""),
    ):
        page = one.get("/nothing", headers={"Referer": came_from}).get_data(as_text=True)
        assert ("arrow-back-up" in page) is bool(leads), came_from
        assert leads in page
        assert "elsewhere" not in page


def test_a_fault_of_the_program_shows_its_number_and_nothing_else(app: Flask, browser, caplog):
    @needs("public")
    def broken() -> str:
        raise RuntimeError("secret detail")

    app.add_url_rule("/broken", "broken", broken)
    answer = browser().get("/broken")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret" not in page
    assert "Traceback" not in page
    assert answer.headers["X-Request-Id"] in page
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "secret detail" in caplog.text


def test_a_refusal_of_the_business_says_its_sentence_in_the_kind_that_was_asked(
    app: Flask, browser
):
    reasons = {
        "invalid": Invalid({"title": _("Too large")}),
        "unmet": Unmet([_("Needed first:"), _("Reason")]),
        "conflict": Conflict(_("Too large")),
    }

    @needs("public")
    def refuse(name: str) -> str:
        raise reasons[name]

    app.add_url_rule("/refuse/<name>", "refuse", refuse)
    one = browser()
    page = one.get("/refuse/invalid?x", headers={"Accept-Language": "en"})
    assert page.status_code == 422
    assert "Too large" in page.get_data(as_text=True)
    data = one.get(
        "/refuse/invalid", headers={"Accept": "application/json", "Accept-Language": "en"}
    )
    assert data.json["fields"] == {"title": "Too large"}
    assert data.json["request_id"] == data.headers["X-Request-Id"]
    assert one.get("/refuse/unmet").get_data(as_text=True).count("<li>") == 2
    unmet = one.get("/refuse/unmet", headers={"Accept": "application/json"})
    assert unmet.json["missing"] == ["須先完成：", "原因"]
    assert one.get("/refuse/conflict").status_code == 409


def test_a_form_without_its_token_is_not_taken(browser):
    one = browser("sales_a")
    assert one.client.post("/sign-out").status_code == 400
    assert one.get("/").status_code == 200


def test_text_that_cannot_be_stored_is_refused_by_name(browser):
    one = browser("sales_a")
    answer = one.send("/preferences", language="en\x00", back="/")
    assert answer.status_code == 422
    assert "language" in answer.get_data(as_text=True)
    assert one.get("/?q=%00").status_code == 400
    assert one.get("/v/a%00b").status_code == 404


def test_a_record_form_with_such_text_comes_back_with_all_of_it(browser):
    one = browser("sales_a")
    one.send("/preferences", language="en", back="/")
    answer = one.send("/customers/customer/new/", name="Cl\x00oud", representative="zqxkept")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "holds characters that cannot be stored" in said
    assert "name holds" not in said
    assert 'value="Cloud"' in said
    assert "zqxkept" in said
    assert "\x00" not in said


def test_bytes_that_are_no_text_are_refused_like_what_cannot_be_stored(browser):
    sent = {"data": b"a=\xff\xfe", "content_type": "application/x-www-form-urlencoded"}
    assert browser("sales_a").client.post("/preferences", **sent).status_code == 422
    assert browser().client.post("/sign-in", **sent).status_code == 422


def test_numbers_beyond_every_record_lead_nowhere(browser):
    one = browser("sales_a")
    for number in (2**31, 10**30, 2**63):
        assert one.get(f"/papers/{number}").status_code == 404
        assert one.get(f"/jobs/{number}").status_code == 404


@pytest.mark.parametrize("raw", ["q=\xff", "q=\xc3(", "\xff=1", "q=\xe9\x9b\xb2", "q=a b\\"])
def test_bytes_no_browser_sends_in_an_address_are_read_all_the_same(browser, raw):
    sent = {"environ_overrides": {"QUERY_STRING": raw}}
    person, nobody = browser("sales_a"), browser()
    assert person.get("/customers/customer/", **sent).status_code == 200
    assert person.get("/nowhere", **sent).status_code == 404
    turned = nobody.get("/customers/customer/", **sent)
    assert turned.status_code == 302
    assert nobody.get(turned.location).status_code == 200


def test_a_body_larger_than_allowed_is_refused(browser):
    one = browser("sales_a")
    answer = one.send("/preferences", back="/" + "x" * (3 << 20))
    assert answer.status_code == 413
    assert "縮短" in answer.text  # it is no file that is too large
    assert "每個檔案" not in answer.text
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    many = one.client.post(
        "/preferences",
        data=part * 5001 + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert (many.status_code, "縮短" in many.text) == (413, True)


def test_the_largest_file_is_what_the_configuration_says_on_every_page(app: Flask, config: Config):
    small = create_app(config.model_copy(update={"upload_mb": 3}), app.extensions["engine"])
    one = Browser(small.test_client())
    one.sign_in("legal")
    with access.acting_as(access.SYSTEM), transaction():
        person = session().scalars(select(Employee).where(Employee.name == "罗景行")).one()
        old = ConfidentialityAgreement(
            kind="employee",
            employee=person,
            owner=person,
            department=person.department,
            start_on=date(2026, 12, 1),
        )
        session().add(old)
    page = f"/papers/existing/confidentiality_agreement/{old.id}"
    assert "合計 3 MB 以內" in one.get(page).text
    answer = one.client.post(
        page, data=b"x" * (6 << 20), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "每個檔案最大 3 MB" in answer.text


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("%_\\'\"<>&;=()[]{}*:?#+-/\n\r\t ${{}}"), st.characters(codec="utf-8")
    ),
    max_size=60,
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    name=st.sampled_from(["q", "next", "page", "query", "back", "state", "sort", "x"]), said=HOSTILE
)
def test_hostile_questions_never_break_a_page(app: Flask, name: str, said: str):
    client = app.test_client()
    assert client.get(f"/sign-in?{name}={quote(said)}").status_code < 500
    assert client.get(f"/sign-in?{quote(said)}={quote(said)}").status_code < 500


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(said=HOSTILE)
def test_hostile_questions_never_break_the_finder_or_my_work(signed_in, said: str):
    for address in ("/", "/find", "/employees/lookup", "/search"):
        assert signed_in.get(f"{address}?q={quote(said)}").status_code < 500


@pytest.fixture
def signed_in(browser):
    """One browser of a head of Legal, who may see the most."""
    return browser("legal_head")


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%", "%zz", "%C0%80", "a" * 5000])
def test_bytes_that_are_no_text_never_break_a_page(signed_in, raw):
    for address in ("/", "/sign-in", "/find", "/search"):
        assert signed_in.get(f"{address}?q={raw}").status_code < 500


@given(HOSTILE)
def test_addresses_to_go_back_to_stay_here(said: str):
    found = local_path("/" + said)
    assert found == "" or (found.startswith("/") and not found.startswith(("//", "/\\")))


def test_pages_are_sent_compressed_to_whoever_can_unpack_them(browser):
    one = browser("sales_a")
    plain = one.get("/")
    small = one.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 2
    assert "林雅婷" in gzip.decompress(small.data).decode()
