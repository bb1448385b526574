"""What must hold on every page in a browser: accessibility, console, language, width, one script.

Each function takes a Playwright page that has loaded and returns the faults as sentences; an
empty list means all is well. `all_faults` runs them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from portal.web.wording import simplified_letters, traditional_letters

AXE = Path(__file__).parent / "axe" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HTML_LANG = {"zh_Hant_TW": "zh-Hant-TW", "zh_Hans_CN": "zh-Hans-CN", "en": "en"}
_ENGLISH = re.compile(r"\b[A-Za-z]+(?: [a-z]+)+\b")
_RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' – ' +
    (n.failureSummary || '').split('\\n').slice(1, 2).join('').trim())))"""
#: Texts of the page by the language they are marked with, without what the portal did not say.
_TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (at.closest('script, style, noscript, template, kbd, [data-content], .said, .snippet, .redline-text')) continue;
    const text = walker.currentNode.textContent.trim();
    if (text) found.push([at.closest('[lang]').lang, text]);
  }
  for (const at of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (at.getAttribute(name)) found.push([at.closest('[lang]').lang, at.getAttribute(name)]);
  return found;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium of the system, headless; its absence is an error that names it."""
    if not Path(CHROMIUM).exists():
        raise FileNotFoundError(f"Chromium is needed for browser tests and is not at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Console:
    """Errors and failed requests of a page, collected from its opening on."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"console: {message.text}")

    def taken(self) -> list[str]:
        """The errors since last asked."""
        found, self.errors = self.errors, []
        return found


def axe_violations(page: Page) -> list[str]:
    """Every node that breaks a rule of WCAG 2.0–2.2 A/AA or of good practice."""
    page.evaluate(_axe())  # not by a script tag, which the content policy forbids
    found: list[str] = page.evaluate(_RUN_AXE, TAGS)
    return found


def wrong_lang(page: Page, locale: str) -> list[str]:
    """Whether ``<html lang>`` names the language the page is in."""
    lang = page.evaluate("document.documentElement.lang")
    return [] if lang == HTML_LANG[locale] else [f"html lang is {lang}, not {HTML_LANG[locale]}"]


def sideways(page: Page) -> list[str]:
    """Whether the page scrolls sideways, and what sticks out."""
    over: list[Any] = page.evaluate(
        """() => { const w = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= w) return [];
        return [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > w + 1)
          .slice(0, 3).map(e => e.tagName + '.' + e.className) }"""
    )
    return [f"sticks out sideways: {name}" for name in over]


def mixed_languages(page: Page, locale: str) -> list[str]:
    """Texts left in English on a Chinese page, and letters of the other Chinese script.

    Content (what people typed) is to be marked with ``data-content`` or its own ``lang``.
    """
    found = []
    for lang, text in page.evaluate(_TEXTS):
        if lang != HTML_LANG[locale] or locale == "en":
            continue
        if _ENGLISH.search(text):
            found.append(f"still English: {text}")
        letters = simplified_letters if locale == "zh_Hant_TW" else traditional_letters
        if wrong := letters(text):
            found.append(f"letters {wrong} of the other script: {text}")
    return found


def all_faults(page: Page, console: Console, locale: str) -> list[str]:
    """Every check on one page."""
    return [
        *axe_violations(page), *console.taken(), *wrong_lang(page, locale), *sideways(page),
        *mixed_languages(page, locale),
    ]  # fmt: skip


@lru_cache(1)
def _axe() -> str:
    return AXE.read_text("utf-8")
