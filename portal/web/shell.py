"""The frame around pages: the menu a person gets, how much waits for them, and the named places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from portal.kernel import access
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.edge import asked
from portal.web.record_view import RecordView, registry

#: Endpoints templates call by name.
PLACES = {
    "home": "home.work",
    "find": "finder.find",
    "preferences": "account.preferences",
    "profile": "account.profile",
    "sign_out": "account.sign_out",
    "sign_in": "account.sign_in",
    "here": "account.here",
}
#: Chapters in the menu's order; one without a screen the person may list is not there.
CHAPTERS = {
    "documents": _("Papers and seals"),
    "sales": _("Sales and contracts"),
    "customers": _("Clients"),
    "confidentiality": _("Confidentiality"),
    "organization": _("Organization"),
}


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


def install(app: Flask, extras: tuple[Extra, ...], waiting: Callable[[], int]) -> None:
    """Give templates the menu, the places and how things look; `waiting` counts for the person."""
    app.jinja_env.globals.update(show.GLOBALS, PLACES=PLACES)

    @app.context_processor
    def frame() -> dict[str, Any]:
        if g.get("person") is None:
            return {"chapters": []}
        if "waiting" not in g:
            g.waiting = 0 if asked.by_htmx() else waiting()
        return {"chapters": chapters(extras)}


def chapters(extras: tuple[Extra, ...]) -> list[dict[str, Any]]:
    """My work, then each chapter with what the person may open."""
    work = Entry(
        _("My work"), url_for(PLACES["home"]), "inbox", request.endpoint == PLACES["home"],
        g.get("waiting", 0),
    )  # fmt: skip
    found: list[dict[str, Any]] = [{"key": "top", "label": "", "icon": "inbox", "items": [work]}]
    for key, label in CHAPTERS.items():
        if entries := [*_lists(key), *_pages(key, extras)]:
            found.append({"key": key, "label": label, "icon": entries[0].icon, "items": entries})
    return found


def _lists(chapter: str) -> Iterator[Entry]:
    for screen in registry.screens():
        if screen.chapter == chapter and _listed(screen):
            here = request.blueprint == screen.endpoint
            url = url_for(f"{screen.endpoint}.index_view")
            yield Entry(type(screen).name, url, screen.icon, here)


def _listed(screen: RecordView) -> bool:
    """Whether there is something on the list that the person does not have on their profile."""
    if screen.about_oneself and not access.reaches_beyond_own(screen.record):
        return False
    return access.allowed(screen.record, access.READ)


def _pages(chapter: str, extras: tuple[Extra, ...]) -> Iterator[Entry]:
    for one in extras:
        if one.chapter == chapter and one.may():
            here = request.endpoint == one.endpoint
            yield Entry(one.label, url_for(one.endpoint), one.icon, here)
