"""Requests no browser of ours makes: broken uploads, wrong bodies, forged tokens, and HEAD (R16)."""

from __future__ import annotations

import io

import pytest
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.app import SCREENS
from portal.web.routes import needs
from tests.archives import packed

UPLOAD = "/documents/templates/upload"


FILES = {
    "empty": b"",
    "no ZIP": b"%PDF-1.7 nothing",
    "a ZIP of nothing": packed(),
    "cut short": packed(word__document=b"<w/>" * 99)[:60],
    "far larger unpacked": packed(**{"word__document.xml": b"\0" * (60 << 20)}),
    "with macros": packed(**{"word__vbaProject.bin": b"x", "word__document.xml": b"<w/>"}),
    "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    "entities": packed(**{"word__document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
}


@pytest.mark.parametrize(
    "name", ["範本.docx", "../../etc/passwd", '<script>alert(1)</script>".docx']
)
def test_no_file_breaks_the_upload(full, browser, name):
    one = browser("admin")
    for what, data in FILES.items():
        sent = {"word": (io.BytesIO(data), name), "code": "code-2", "locale": "zh_Hant"}
        answer = one.send(UPLOAD, UPLOAD, **sent)
        assert answer.status_code == 422, what
        assert 'role="alert"' in answer.text, what
        assert "<script>alert(1)" not in answer.text, what


def test_a_broken_body_is_refused_in_words(browser):
    one = browser("admin")
    kinds = (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "a/b",
        "",
    )
    for kind in kinds:
        for body in (b"--x\r\nContent-Disposition: form-data; name=", b"\xff\xfe", b"{}", b""):
            for address in (UPLOAD, "/profile/password", "/sign-in", "/customers/customer/new/"):
                answer = one.client.post(address, data=body, content_type=kind)
                assert 400 <= answer.status_code < 500, (kind, body, address)
                assert "<h1" in answer.text, (kind, body, address)


def test_a_forged_token_or_endless_header_changes_nothing(browser):
    one = browser("admin")
    for token in ("", "x", "字" * 9, "a.b.c"):
        forged = {"csrf_token": token, "form_token": token, "version": token}
        assert one.client.post("/profile/password", data=forged).status_code == 400
    for name in ("Accept-Language", "Cookie", "Accept", "User-Agent", "Range", "If-None-Match"):
        assert one.get("/sign-in", headers={name: "a;q=x," * 20_000}).status_code < 500, name


def test_head_is_answered_as_get_is(full, browser):
    one = browser("admin")
    places = [f"/{s.chapter}/{s.record.__tablename__}/" for s in SCREENS]
    pages = ["/sign-in", UPLOAD, "/profile", *places, *(f"{place}new/" for place in places)]
    for address in pages:
        told = one.client.head(address).status_code
        assert told == one.get(address).status_code, address
    assert browser().client.head("/sign-in").status_code == 200
    assert browser().client.head("/profile").status_code == 302


@pytest.mark.parametrize(
    "found",
    [
        IntegrityError("insert", {}, ValueError("UNIQUE constraint failed: a.b")),
        OperationalError("update", {}, DeadlockDetected("deadlock detected")),
        OperationalError("update", {}, SerializationFailure("could not serialize access")),
    ],
    ids=["unique", "deadlock", "serialization"],
)
def test_two_acts_that_meet_in_the_database_are_a_conflict_in_words(app, browser, found):
    """The database answers: whoever came second looks again, instead of being told to wait for it."""

    @needs("public")
    def meet() -> str:
        raise found

    app.add_url_rule("/meet", "meet", meet)
    answer = browser().get("/meet")
    assert answer.status_code == 409
    assert "UNIQUE" not in answer.text
