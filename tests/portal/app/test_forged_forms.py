"""Forms no page of ours made, at every address that takes one: a clear no, and nothing changed (R16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import request
from sqlalchemy import text

from portal.web.routes import all_routes, needs
from tests.portal.app.typed import CJK, forms_in, page_of, stored

FORM = "application/x-www-form-urlencoded"


def multipart(name: bytes = b"text", value: bytes = b"x", file: bytes = b"") -> tuple[bytes, str]:
    """A body of one field, perhaps a file of this name."""
    told = b'; filename="' + file + b'"' if file else b""
    head = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"' + told
    return head + b"\r\n\r\n" + value + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


#: Bodies that are no text, or hold what no text may hold: refused before any page sees them.
ILLEGAL = {
    "NUL": (b"id=1&text=a%00b", FORM),
    "NUL in a name": (b"id=1&te%00xt=a", FORM),
    "half a character": (b"id=1&text=a%ED%A0%80b", FORM),
    "raw bytes": (b"id=1&text=\xff\xfe\x80", FORM),
    "raw bytes in a name": (b"\xff\xfe=1", FORM),
    "NUL in a part": multipart(value=b"a\x00b"),
    "NUL in a part's name": multipart(name=b"a\x00b"),
    "NUL in a file's name": multipart(file=b"a\x00.pdf"),
}
#: Bodies that a page may or may not make sense of.
ODD = {
    "half a character in a name": (b"id=1&te%ff%fext=a", FORM),
    "half a character in a part": multipart(value=b"\xed\xa0\x80\xff"),
    "half a character in a file's name": multipart(file=b"\xed\xa0\x80.pdf"),
    "twice": (b"id=1&id=2&text=a&text=b&version=1&version=x&step=a&step=b", FORM),
    "many": (b"&".join(b"f%d=x" % n for n in range(20_000)), FORM),
    "deep": (b"[" * 100_000, "application/json"),
    "text": (b"id=1", "text/plain"),
    "XML": (b"<a/>", "application/xml"),
}


def posts(app) -> Iterator[str]:
    """Every address that takes a form."""
    for route in all_routes(app):
        if "POST" in route["methods"]:
            yield re.sub(r"<(?:int:)?\w+>|<any.*?>", "1", route["rule"])


def wrong(answer, right: tuple[int, ...] = ()) -> str:
    """What is not right about a refusal: its status, or that it is not in the reader's words."""
    status = answer.status_code
    if status >= 500 or (right and status not in right):
        return str(status)
    said = answer.get_data(as_text=True)
    page = answer.mimetype == "text/html" and status >= 400
    return "no words" if page and not CJK.search(said.partition("<main")[2]) else ""


def illegal(one, address: str) -> Iterator[str]:
    """What is wrong with the answers to bodies that hold no text."""
    for name, (body, kind) in ILLEGAL.items():
        answer = one.client.post(address, data=body, content_type=kind)
        if fault := wrong(answer, (400, 422)):
            yield f"{address} {name}: {fault}"


def odd(one, address: str, token: str, turn: int) -> Iterator[str]:
    """What is wrong with the answers to two of the bodies no form makes."""
    odd = list(ODD.items())
    for name, (body, kind) in (odd[turn % len(odd)], odd[(turn + 3) % len(odd)]):
        sent = one.client.post(
            address, data=body, content_type=kind, headers={"X-CSRFToken": token}
        )
        if fault := wrong(sent):
            yield f"{address} {name}: {fault}"


def tokenless(one, address: str, tokens: tuple[str, ...]) -> Iterator[str]:
    """Answers other than "load the page again" to forms without their session's token."""
    for token in tokens:
        answer = one.client.post(address, data={"csrf_token": token, "id": "1"})
        if fault := wrong(answer, (400,)):
            yield f"{address} token {token[:9]!r}: {fault}"


def token_in(one) -> str:
    """The token of this browser's session."""
    return next(forms_in("/profile", page_of(one.get("/profile")))).values["csrf_token"]


def swept(app, one, another, addresses: list[str]) -> list[str]:
    """Every fault at these addresses."""
    one.send("/preferences", language="zh_Hant", back="/")
    own, foreign, faults = token_in(one), token_in(another), list[str]()
    for turn, address in enumerate(addresses):
        before = stored(app)
        faults += illegal(one, address)
        faults += tokenless(one, address, ("", "x", foreign, own + "x"))
        if stored(app) != before:
            faults.append(f"{address} changed something")
        faults += odd(one, address, own, turn)
    return faults


def test_no_address_takes_a_form_that_none_of_our_pages_made(full, browser):
    found = list(posts(full))
    assert len(found) > 60
    assert swept(full, browser("admin"), browser("legal_head"), found) == []


def test_an_address_that_did_would_be_noticed(app, browser):
    """Planted: one that fails, one without words, one that saves whatever comes."""

    def planted():
        if request.path == "/saving":
            with app.extensions["engine"].begin() as connection:
                connection.execute(text("UPDATE department SET name_en = name_en || 'x'"))
        return ("<main>no</main>", 400) if request.path == "/mute" else None

    app.add_url_rule("/failing", "failing", needs("public")(lambda: 1 / 0), methods=["POST"])
    app.before_request_funcs[None].insert(0, planted)
    found = swept(app, browser("admin"), browser("legal_head"), ["/failing", "/saving", "/mute"])
    for fault in ("/failing twice: 500", "/saving changed something", "/mute NUL: no words"):
        assert fault in found, found
