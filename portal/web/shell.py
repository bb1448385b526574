"""The frame around pages: the menu a person gets, how much waits for them, the pages it links to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from portal.kernel import access
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.edge import asked
from portal.web.record_view import Screen, registry


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: Words
    url: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Extra:
    """A page that is no record's list and belongs into a chapter, for those it is for."""

    chapter: str
    label: Words
    endpoint: str
    icon: str
    may: Callable[[], bool]


@dataclass(frozen=True)
class Frame:
    """What the frame takes from the floors above the web, which knows none of their pages.

    `places`: name -> endpoint of the pages templates link to by name. `chapters`: key -> words, in
    the menu's order; one without a page the person may open is not there. `waiting()` counts what
    waits for the person acting.
    """

    places: Mapping[str, str]
    chapters: Mapping[str, Words]
    extras: tuple[Extra, ...]
    waiting: Callable[[], int]


def install(app: Flask, frame: Frame) -> None:
    """Give templates the menu, the places and how things look."""
    app.jinja_env.globals.update(show.GLOBALS, PLACES=frame.places)

    @app.context_processor
    def around() -> dict[str, Any]:
        if g.get("person") is None:
            return {"chapters": []}
        if "waiting" not in g:
            g.waiting = 0 if asked.by_htmx() else frame.waiting()
        return {"chapters": chapters(frame)}


def chapters(frame: Frame) -> list[dict[str, Any]]:
    """My work, then each chapter with what the person may open."""
    home, waiting = frame.places["home"], g.get("waiting", 0)
    work = Entry(_("My work"), url_for(home), "inbox", request.endpoint == home, waiting)
    found: list[dict[str, Any]] = [{"key": "top", "label": "", "icon": "inbox", "items": [work]}]
    for key, label in frame.chapters.items():
        if entries := [*_lists(key), *_pages(key, frame.extras)]:
            found.append({"key": key, "label": label, "icon": entries[0].icon, "items": entries})
    return found


def _lists(chapter: str) -> Iterator[Entry]:
    for screen in registry.screens():
        if screen.chapter == chapter and _listed(screen):
            here = request.blueprint == screen.endpoint
            url = url_for(f"{screen.endpoint}.index_view")
            yield Entry(type(screen).name, url, screen.icon, here)


def _listed(screen: Screen) -> bool:
    """Whether there is something on the list that the person does not have on their profile."""
    if screen.about_oneself and not access.reaches_beyond_own(screen.record):
        return False
    return access.allowed(screen.record, access.READ)


def _pages(chapter: str, extras: tuple[Extra, ...]) -> Iterator[Entry]:
    for one in extras:
        if one.chapter == chapter and one.may():
            here = request.endpoint == one.endpoint
            yield Entry(one.label, url_for(one.endpoint), one.icon, here)
