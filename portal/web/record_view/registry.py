"""Which screen shows which kind of record; filled as screens are made, read by links between them."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.kernel import access
from portal.kernel.words import Words, _
from portal.web.record_view.screen import Screen
from portal.web.show import inside

_screens: dict[str, Screen] = {}


def add(screen: Screen) -> None:
    """Register the screen of its kind of record."""
    _screens[screen.record.__tablename__] = screen


def screens() -> list[Screen]:
    """Every screen, in the order of registration."""
    return list(_screens.values())


def forget() -> None:
    """Start anew (an application is being made)."""
    _screens.clear()


def screen_of(kind: type | str) -> Screen | None:
    """The screen of a record class or table name."""
    return _screens.get(kind if isinstance(kind, str) else getattr(kind, "__tablename__", ""))


def making(kind: type | None) -> tuple[str, Words] | None:
    """Where the person acting makes a record of this kind, and what the link says; None for one they may not make."""
    screen = None if kind is None else screen_of(kind)
    if screen is None or not screen.new_button or not screen.fields:
        return None
    if not access.allowed(screen.record, access.CREATE):
        return None
    noun = inside(screen.record.noun)
    return url_for(f"{screen.endpoint}.create_view"), _("New %(kind)s", kind=noun)


def address(record: Any) -> str:
    """Where a record is shown; empty when its kind has no screen."""
    return address_of(type(record), record.id)


def address_of(model: type, ident: int) -> str:
    """The same for a row that need not be read for it."""
    screen = screen_of(model)
    if screen is None:
        return ""
    if screen.opens:
        return url_for(screen.opens, ident=ident)
    return url_for(f"{screen.endpoint}.details_view", id=ident)
