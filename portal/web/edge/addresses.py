"""Which machine names we answer to, and which addresses inside the portal one may be sent back to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from portal.kernel import text
from portal.kernel.config import Config

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_HOST = re.compile(r"(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+))(?::\d{1,5})?")
#: What may stand in an address as it is.
_PLAIN = "".join(map(chr, range(0x21, 0x7F)))
Start = Callable[..., Any]
#: Of an address a form sends along.
MOST_LETTERS = 2000


def host_names(config: Config) -> frozenset[str]:
    """The names of this installation: the public one, and this machine's own for who asks locally."""
    public = urlsplit(config.public_url).hostname or ""
    bound = urlsplit(f"//{config.bind}").hostname or ""
    local = LOCAL_NAMES if bound in LOCAL_NAMES or config.profile == "development" else frozenset()
    return frozenset({public, bound, *local}) - {"", "0.0.0.0", "::"}  # noqa: S104 — names, no socket


class OnlyOurHosts:
    """Refuse requests for other names before anything builds an address from the header."""

    def __init__(self, inner: Start, names: Iterable[str]) -> None:
        self.inner, self.names = inner, frozenset(names)

    def __call__(self, environ: dict[str, Any], start: Start) -> Any:
        """Pass on, or answer 400 in plain words."""
        if known_host(environ.get("HTTP_HOST", ""), self.names):
            return self.inner(environ, start)
        refused = Response("Unknown host\n", 400, mimetype="text/plain")
        refused.headers["X-Content-Type-Options"] = "nosniff"
        refused.headers["Cache-Control"] = "no-store"
        return refused(environ, start)


class PlainQuestions:
    """Give what stands behind the ``?`` as browsers send it: other bytes are percent-encoded.

    Everything after this reads it as text, and a page names its own address on itself.
    """

    def __init__(self, inner: Start) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start: Start) -> Any:
        """Pass on."""
        raw = environ.get("QUERY_STRING", "").encode("latin-1")
        return self.inner(environ | {"QUERY_STRING": quote(raw, safe=_PLAIN)}, start)


def known_host(header: str, names: Iterable[str]) -> bool:
    """Whether a Host header names us; what no host can look like does not."""
    found = _HOST.fullmatch(header.casefold())
    return found is not None and (found[1] or found[2]) in names


def local_path(address: str | None) -> str:
    """`address` if it leads to a page of ours, else empty: nobody is sent elsewhere from here."""
    if not address or text.illegal(address) or re.search(r"[\s\\]", address):
        return ""
    if not address.startswith("/") or address.startswith("//"):
        return ""
    parts = urlsplit(address)
    return "" if parts.scheme or parts.netloc else address[:MOST_LETTERS]


def question_of(back: str) -> str:
    """The filters and search of the list a form was sent from; empty where it says nothing.

    Raises `BadRequest` for anything else: with a question cut short or left out, a step would be
    taken on rows the person never saw.
    """
    if back and (len(back) > MOST_LETTERS or not local_path(back)):
        raise BadRequest
    return back.partition("#")[0].partition("?")[2]
