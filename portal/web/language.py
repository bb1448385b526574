"""Which language a reader gets, and saying things in it: pages, form messages, jobs and letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel import Locale
from flask import Flask, g, has_request_context, request, request_started
from flask_babel import Babel, refresh
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from portal.kernel import clock
from portal.kernel import words as kernel_words
from portal.web.catalogue import catalogues

#: Locale and its own name, in the order menus show them.
LOCALES = {"zh_Hant_TW": "繁體中文", "zh_Hans_CN": "简体中文", "en": "English"}
DEFAULT = "zh_Hant_TW"
COOKIE = "language"
_SHORT = {"zh_Hant": "zh_Hant_TW", "zh_Hans": "zh_Hans_CN", "en": "en"}
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def locale_of(code: str | None) -> str | None:
    """Our locale for a language tag in any usual spelling (zh-TW, zh_Hant, en-GB), else None."""
    parts = (code or "").replace("_", "-").casefold().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] == "zh":
        return "zh_Hant_TW" if any(p in _TRADITIONAL for p in parts[1:]) else "zh_Hans_CN"
    return None


def choose(person: str | None, cookie: str | None, accepted: str | None) -> str:
    """The locale of a reader: their own setting, else their cookie, else their browser's wish."""
    wishes = [person, cookie, *(tag for tag, _q in _wishes(accepted))]
    return next((known for wish in wishes if (known := locale_of(wish))), DEFAULT)


def _wishes(accepted: str | None) -> LanguageAccept:
    return parse_accept_header(accepted or "", LanguageAccept)


def current() -> str:
    """The locale being spoken now: ``zh_Hant_TW``, ``zh_Hans_CN`` or ``en``."""
    return _SHORT[kernel_words.language.get()]


def speak(locale: str) -> None:
    """From here on, in this request or job, sentences come in `locale`."""
    known = catalogues()[locale]
    kernel_words.translator.set(lambda text: known.get(text, text))
    kernel_words.language.set("_".join(locale.split("_")[:2]))
    if has_request_context():
        refresh()


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block: for letters, PDFs and jobs made for one reader."""
    before = current()
    speak(locale)
    try:
        yield
    finally:
        speak(before)


def say(text: str, **values: Any) -> Markup:
    """``_`` of the templates: the sentence in the reader's language, its values escaped."""
    said = escape(kernel_words.translator.get()(text))
    return said % values if values else said


class FormMessages:
    """WTForms' own messages in the reader's language, from our catalogue."""

    def gettext(self, text: str) -> str:
        """One message."""
        return kernel_words.translator.get()(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """A message that counts; Chinese has one form, kept under the English plural."""
        said = one if n == 1 and current() == "en" else many
        return self.gettext(said)


def install(app: Flask) -> None:
    """Choose a language for each request and give templates ``_``, ``get_locale``, ``LOCALES``.

    Install it after whatever sets ``g.person``: the person's own ``locale`` then wins. Requests
    that fail before that still speak the cookie's or the browser's language.
    """
    zone = clock.zone().key
    Babel(app, default_locale=DEFAULT, default_timezone=zone, locale_selector=current)
    request_started.connect(_greet, app, weak=False)
    app.before_request(_listen)
    app.jinja_env.globals.update(_=say, get_locale=current_locale, LOCALES=LOCALES)


def current_locale() -> Locale:
    """Babel's locale of the reader; ``str()`` gives ``zh_Hant_TW``."""
    return Locale.parse(current())


def _greet(_app: Flask, **_more: Any) -> None:
    speak(choose(None, request.cookies.get(COOKIE), request.headers.get("Accept-Language")))


def _listen() -> None:
    own = locale_of(getattr(g.get("person"), "locale", None))
    if own and own != current():
        speak(own)
