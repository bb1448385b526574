"""The portal as production runs it, behind the nginx of compose.yaml: safe cookies, large papers, slow readers."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import lxml.html
import pytest
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool

from portal.kernel import clock
from tests.browser.company import PASSWORD, Company, running
from tests.faults.ready import SIGNERS, WHOLE, ready_pdf
from tests.servers import nginx

pytestmark = [pytest.mark.servers, pytest.mark.faults]

NAME = "portal.example.test"
MEGABYTE = 1 << 20
#: More than the portal has threads (2 × 4).
SLOW_READERS = 12
PATIENCE = 20.0


class Visitor:
    """A browser without windows: keeps cookies, fills forms, trusts only this proxy's certificate."""

    def __init__(self, proxy: nginx.Proxy) -> None:
        self.pool = HTTPSConnectionPool(
            "127.0.0.1",
            proxy.port,
            ca_certs=str(proxy.authority),
            server_hostname=NAME,
            assert_hostname=NAME,
            timeout=PATIENCE,
            retries=False,
            maxsize=2,
        )
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **sent: Any) -> BaseHTTPResponse:
        """One request; cookies are kept, redirects are not followed."""
        headers = {"Host": NAME, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {"Origin": f"https://{NAME}", "Referer": f"https://{NAME}{path}"}
        answer = self.pool.request(
            method, path, headers=headers | sent.pop("headers", {}), redirect=False, **sent
        )
        for line in answer.headers.getlist("Set-Cookie"):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer

    def form(self, page: str, action: str) -> tuple[str, dict[str, str]]:
        """The address and the fields of the form on this page whose address holds `action`."""
        forms = lxml.html.fromstring(self.ask("GET", page).data.decode()).forms
        [form] = [one for one in forms if action in (one.action or page)]
        return form.action or page, {k: v for k, v in form.form_values() if isinstance(v, str)}

    def signs_in(self, who: str, password: str = PASSWORD) -> BaseHTTPResponse:
        """Through the login page."""
        address, fields = self.form("/sign-in", "/sign-in")
        fields |= {"name": who, "password": password}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, body=urlencode(fields), headers=kind)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The acceptance company in the profile of production."""
    folder = tmp_path_factory.mktemp("production")
    (folder / "key").write_text("k" * 20 + "-only-for-the-tests-")
    settings = {
        "PORTAL_PROFILE": "production",
        "PORTAL_PUBLIC_URL": f"https://{NAME}",
        "PORTAL_SECRET_KEY_FILE": str(folder / "key"),
    }
    with running(folder, settings) as one:
        yield one


@pytest.fixture
def proxy(company: Company, tmp_path: Path) -> Iterator[nginx.Proxy]:
    """nginx before it."""
    with nginx.before(urlsplit(company.address).port or 0, NAME, tmp_path) as one:
        yield one


@pytest.fixture
def legal(proxy: nginx.Proxy) -> Visitor:
    """A lawyer, signed in."""
    visitor = Visitor(proxy)
    assert visitor.signs_in("legal").status == 303
    return visitor


def test_cookies_are_for_this_host_and_https_alone(proxy: nginx.Proxy) -> None:
    visitor = Visitor(proxy)
    answer = visitor.signs_in("legal")
    [session] = [c for c in answer.headers.getlist("Set-Cookie") if "__Host-portal" in c]
    assert "Secure" in session
    assert "HttpOnly" in session
    home = visitor.ask("GET", "/")
    assert home.status == 200
    assert "max-age=" in home.headers["Strict-Transport-Security"]
    assert answer.headers["Location"].startswith(("/", f"https://{NAME}/"))


def test_guessing_is_slowed_before_it_reaches_the_portal(proxy: nginx.Proxy) -> None:
    visitor = Visitor(proxy)
    answers = [visitor.ask("GET", "/sign-in") for _ in range(40)]
    refused = [one for one in answers if one.status == 429]
    assert answers[0].status == 200
    assert refused
    assert "請一分鐘後再試" in refused[0].data.decode()
    assert refused[0].headers["Retry-After"] == "60"


def test_a_portal_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        with nginx.before(nobody.getsockname()[1], NAME, tmp_path) as proxy:
            answer = Visitor(proxy).ask("GET", "/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "系統正在重新啟動" in answer.data.decode()


@pytest.mark.parametrize(("megabytes", "by"), [(28, "the portal"), (40, "nginx")])
def test_a_file_too_large_is_refused_in_words(
    legal: Visitor, company: Company, megabytes: int, by: str
) -> None:
    answer = delivered(legal, company.ids["document"]["signing"], large_pdf(megabytes))
    assert answer.status == 413
    assert "檔案" in answer.data.decode()
    assert ("X-Request-ID" in answer.headers) == (by == "the portal")


def test_slow_readers_of_large_papers_hold_nobody_up(
    legal: Visitor, company: Company, proxy: nginx.Proxy
) -> None:
    paper = company.ids["document"]["signing"]
    scan = large_pdf(20)
    job = delivered(legal, paper, scan)
    assert job.status in (202, 303), job.data.decode()[:2000]
    address = signed_file(legal, paper)
    with ExitStack() as lines:
        for _ in range(SLOW_READERS):
            line = lines.enter_context(slow_line(proxy))
            cookies = "; ".join(f"{k}={v}" for k, v in legal.cookies.items())
            line.sendall(
                f"GET {address} HTTP/1.1\r\nHost: {NAME}\r\nCookie: {cookies}\r\n\r\n".encode()
            )
            assert line.recv(12) == b"HTTP/1.1 200"
        for _ in range(3):
            assert legal.ask("GET", "/").status == 200
    assert legal.ask("GET", address).data == scan


def slow_line(proxy: nginx.Proxy) -> ssl.SSLSocket:
    """A connection that takes little at a time; reading is the caller's matter."""
    trusting = ssl.create_default_context(cafile=str(proxy.authority))
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    raw.settimeout(PATIENCE)
    raw.connect(("127.0.0.1", proxy.port))
    return trusting.wrap_socket(raw, server_hostname=NAME)


def large_pdf(megabytes: int) -> bytes:
    """A readable page with as much beside it as a scan weighs; noise, so that nothing shrinks it."""
    start, mark, end = ready_pdf().partition(b"xref\n")
    weight = os.urandom(megabytes * MEGABYTE)
    noise = b"9 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(weight), weight)
    place = len(start) + len(noise)
    return (
        start + noise + mark + end.replace(b"startxref\n%d" % len(start), b"startxref\n%d" % place)
    )


def delivered(visitor: Visitor, paper: int, scan: bytes) -> BaseHTTPResponse:
    """The form of the signed copy, filled and sent."""
    address, fields = visitor.form(f"/papers/{paper}?tab=signing", "signed-copy")
    asked = {name: fields[name] for name in ("csrf_token", "token")}
    said = {**asked, "signed_on": clock.today().isoformat(), "file": ("scan.pdf", scan)}
    said["fewer_pages_because"] = WHOLE
    rows = [("signer", name) for name in SIGNERS]
    return visitor.ask("POST", address, fields=[*said.items(), *rows])


def signed_file(visitor: Visitor, paper: int) -> str:
    """The address under which the signed copy is downloaded, as soon as it is stored."""
    latest = time.monotonic() + 60
    while time.monotonic() < latest:
        page = lxml.html.fromstring(visitor.ask("GET", f"/papers/{paper}?tab=files").data.decode())
        for row in page.cssselect("#files ~ *, section[aria-labelledby=files] li"):
            if row.cssselect('use[href$="signature"]') and (
                links := row.cssselect("a[href*=files]")
            ):
                return str(links[0].get("href"))
    pytest.fail("the signed copy was not stored")
