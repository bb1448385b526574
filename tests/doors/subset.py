"""What lists, exports, look-ups, the finder, search, facets and suggestions give: never more than is seen."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator

from portal.documents.models import Document
from portal.documents.search import index
from portal.kernel import access
from portal.kernel.db import remove_session, session
from portal.kernel.record import kinds
from portal.web.record_view import RecordView, registry
from portal.web.record_view.columns import column_of
from tests.doors.company import Company
from tests.doors.matrix import Person, may, opens

#: Words that stand in papers of every language and class, and in the names of clients.
WORDS = ("公司", "保密", "雲端", "销售", "agreement", "zqxvnda")
LED_TO = re.compile(r'href="/(?:\w+/(\w+)/details/\?id=|(papers)/)(\d+)')


def seen(company: Company, who: Person, kind: str) -> set[int]:
    """The rows of a kind that the matrix lets the person know of."""
    rows = company.rows[kind]
    if kind == "document":
        grants = company.rows["access_grant"]
        return {one.id for one in rows if opens(who, one, company.subject(one), grants)}
    return {one.id for one in rows if may(who, "R", one)}


def links(page: str) -> Iterator[tuple[str, int]]:
    """(kind, id) of every record the main part of a page leads to."""
    main = page.partition("<main")[2].partition("</main>")[0] or page
    for kind, paper, ident in LED_TO.findall(main):
        yield "document" if paper else kind, int(ident)


def wrong(company: Company, name: str) -> list[str]:
    """Every door that gives this person something else than the matrix does."""
    who, found = company.people[name], list[str]()
    for screen in registry.screens():
        found += _list(company, who, screen)
        found += _sheet(company, who, screen)
        found += _look_ups(company, who, screen)
    return [*found, *_finder(company, who), *_search(company, who), *_suggestions(company, who)]


def _list(company: Company, who: Person, screen: RecordView) -> Iterator[str]:
    """Every page of the list, which shows exactly what is seen."""
    kind, visitor = screen.endpoint, company.visitor(who.name)
    place, listed = f"/{screen.chapter}/{kind}/", set[int]()
    while place:
        answer = visitor.get(place)
        if answer.status_code == 404:
            break
        listed |= {ident for one, ident in links(answer.text) if one == kind}
        later = re.search(r'rel="next" href="([^"]+)"', answer.text)
        place = html.unescape(later[1]) if later else ""
    if listed != (expected := seen(company, who, kind)):
        yield f"the list of {kind}: {sorted(listed ^ expected)} more or less"


def _sheet(company: Company, who: Person, screen: RecordView) -> Iterator[str]:
    """The export, which holds what is seen and may be taken along."""
    kind = screen.endpoint
    answer = company.visitor(who.name).get(f"/{screen.chapter}/{kind}/export/?format=csv")
    taken = 0
    if answer.status_code == 200:
        taken = len(list(csv.reader(io.StringIO(answer.text)))) - 1
    rows = company.rows[kind] if kind != "document" else []
    may_take = [one for one in rows if may(who, "R", one) and may(who, "X", one)]
    if taken != len(may_take):
        yield f"the export of {kind}: {taken} rows instead of {len(may_take)}"


def _look_ups(company: Company, who: Person, screen: RecordView) -> Iterator[str]:
    """What the fields of the form offer, also for what somebody else's record is called."""
    visitor, base = company.visitor(who.name), f"/{screen.chapter}/{screen.endpoint}/lookup/"
    for name in screen.fields:
        target = column_of(kinds()[screen.endpoint], name).target
        if target is None:
            continue
        kind = target.__tablename__
        hidden = [r for r in company.rows[kind] if r.id not in seen(company, who, kind)]
        for term in ("", *(str(r.values.get("name", "")) for r in hidden[:1])):
            answer = visitor.get(f"{base}?name={name}&query={term}")
            offered = {one["value"] for one in answer.json} if answer.status_code == 200 else set()
            if more := offered - seen(company, who, kind):
                yield f"the look-up {screen.endpoint}.{name}: {sorted(more)}"


def _finder(company: Company, who: Person) -> Iterator[str]:
    visitor = company.visitor(who.name)
    for word in WORDS:
        for kind, ident in links(visitor.get(f"/find?q={word}").text):
            if ident not in seen(company, who, kind):
                yield f"the finder, {word}: {kind} {ident}"


def _search(company: Company, who: Person) -> Iterator[str]:
    """Hits, how many they are said to be, and how many each facet counts."""
    visitor, mine = company.visitor(who.name), seen(company, who, "document")
    papers = [one for one in company.rows["document"] if one.id in mine]
    for word in WORDS:
        page = visitor.get(f"/search?q={word}").text
        hits = {ident for kind, ident in links(page) if kind == "document"}
        counts = [int(n) for n in re.findall(r'<span class="count">(\d+)</span>', page)]
        if not hits <= mine or any(n > len(papers) for n in counts):
            yield f"search, {word}: {sorted(hits - mine)}, counts {counts} of {len(papers)}"
        for value in ("public", "internal", "confidential", "secret"):
            of_class = sum(one.classification == value for one in papers)
            place = re.search(rf'classification={value}[^"]*"[^>]*>[^<]*</a>\D+(\d+)<', page)
            if place and int(place[1]) > of_class:
                yield f"the facet {value}, {word}: {place[1]} of {of_class}"


def _suggestions(company: Company, who: Person) -> Iterator[str]:
    visitor, mine = company.visitor(who.name), seen(company, who, "document")
    with access.acting_as(access.SYSTEM):
        titles = {index.title_of(session().get_one(Document, ident)) for ident in mine}
    remove_session()
    all_given: set[str] = set()
    for beginning in sorted({one.title[:2] for one in company.rows["document"]}):
        answer = visitor.get(f"/search/suggest?q={beginning}")
        given = set(answer.json) if answer.status_code == 200 else set()  # 404: no papers at all
        if more := given - titles:
            yield f"the suggestions for {beginning}: {sorted(more)}"
        all_given |= given
    if titles and not all_given:
        yield "no suggestion at all"
