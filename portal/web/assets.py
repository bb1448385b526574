"""Static files without a build step: joined, hashed, compressed once at start, kept for a year.

``static/style/*.css`` become one ``portal.css`` and ``static/script/*.js`` one ``portal.js``, in
the orders below; vendored files are served as they are.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

from portal.web.routes import needs

STATIC = Path(__file__).parent / "static"
STYLES = tuple(
    """
    tokens shell pieces lists records papers forms finder narrow print
    """.split()
)
SCRIPTS = tuple(
    """
    page session menus keys finder lists forms lines dates lookups uploads suggest viewer
    """.split()
)
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
}
FOREVER = "public, max-age=31536000, immutable"
_URL = re.compile(r"url\(([\w.-]+)\)")


@dataclass(frozen=True)
class Asset:
    """One file ready to send: its public name, type and bodies by content coding."""

    public: str
    mime: str
    bodies: dict[str, bytes]


class Assets:
    """Every static file under its plain name; `address` gives what pages link to."""

    prefix = "/assets/"

    def __init__(self) -> None:
        self._by_name: dict[str, Asset] = {}
        for name, body in _sources():
            self._by_name[name] = _made(name, self._linked(name, body))
        self._by_public = {asset.public: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        """The hashed address of ``portal.css``; raises `KeyError` for a file we do not have."""
        return self.prefix + self._by_name[name].public

    def found(self, public: str) -> Asset | None:
        """The file under its hashed name."""
        return self._by_public.get(public)

    def _linked(self, name: str, body: bytes) -> bytes:
        if not name.endswith(".css"):
            return body
        text = _URL.sub(lambda m: f"url({self.address(m[1])})", body.decode())
        return text.encode()


def install(app: Flask) -> Assets:
    """Serve the files under ``/assets/`` (endpoint ``asset``) and give templates ``asset(name)``."""
    assets = Assets()

    @app.get(f"{assets.prefix}<name>", endpoint="asset")
    @needs("public", unasked=True)
    def asset(name: str) -> Response:
        """One static file under its hashed name, for anybody."""
        file = assets.found(name)
        return answer(file, request.headers.get("Accept-Encoding", "")) if file else abort(404)

    app.jinja_env.globals["asset"] = assets.address
    return assets


def answer(asset: Asset, accepted: str) -> Response:
    """The file in the best coding the browser takes, to be kept for a year."""
    wanted = {part.split(";")[0].strip() for part in accepted.split(",")}
    coding = next((c for c in ("br", "gzip") if c in wanted and c in asset.bodies), "")
    response = Response(asset.bodies[coding], content_type=asset.mime)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def _sources() -> Iterator[tuple[str, bytes]]:
    """Plain names and bodies; fonts first, so that the style sheet can name them."""
    for path in sorted(STATIC.glob("*.woff2")):
        yield path.name, path.read_bytes()
    for path in sorted((STATIC / "vendor").glob("*.*")):
        if path.suffix in TYPES:
            yield path.name, path.read_bytes()
    yield "portal.css", _joined("style", STYLES, ".css").encode()
    script = _joined("script", SCRIPTS, ".js")
    yield "portal.js", f'"use strict";\n(() => {{\n{script}}})();\n'.encode()


def _joined(folder: str, names: tuple[str, ...], suffix: str) -> str:
    """The files of a folder in order; raises when one is not named, or named and missing."""
    there = {path.stem for path in (STATIC / folder).glob(f"*{suffix}")}
    if there != set(names):
        raise FileNotFoundError(
            f"{folder}: {sorted(there ^ set(names))} is named or there, not both"
        )
    return "\n".join((STATIC / folder / f"{name}{suffix}").read_text("utf-8") for name in names)


@cache
def _made(name: str, body: bytes) -> Asset:
    """The same for every application of this process."""
    stem, _, suffix = name.rpartition(".")
    public = f"{stem}.{hashlib.sha256(body).hexdigest()[:10]}.{suffix}"
    bodies = {"": body}
    if suffix != "woff2":  # already compressed inside
        bodies |= {"gzip": gzip.compress(body, 9, mtime=0), "br": brotli.compress(body)}
    return Asset(public, TYPES[f".{suffix}"], bodies)
