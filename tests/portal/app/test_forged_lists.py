"""Cursors, filters and pages of lists that no link of ours holds: an answer in words, never a 500 (R16)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import count

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.app import SCREENS
from portal.documents.models import Document
from portal.web.record_view.columns import column_of
from portal.web.record_view.filters import Filter
from tests.portal.app.typed import PEOPLE

PARTS = (
    None,
    True,
    {},
    [],
    "",
    "x",
    "字" * 400,
    "a\x00b",
    "\ud800",
    -1,
    0,
    1,
    2**31,
    2**63 - 1,
    2**63,
    10**400,
    1.5,
    float("inf"),
    float("nan"),
    "0001-01-01",
    "9999-12-31",
    "2026-02-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00",
    "1e400",
    "-0",
    "sNaN",
    "1E+999999",
    "12345678901234.5",
)
RAW = ("x", "====", "字", "%", "W10", "W" * 5000, "WzFd", "bnVsbA", "W1tb" * 100)
EDGES = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-31",
    "1/1/1",
    "-1",
    "1e400",
    "NaN",
    "9" * 40,
    "９９",
    "999999999999",
    "-999999999999.999",
    "0.00001",
    "字",
    "\u202e1",
    " ",
    "民國1/1/1",
    "9999/12/31",
)


def cursor(*parts: object) -> str:
    """A cursor as a list makes it, of other values."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def cursors() -> Iterator[str]:
    """Everything that could stand where a cursor stands."""
    yield from RAW
    for part in PARTS:
        yield cursor(part)
        yield cursor(part, 1)
        yield cursor("x", part)
    yield cursor(1, 2, 3)
    yield base64.urlsafe_b64encode(b"[" * 400).decode()


def lists(browser, people=PEOPLE):
    """Each list with a browser of somebody who may open it."""
    opened = [browser(name) for name in people]
    for screen in SCREENS:
        place = f"/{screen.chapter}/{screen.record.__tablename__}/"
        for one in opened:
            if one.get(place).status_code == 200:
                yield one, place, screen
                break


def test_no_forged_cursor_breaks_a_list(full, browser):
    seen, refused = 0, 0
    for one, place, screen in lists(browser):
        forged = list(cursors())
        for at, sort in enumerate(
            ("id", "-id", *screen.columns, *(f"-{c}" for c in screen.columns))
        ):
            for said in forged[at % 16 :: 16]:
                end = ("after", "before")[seen % 2]
                answer = one.get(place, query_string={"sort": sort, end: said})
                assert answer.status_code in (200, 400), (place, sort, end, said)
                refused += answer.status_code == 400
                seen += 1
    assert refused > seen / 2


def test_no_forged_filter_breaks_a_list(full, browser):
    turns = count()
    for one, place, screen in lists(browser):
        names = [name for made in screen.filters for name in (made, f"{made}_from", f"{made}_to")]
        names += [f"{name}_id" for name in ("customer", "owner", "department", "document")]
        names += ["q", "mine", "view", "columns", "sort"]
        for door in ("", "export/"):
            for _again in range(6):
                turn = next(turns)
                asked = {name: EDGES[(turn + n) % len(EDGES)] for n, name in enumerate(names)}
                answer = one.get(place + door, query_string=asked)
                assert answer.status_code in (200, 400, 403, 422), (place + door, asked)


def test_no_page_of_a_paper_breaks_by_its_number(full, browser):
    one = browser("legal_head")
    for number in (
        "0",
        "-1",
        "2147483647",
        "2147483648",
        "9" * 30,
        "x",
        "1.5",
        "１",
        "%00",
        "a%2fb",
    ):
        for address in (
            f"/papers/{number}",
            f"/papers/1/pdf/1/{number}.webp",
            f"/papers/1/pdf/{number}/1.webp",
            f"/papers/1/signed_scan/{number}/{number}.webp",
            f"/papers/1/{number}/1/1.webp",
            f"/jobs/{number}",
            f"/documents/templates/{number}/word",
        ):
            answer = one.get(address)
            assert answer.status_code in (200, 308, 400, 404, 503), (address, answer.status_code)


def test_a_question_of_endless_length_is_answered(full, browser):
    for one, place, _screen in lists(browser):
        for name in ("q", "sort", "after", "columns"):
            answer = one.get(f"{place}?{name}={'a+' * 50_000}")
            assert answer.status_code in (200, 400, 414), (place, name)


def test_no_day_breaks_a_filter_of_moments(full):
    made = Filter(column_of(Document, "updated_at"), "period")
    for day in EDGES:
        asked = MultiDict({"updated_at_from": day, "updated_at_to": day})
        assert str(made.apply(select(Document), asked)).startswith("SELECT")
    assert "updated_at" in str(
        made.apply(select(Document.id), MultiDict({"updated_at_to": "2026/1/1"}))
    )
