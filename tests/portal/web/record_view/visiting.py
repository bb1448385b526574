"""Using the screen of `visits` from the first form to the sheet; run by `test_new_kind` as a process.

A new kind of record stays for the life of a process, so it gets one of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from portal import migrations
from portal.boot import boot
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, transaction
from portal.seed import people
from portal.web.routes import all_routes
from portal.web.wording import used
from tests.house.test_rights import without_rules
from tests.portal.web.record_view import visits
from tests.portal.web.record_view.conftest import Company, application, sent_back, words
from tests.portal.web.record_view.test_engine import ROUTES

BASE = "/sales/visit/"


def made(url: str, folder: str) -> Company:
    """The company with this one screen."""
    engine = boot(Config(data=Path(folder), database_url=url))
    visits.allow()
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        accounts = people.staff("only-for-the-tests-2026")
    return Company(application((visits.Visits,)), accounts)


def gone_through(company: Company) -> None:
    """Form, page, list, filters, sheet, foreign eyes."""
    browser = company.as_person("sales_a")
    typed = browser.fields(f"{BASE}new/") | {
        "owner": str(company.accounts["sales_a"].employee_id),
        "place": "Taipei",
        "visited_on": "115/11/23",
        "fare": "much",
    }
    refused = browser.post(f"{BASE}new/", typed)
    assert refused.status_code == 422
    assert "Write the sum in digits" in words(refused)
    assert sent_back(refused)["fare"] == "much"
    answer = browser.post(f"{BASE}new/", sent_back(refused) | {"fare": "1,234.5"})
    assert browser.ident_after(answer)
    page = words(browser.get(answer.location))
    for said in (
        "Taipei",
        "2026-11-23",
        "1,234.50",
        "created the record",
    ):
        assert said in page, (said, page)
    assert "Taipei" in words(browser.get(f"{BASE}?visited_on_from=20261101&fare_to=2000&q=tai"))
    assert "Nothing matches" in words(browser.get(f"{BASE}?fare_from=2000"))
    assert "Nothing here yet" in words(company.as_person("sales_b").get(BASE))
    assert company.as_person("sales_b").get(answer.location).status_code == 404
    assert (
        "Taipei,2026-11-23,1234.50"
        in company.as_person("exec").get(f"{BASE}export/?format=csv").text
    )


def grown(company: Company) -> None:
    """What nobody wrote for it: look-up, draft, conflict, history, comments, views, the sheet's note."""
    browser = company.as_person("sales_a")
    found = browser.get(f"{BASE}lookup/?name=owner&query=林").json
    assert [one["text"] for one in found] == ["林知遠", "林雅婷"], found
    ident = int(re.search(r"details/\?id=(\d+)", browser.get(BASE).text)[1])
    edit, details = f"{BASE}edit/?id={ident}", f"{BASE}details/?id={ident}"
    typed = browser.fields(edit)
    assert browser.post(f"{BASE}draft/?id={ident}", typed | {"place": "Tai"}).status_code == 204
    assert browser.fields(f"{edit}&draft=1")["place"] == "Tai"
    other = company.as_person("sales_a")
    assert other.post(edit, typed | {"place": "Taichung"}).status_code == 302
    late = browser.post(edit, typed | {"place": "Tainan"})
    assert late.status_code == 409
    assert "Taichung" in words(late)
    assert browser.post(f"{BASE}comment/", {"id": ident, "text": "by train"}).status_code == 302
    history = browser.read(f"{BASE}history/?id={ident}")
    for said in ("before Taipei → after Taichung", "by train", "Entries unaltered"):
        assert said in history, said
    browser.post(f"{BASE}keep/", {"name": "North", "back": f"{BASE}?q=tai"})
    assert "North" in browser.read(BASE)
    assert other.post(edit, browser.fields(edit) | {"place": "Taipei"}).status_code == 302
    assert browser.get(f"{BASE}export/").status_code == 403  # export is a right of its own
    assert company.as_person("hr").get(details).status_code == 404
    assert company.as_person("hr").get(BASE).status_code == 404


def swept(company: Company) -> None:
    """The sweeps of the house see it although no test speaks of it."""
    assert visits.Visit in access.governed()
    assert without_rules([visits.Visit]) == {"visit"}  # its rights forgotten, the sweep names it
    visits.allow()
    assert access.rules(visits.Visit)
    assert {"Visit", "Place", "Visits"} <= set(used(Path(visits.__file__).parent))
    routes = [r for r in all_routes(company.app) if r["endpoint"].startswith("visit.")]
    assert {r["needs"] for r in routes} == {"record"}
    assert len(routes) == len(ROUTES)
    assert not policy_free(visits.Visit)


def policy_free(model: type) -> set[str]:
    """Actions anybody could take on a kind without a rule saying so."""
    stranger = access.Actor(account_id=0, employee_id=0, roles=(access.Held("employee"),))
    return {action for action in "RCEPX" if access.allowed(model, action, stranger)}


def migrated(folder: str) -> None:
    """Its migration writes itself: the tables and nothing else differ from the migrated database."""
    engine = create_engine(f"sqlite:///{folder}/migrated.db")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    new = {one[1].name for one in found if one[0] == "add_table"}
    assert new == {"visit"}, found
    assert {one[0] for one in found} <= {"add_table", "add_index"}, found


def masked(company: Company) -> None:
    """What is masked in some rows tells nothing: not by its value, order, filter or search."""
    other = company.as_person("sales_b")
    mine = {"owner": str(company.accounts["sales_b"].employee_id)}
    said = {"place": "Aaa", "visited_on": "2026-11-01", "fare": "9", **mine}
    new = other.fields(f"{BASE}new/") | said
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
    gone_through(company)
    grown(company)
    masked(company)
    swept(company)
    migrated(sys.argv[2])
    remove_session()
