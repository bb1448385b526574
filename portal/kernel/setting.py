"""What the company may decide for itself: limits, days, texts; each with its source and date.

Chapters declare their settings with a default; a row in the table overrides it. The default
of everything stands in the code, so an empty table is a working company.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import session
from portal.kernel.record import Record, shown
from portal.kernel.words import Words, _

#: Where a setting comes from unless a law or a contract says otherwise.
COMPANY = _("Company decision")


@dataclass(frozen=True)
class Declared:
    """A setting the program knows: its default, what it is for and who must confirm it."""

    key: str
    default: Any
    about: Words
    source: Words = COMPANY


_declared: dict[str, Declared] = {}


def declare(key: str, default: Any, about: Words, **more: Any) -> None:
    """Make a setting known; the type of `default` is the type of every value."""
    _declared[key] = Declared(key, default, about, **more)


def declared() -> dict[str, Declared]:
    """Every setting the program knows."""
    return dict(_declared)


class Setting(Record):
    """One decision of the company, with where it comes from and since when it holds."""

    __tablename__ = "setting"
    noun: ClassVar[Words] = _("Setting")

    key: Mapped[str] = mapped_column(String(64), unique=True, info=shown(_("Key")))
    value: Mapped[Any] = mapped_column(JSON, info=shown(_("Value"), wide=True))
    source: Mapped[str] = mapped_column(
        String(200), default="", info=shown(_("Source"), help=_("Law, resolution or person."))
    )
    jurisdiction: Mapped[str] = mapped_column(String(40), default="", info=shown(_("Jurisdiction")))
    decided_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Decided on")))
    note: Mapped[str] = mapped_column(String(200), default="", info=shown(_("Note")))

    def __str__(self) -> str:
        return self.key

    def check(self) -> Iterator[tuple[str, Words]]:
        """The key must be known and the value of its type."""
        if self.key not in _declared:
            yield "key", _("The portal knows no setting of this name.")
        elif _typed(self.value, _declared[self.key].default) is None:
            yield "value", _("This is not a value for this setting.")


def value(key: str) -> Any:
    """The value in force: the table's, else the declared default."""
    known = _declared[key]
    table = Setting.__table__  # by table: everybody works under the settings, few may read the rows
    found = session().connection().scalar(select(table.c.value).where(table.c.key == key))
    typed = None if found is None else _typed(found, known.default)
    return known.default if typed is None else typed


def _typed(given: Any, default: Any) -> Any:
    """`given` as the type of `default`, or None when it cannot be read so."""
    try:
        if isinstance(default, Decimal):
            return Decimal(str(given))
        if isinstance(default, bool):
            return given if isinstance(given, bool) else None
        if isinstance(default, int):
            return int(given)
        if isinstance(default, str):
            return str(given)
        return given if isinstance(given, type(default)) else None
    except (InvalidOperation, ValueError, TypeError):
        return None
