"""What must hold on every page in a browser: accessibility, console, language, width, one script.

Each function takes a Playwright page that has loaded and returns the faults as sentences; an
empty list means all is well. `all_faults` runs them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

from portal.web.catalogue import catalogues
from portal.web.wording import simplified_letters, traditional_letters

AXE = Path(__file__).parent / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HTML_LANG = {"zh_Hant_TW": "zh-Hant-TW", "zh_Hans_CN": "zh-Hans-CN", "en": "en"}
_ENGLISH = re.compile(r"\b[A-Za-z]+(?: [a-z]+)+\b")
#: What an open menu lies over is reached by closing the menu; the rule of sizes does not know that.
_COVERED = """(v, n) => {
  const [a, sheet] = [document.querySelector(n.target.join(' ')), document.querySelector('.menu[open] .sheet')]
    .map((e) => e?.getBoundingClientRect());
  return v.id === 'target-size' && sheet && a.left < sheet.right && a.right > sheet.left && a.top < sheet.bottom && a.bottom > sheet.top;
}"""
_RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then(r => r.violations.flatMap(v => v.nodes.filter(n => !COVERED(v, n)).map(n => v.id + ': ' + n.target.join(' ') + ' – ' +
    (n.failureSummary || '').split('\\n').slice(1, 2).join('').trim())))""".replace(
    "COVERED", f"({_COVERED})"
)
#: Texts of the page: the language they are marked with, the text, whether it is a value shown.
_TEXTS = """() => {
  const found = [], quiet = 'script, style, noscript, template, kbd, code, [data-content], .avatar, .said, .snippet, .redline-text';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim().replace(/\\s+/g, ' ');
    if (text && !at.closest(quiet)) found.push([at.closest('[lang]').lang, text, !!at.closest('td, dd, .rows, option')]);
  }
  for (const at of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (at.getAttribute(name) && !at.closest(quiet))
        found.push([at.closest('[lang]').lang, at.getAttribute(name), false]);
  found.push([document.documentElement.lang, document.title, false]);
  return found;
}"""
#: What sticks out of the window, or out of its card without a box that scrolls or cuts in between.
_STICKING = """() => {
  const window_ = document.documentElement.clientWidth, found = [[], []], tells = (e) =>
    `${e.tagName.toLowerCase()}.${e.className} “${e.textContent.trim().slice(0, 20)}”`;
  const free = (e, box) => {
    for (let p = e.parentElement; p && p !== box; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') return false;
    return true;
  };
  if (document.documentElement.scrollWidth > window_) {
    for (const e of document.body.querySelectorAll('*'))
      if (e.checkVisibility() && e.getBoundingClientRect().right > window_ + 1 && free(e, document.body)) found[0].push(`window: ${tells(e)}`);
    if (!found[0].length) found[0].push('window, though nothing seen');
  }
  for (const card of document.querySelectorAll('.card')) {
    const { left, right } = card.getBoundingClientRect();
    for (const e of card.querySelectorAll(':not(.sheet, .sheet *, .sr-only, svg *, option, optgroup)')) {
      const box = e.getBoundingClientRect();
      if (box.width && e.checkVisibility() && (box.right > right + 1 || box.left < left - 1) && free(e, card)) found[1].push(`card: ${tells(e)}`);
    }
  }
  return found.flatMap((some) => some.slice(0, 3));
}"""
#: Words cut off without an ellipsis: buttons, badges, tabs, heads whose box is too small for them.
_CUT = """() => [...document.querySelectorAll('.btn, .badge, .tabs a, th, label, h1, h2, .count, .chip-label')]
  .filter((e) => !e.closest('.sr-only, [hidden]') && e.clientWidth && getComputedStyle(e).overflowX !== 'visible'
    && e.scrollWidth > e.clientWidth + 1)
  .map((e) => `${e.tagName.toLowerCase()}.${e.className} “${e.textContent.trim().slice(0, 30)}”`).slice(0, 3)"""

#: Icons whose drawing is not in the sprite.
_EMPTY = """() => [...document.querySelectorAll('svg.icon')].filter((e) => e.checkVisibility() && !e.getBBox().width)
  .map((e) => e.querySelector('use').getAttribute('href').split('#')[1])"""


class Console:
    """Errors, warnings and failed requests of a page, collected from its opening on."""

    def __init__(self, page: Page) -> None:
        self.page, self.errors, self._opened = page, list[str](), set[str]()
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._opened.add(f"({request.url.partition('#')[0]})")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def taken(self) -> list[str]:
        """The errors since last asked, without those of pages which were a refusal themselves."""
        found, self.errors = self.errors, []
        opened, self._opened = tuple(self._opened), set()
        return [e for e in found if not ("Failed to load" in e and e.endswith(opened))]


@dataclass(frozen=True)
class Content:
    """What people typed, so that the portal's own words can be told from it.

    `texts` may stand inside a sentence, longest first; `whole` are those that may be a value.
    """

    texts: tuple[str, ...] = field(repr=False)
    whole: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Content:
        """From any texts; short codes are left out, they are inside many a word."""
        kept = {" ".join(t.split()) for t in texts}
        long = (t for t in kept if len(t) > (5 if t.isascii() else 1))
        return cls(tuple(sorted(long, key=len, reverse=True)), frozenset(kept))

    def cut_from(self, said: str) -> str:
        """What is left of a text of the page."""
        for text in self.texts:
            if text in said:
                said = said.replace(text, " ")
        return said


def axe_violations(page: Page) -> list[str]:
    """Every node that breaks a rule of WCAG 2.0–2.2 A/AA or of good practice."""
    page.evaluate(_axe())  # not by a script tag, which the content policy forbids
    found: list[str] = page.evaluate(_RUN_AXE, TAGS)
    return found


def wrong_lang(page: Page, locale: str) -> list[str]:
    """Whether ``<html lang>`` names the language the page is in."""
    lang = page.evaluate("document.documentElement.lang")
    return [] if lang == HTML_LANG[locale] else [f"html lang is {lang}, not {HTML_LANG[locale]}"]


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways, and what sticks out of its card."""
    return [f"sticks out of the {name}" for name in _listed(page, _STICKING)]


def cut_words(page: Page) -> list[str]:
    """Buttons, badges and heads whose words do not fit."""
    return [f"words are cut: {name}" for name in _listed(page, _CUT)]


def empty_icons(page: Page) -> list[str]:
    """Icons that are drawn as nothing."""
    return [f"no such icon: {name}" for name in _listed(page, _EMPTY)]


def mixed_languages(page: Page, locale: str, content: Content) -> list[str]:
    """Texts left in English on a Chinese page, and letters of the other Chinese script.

    Texts marked with a language of their own are looked at in that language elsewhere.
    """
    if locale == "en":
        return []
    said = {
        text
        for lang, text, value in page.evaluate(_TEXTS)
        if lang == HTML_LANG[locale] and not (value and text in content.whole)
    }
    return [fault for text in sorted(said) for fault in faults_of_text(text, locale, content)]


def faults_of_text(text: str, locale: str, content: Content) -> list[str]:
    """What is wrong with one text of a Chinese page."""
    known = catalogues()[locale].get(text)
    if known is not None and known != text:
        return [f"not translated: {text}"]
    found, left = [], content.cut_from(text)
    if _ENGLISH.search(left):
        found.append(f"still English: {text}")
    letters = simplified_letters if locale == "zh_Hant_TW" else traditional_letters
    if wrong := letters(left):
        found.append(f"letters {wrong} of the other script: {text}")
    return found


def all_faults(page: Page, console: Console, locale: str, content: Content) -> list[str]:
    """Every check on one page."""
    return [
        *axe_violations(page),
        *console.taken(),
        *wrong_lang(page, locale),
        *sticking_out(page),
        *cut_words(page),
        *empty_icons(page),
        *mixed_languages(page, locale, content),
    ]


def _listed(page: Page, script: str) -> list[str]:
    found: list[Any] = page.evaluate(script)
    return [str(one) for one in found]


@lru_cache(1)
def _axe() -> str:
    return AXE.read_text("utf-8")
