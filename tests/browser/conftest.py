"""One running portal for all browser tests, and windows in which its people are signed in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.company import PASSWORD, Company, running
from tests.browser.page_checks import Console, Content
from tests.browser.places import SAID
from tests.browser.state_places import TYPED
from tests.browser.states import prepare
from tests.browser.typed_texts import texts_of

#: Opens the window of a person: who, how wide (1280 pixels when not said).
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    """The acceptance company, served by the real command."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-browser-") as folder,
        running(Path(folder), prepare=prepare) as one,
    ):
        yield one


@pytest.fixture(scope="session")
def content(company: Company) -> Content:
    """Everything people typed into that company."""
    return Content.of({*texts_of(company.data), *SAID, *TYPED})


class Windows:
    """Windows of the browser; signing in is done once for each person."""

    def __init__(self, browser: Browser, company: Company) -> None:
        self.browser, self.company = browser, company
        self._kept: dict[str, object] = {}

    def open(self, who: str = "", width: int = 1280, theme: str = "light") -> Page:
        """A fresh window of `who`, at the company's address; close its context when done."""
        size = {"width": width, "height": 800}
        base = {"base_url": self.company.address, "viewport": size, "locale": "zh-TW"}
        if who and who not in self._kept:
            context = self.browser.new_context(**base)  # type: ignore[arg-type]
            self._kept[who] = sign_in(context, who)
        state = {"storage_state": self._kept[who]} if who else {}
        context = self.browser.new_context(**base, **state)  # type: ignore[arg-type]
        context.add_cookies([{"name": "theme", "value": theme, "url": self.company.address}])
        return context.new_page()


def sign_in(context: BrowserContext, who: str) -> object:
    """Through the login page; returns the cookies and closes the window."""
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#name", who)
    page.fill("#password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture(scope="session")
def windows(chromium: Browser, company: Company) -> Windows:
    """The windows of this session."""
    return Windows(chromium, company)


@pytest.fixture
def window(windows: Windows) -> Iterator[Opens]:
    """The window of a person, kept open during the story; no script may fail in any of them."""
    opened: dict[tuple[str, int], tuple[Page, Console]] = {}

    def of(who: str, width: int = 1280) -> Page:
        if (who, width) not in opened:
            page = windows.open(who, width)
            spoken_to(page, "zh_Hant_TW")
            opened[who, width] = page, Console(page)
        return opened[who, width][0]

    yield of
    said = [fault for _page, console in opened.values() for fault in console.taken()]
    for page, _console in opened.values():
        page.context.close()
    assert said == []


def spoken_to(page: Page, locale: str) -> None:
    """Choose the language as one does in one's own menu: it stays with the account."""
    page.goto("/profile")
    lang = locale.replace("_", "-")
    if page.locator(f'html[lang="{lang}"]').count() == 0:
        page.locator(f'button[name=language][value="{locale}"]').first.dispatch_event("click")
        page.locator(f'html[lang="{lang}"]').wait_for(state="attached")


def named(company: Company) -> dict[str, SimpleNamespace]:
    """The seed's ids, so that a path can say ``{contract.draft_a}``."""
    return {kind: SimpleNamespace(**ids) for kind, ids in company.ids.items()}
