"""Using the screen of `visits` from the first form to the sheet; run by `test_new_kind` as a process.

A new kind of record stays for the life of a process, so it gets one of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from portal.boot import boot
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, transaction
from portal.seed import people
from tests.portal.web.record_view import visits
from tests.portal.web.record_view.conftest import Company, application, sent_back, words

BASE = "/sales/visit/"


def made(url: str, folder: str) -> Company:
    """The company with this one screen."""
    engine = boot(Config(data=Path(folder), database_url=url))
    visits.allow()
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        accounts = people.staff("only-for-the-tests-2026")
    return Company(application((visits.Visits,)), accounts)


def used(company: Company) -> None:
    """Form, page, owned rows, list, filters, sheet, foreign eyes."""
    browser = company.as_person("sales_a")
    typed = browser.fields(f"{BASE}new/") | {
        "place": "Taipei", "visited_on": "115/11/23", "fare": "1,234.5",
        "stops-0-street": "First Lane", "stops-0-minutes": "10",
        "stops-1-street": "Second Lane", "stops-1-minutes": "many",
    }  # fmt: skip
    refused = browser.post(f"{BASE}new/", typed)
    assert refused.status_code == 422
    assert "Write a whole number." in words(refused)
    assert sent_back(refused)["stops-1-minutes"] == "many"
    answer = browser.post(f"{BASE}new/", sent_back(refused) | {"stops-1-minutes": "20"})
    ident = browser.ident_after(answer)
    page = words(browser.get(answer.location))
    for said in (
        "Taipei",
        "2026-11-23",
        "1,234.50",
        "First Lane",
        "Second Lane",
        "created the record",
    ):
        assert said in page, (said, page)
    edit = f"{BASE}edit/?id={ident}"
    gone = browser.fields(edit) | {"del-stops-0": "on"}
    assert browser.post(edit, gone).status_code == 302
    lines = words(browser.get(answer.location)).partition("Activity")[0]
    assert "First Lane" not in lines
    assert "Second Lane" in lines
    assert "Taipei" in words(browser.get(f"{BASE}?visited_on_from=20261101&fare_to=2000&q=tai"))
    assert "Nothing matches" in words(browser.get(f"{BASE}?fare_from=2000"))
    assert "Nothing here yet" in words(company.as_person("sales_b").get(BASE))
    assert company.as_person("sales_b").get(answer.location).status_code == 404
    assert (
        "Taipei,2026-11-23,1234.50"
        in company.as_person("exec").get(f"{BASE}export/?format=csv").text
    )


def masked(company: Company) -> None:
    """What is masked in some rows tells nothing: not by its value, order, filter or search."""
    other = company.as_person("sales_b")
    new = other.fields(f"{BASE}new/") | {"place": "Aaa", "visited_on": "2026-11-01", "fare": "9"}
    assert other.post(f"{BASE}new/", new).status_code == 302
    open_eyes, browser = company.as_person("exec"), company.as_person("cs")
    assert "sort=place" in open_eyes.get(BASE).text
    assert "Found: 1" in words(open_eyes.get(f"{BASE}?fare_to=10"))
    page = browser.get(BASE).text
    assert "sort=place" not in page
    assert 'name="fare_from"' not in page
    for hint in ("Taipei", "Aaa", "1,234.50"):
        assert hint not in page
    plain = _days(browser.get(BASE).text)
    for query in ("sort=place", "sort=-place", "fare_to=10", "fare_from=10", "q=Aaa"):
        assert _days(browser.get(f"{BASE}?{query}").text) == plain, query


def _days(page: str) -> list[str]:
    return re.findall(r'<time datetime="([^"]+)">', page.partition("<tbody>")[2])


if __name__ == "__main__":
    company = made(sys.argv[1], sys.argv[2])
    used(company)
    masked(company)
    remove_session()
