"""Every page and state in every language, theme and width: no fault of the kinds in `page_checks`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from playwright.sync_api import Page, Response

from tests.browser.company import Company
from tests.browser.conftest import Windows, named, spoken_to
from tests.browser.page_checks import Console, Content, all_faults
from tests.browser.places import PLACES, Place
from tests.browser.state_places import STATES

pytestmark = [pytest.mark.browser, pytest.mark.office]


@dataclass(frozen=True)
class Look:
    """One way of looking at pages."""

    locale: str
    theme: str
    width: int


WHOLE = Look("zh_Hant_TW", "light", 1280)
#: Besides the whole, each page is seen in one look of each row: so in every language, theme, width.
TURNS = (
    (Look("zh_Hans_CN", "dark", 360), Look("zh_Hans_CN", "light", 360)),
    (Look("en", "light", 360), Look("en", "dark", 1280)),
)


def visits() -> list[tuple[Look, Place]]:
    """What is looked at how: everything in the first look, and in turns in the others."""
    found = []
    for at, place in enumerate((*PLACES, *STATES)):
        looks = [WHOLE, *(turn[at % len(turn)] for turn in TURNS)]
        found += [(replace(look, width=place.fits(look.width)), place) for look in looks]
    return found


def rounds() -> list[tuple[str, Look, list[Place]]]:
    """Visits by person and look, so that each window is opened once."""

    def key(visit: tuple[Look, Place]) -> tuple[str, str]:
        return visit[1].who, str(visit[0])

    grouped = groupby(sorted(visits(), key=key), key)
    made = [list(group) for _key, group in grouped]
    return [(group[0][1].who, group[0][0], [place for _look, place in group]) for group in made]


def seen(
    page: Page, console: Console, place: Place, path: str, look: Look, content: Content
) -> list[str]:
    """Go there, do what the place asks, and look."""
    answers: list[int] = []

    def listen(answer: Response) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            answers.append(answer.status)

    page.on("response", listen)
    page.goto(path)
    if place.act is not None:
        place.act(page)
    page.remove_listener("response", listen)
    wrong = [] if answers[-1] == place.status else [f"answered {answers[-1]}, not {place.status}"]
    return [*wrong, *all_faults(page, console, look.locale, content)]


def called(part: str | Look | list[Place]) -> str:
    """One part of a round in the name of its test."""
    if isinstance(part, Look):
        return f"{part.locale}-{part.theme}-{part.width}"
    return part if isinstance(part, str) else str(len(part))


@pytest.mark.parametrize(
    ("who", "look", "places"),
    rounds(),
    ids=called,
)
def test_pages_are_sound(
    who: str, look: Look, places: list[Place], windows: Windows, company: Company, content: Content
) -> None:
    page = windows.open(who, look.width, look.theme)
    console, faults = Console(page), list[str]()
    if who:
        spoken_to(page, look.locale)
    else:
        page.context.add_cookies(
            [{"name": "language", "value": look.locale, "url": company.address}]
        )
    for place in places:
        path = place.path.format(**named(company))
        with place.during(company):
            wrong = seen(page, console, place, path, look, content)
        faults += [f"{place.name}: {fault}" for fault in wrong]
    page.context.close()
    assert not faults, "\n".join(faults)
