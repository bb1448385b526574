"""The forms that stand in the portal's pages, found by going through them, and bad things to type there."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from portal.kernel.db import Base

SCRIPT = "<script>alert(1)</script>"
LONG = "長" * 34_000  # a hundred kilobytes
BAD = (
    "",
    " ",
    LONG,
    "a\x00b",
    "\u202egpj.exe",
    "=cmd|' /C calc'!A0",
    SCRIPT,
    f'">{SCRIPT}',
    "'; DROP TABLE customer; --",
    "１２３",
    "-1",
    "1e9999",
    "NaN",
    "99999999999999999999",
    "9" * 5_000,
    "0000-00-00",
    "9999-12-31",
    "2026-02-31",
    "[" * 5_000,
    "{}",
    "None",
    "%s%n",
    "\r\n\r\n",
)
#: Together they reach a form of every kind.
PEOPLE = ("admin", "legal_head", "sales_a", "hr_head")
#: A word in the language the sweeps read in: an answer to a person has one.
CJK = re.compile("[\u4e00-\u9fff]")
#: The tables that tell who came by.
CAME_BY = ("sign_in", "attempt")
#: Boxes in which text is typed that is to be seen again.
TEXTS = {"text", "search", "email", "tel", "url", "number", "date", ""}


@dataclass(frozen=True)
class Form:
    """One form as a page holds it: what a browser would send, and which boxes one types into."""

    page: str
    action: str
    values: dict[str, str]
    texts: frozenset[str]

    def typed(self, **more: str) -> dict[str, str]:
        """What is sent when something else is typed."""
        return {**self.values, **more}


def page_of(answer: TestResponse) -> Any:
    """The page, parsed."""
    return html.document_fromstring(answer.get_data(as_text=True) or "<p></p>")


def forms_in(page: str, tree: Any) -> Iterator[Form]:
    """Every form of the page that is posted, with one line more in each of its tables."""
    for tag in tree.iter("form"):
        if tag.get("method", "").lower() == "post":
            _with_lines(tag)
            texts = frozenset(box.get("name") for box in _texts(tag))
            yield Form(page, tag.get("action") or page, _values(tag), texts)


def _with_lines(form: Any) -> None:
    """Press "add a line" in each table, as the page's script does; a template itself sends nothing."""
    for pattern in list(form.iter("template")):
        table = pattern.getparent().xpath(".//table[@data-lines]")[0]
        taken = [int(name.split("-")[-2]) for name in table.xpath(".//@name")]
        prefix = f"{table.get('data-lines')}-{max([-1, *taken]) + 1}-"
        for box in pattern.xpath(".//*[@name]"):
            box.set("name", prefix + box.get("name"))
        table.find("tbody").extend(pattern.iter("tr"))
        pattern.getparent().remove(pattern)


def _texts(tag: Any) -> Iterator[Any]:
    """The boxes one types text into."""
    for box in tag.iter("textarea", "input"):
        if box.get("name") and (box.tag == "textarea" or box.get("type", "") in TEXTS):
            yield box


def _values(form: Any) -> dict[str, str]:
    found = {}
    for box in form.iter("input", "textarea", "select", "button"):
        name, kind = box.get("name"), box.get("type", "")
        if not name or kind == "file":
            continue
        if kind in ("checkbox", "radio") and "checked" not in box.attrib and name in found:
            continue
        if box.tag == "textarea":
            found[name] = box.text or ""
        elif box.tag == "select":
            chosen = box.xpath(".//option[@selected]") or box.xpath(".//option")
            found[name] = chosen[0].get("value", "") if chosen else ""
        else:
            found[name] = box.get("value", "")
    return found


def shown_again(tree: Any) -> dict[str, set[str]]:
    """What stands in the text boxes of a page, by their names."""
    found: dict[str, set[str]] = {}
    for box in _texts(tree):
        said = box.text if box.tag == "textarea" else box.get("value")
        found.setdefault(box.get("name"), set()).add(said or "")
    return found


def stored(app: Flask) -> str:
    """Everything the database holds, but for what tells who came by and when."""
    found = hashlib.sha256()
    with app.extensions["engine"].connect() as connection:
        for table in (t for t in Base.metadata.sorted_tables if t.name not in CAME_BY):
            rows = connection.execute(select(table).order_by(*table.primary_key))
            found.update(f"{table.name} {rows.all()}\n".encode("utf-8", "replace"))
    return found.hexdigest()


class Tables:
    """The rows of an application, read again only where something may have changed them."""

    def __init__(self, app: Flask) -> None:
        self._app, self._known = app, ""

    def now(self) -> str:
        """How everything stands (`stored`)."""
        self._known = self._known or stored(self._app)
        return self._known

    def forget(self) -> None:
        """Something may have changed them."""
        self._known = ""


def endpoint(app: Flask, address: str, method: str = "GET") -> str:
    """Which page an address leads to; empty when to none of ours."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/"):
        return ""
    try:
        found, _arguments = app.url_map.bind("localhost").match(parts.path, method)
    except HTTPException:
        return ""
    return str(found)


def visited(app: Flask, browser: Any, begin: tuple[str, ...], each: int = 2) -> dict[str, Any]:
    """The pages a person reaches by links, at most `each` of one kind, parsed, by address."""
    waiting, found, counts = deque(begin), {}, dict[str, int]()
    while waiting:
        address = waiting.popleft()
        name = endpoint(app, address)
        if not name or name == "asset" or address in found or counts.get(name, 0) >= each:
            continue
        answer = browser.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        counts[name] = counts.get(name, 0) + 1
        found[address] = tree = page_of(answer)
        for link in tree.xpath("//a/@href"):
            href = str(link).partition("#")[0]
            if href.startswith("?"):
                href = urlsplit(address).path + href
            waiting.append(href)
    return found
