"""What the company may decide for itself: limits, days, texts; each with its source and date.

Chapters declare their settings with a default; confirmed rows of the table override it from
their day on. The default of everything stands in the code, so an empty table is a working
company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, String, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, clock, duties, shape
from portal.kernel.db import session
from portal.kernel.record import Staged, shown, state_check
from portal.kernel.registry import Registry
from portal.kernel.shape import Part
from portal.kernel.words import Words, _
from portal.kernel.workflow import Step, Workflow, by_another

#: Where a setting comes from unless a law or a contract says otherwise.
COMPANY = _("Company decision")
LAWYER = _("Proposed by the portal; the company's lawyer must confirm it")


@dataclass(frozen=True)
class Declared:
    """A setting the program knows: its default, what it is for, and the words of its parts.

    `power`: rights or approvals depend on it, so a second person confirms a change (R1.3.1).
    `contradicts`: yields in words in what a typed value contradicts itself; asked as it is entered.
    """

    key: str
    default: Any
    about: Words
    source: Words = COMPANY
    parts: Mapping[str, Words] = field(default_factory=dict)
    power: bool = False
    bounds: tuple[int, int] | None = None
    contradicts: Callable[[Any], Iterator[Words]] | None = None

    @property
    def shape(self) -> tuple[Part, ...]:
        """The boxes of its value: one without a name, or one for each part."""
        if not isinstance(self.default, dict):
            return (Part("", _("Value"), shape.kind_of(self.default), bounds=self.bounds),)
        return tuple(
            Part(name, self.parts.get(name, Words(name)), shape.kind_of(one), bounds=self.bounds)
            for name, one in self.default.items()
        )

    def read(self, given: Any) -> Any:
        """A kept value as the program uses it; None when it cannot be read or is out of bounds."""
        typed = _typed(given, self.default)
        return None if typed is None or next(self.beyond(typed), None) else typed

    def beyond(self, typed: Any) -> Iterator[Words]:
        """Every part of a value that is less or more than it may be, named."""
        values = typed if isinstance(typed, dict) else {"": typed}
        for part in self.shape:
            if part.beyond(values[part.name]):
                least, most = part.bounds or (0, 0)
                yield _(
                    "%(what)s is a number from %(least)s to %(most)s.",
                    what=part.label,
                    least=f"{least:,}",
                    most=f"{most:,}",
                )


_declared = Registry[str, Declared]("setting")


def declare(key: str, default: Any, about: Words, **more: Any) -> None:
    """Make a setting known; the type of `default` is the type of every value, a tuple is of days.

    Raises `ValueError` for a number or a sum without `bounds`, and for a key that is taken.
    """
    known = Declared(key, default, about, **more)
    if any(part.kind in ("number", "money") and part.bounds is None for part in known.shape):
        raise ValueError(f"{key} has no bounds")
    _declared.tell(key, known)


def declared() -> dict[str, Declared]:
    """Every setting the program knows, by key: what the modules told when they were imported."""
    return dict(_declared)


SETTING = Workflow(
    name="setting",
    states={
        "proposed": (_("Proposed"), "amber"),
        "confirmed": (_("Confirmed"), "green"),
        "withdrawn": (_("Withdrawn"), "grey"),
    },
    editable=frozenset({"proposed"}),
    path=("proposed", "confirmed"),
    waits_for={"proposed": _("It holds once it is confirmed, from its day on.")},
    calls={"proposed": ("management.all",)},
    steps=(
        Step(
            "confirm",
            _("Confirm"),
            ("proposed",),
            "confirmed",
            ("management.all", "legal_head.all", "admin.all"),
        ),
        Step(
            "withdraw",
            _("Withdraw"),
            ("proposed", "confirmed"),
            "withdrawn",
            ("management.all", "admin.all"),
            needs_reason=True,
            danger=True,
        ),
    ),
)


def shape_of(values: Mapping[str, Any]) -> tuple[Part, ...]:
    """The boxes for the value of the setting named by ``values["key"]``; none for an unknown one."""
    known = _declared.get(str(values.get("key")))
    return known.shape if known else ()


def lines(value: Any, row: Any = None) -> list[shape.Line]:
    """A value of a row or of a setting in force, a line for each part that says something."""
    parts = {part.name: part for part in shape_of({"key": getattr(row, "key", "")})}
    known = value if isinstance(value, dict) else {"": value}
    return [
        (parts[name].label if name and name in parts else name, shape.said(one, parts.get(name)))
        for name, one in known.items()
        if one not in (None, "", ())
    ]


class Setting(Staged):
    """One decision of the company: what holds from which day, where it comes from, who confirmed it."""

    __tablename__ = "setting"
    __table_args__ = (state_check(SETTING),)
    noun: ClassVar[Words] = _("Setting")
    workflow = SETTING
    keeps_editors = True

    key: Mapped[str] = mapped_column(
        String(64),
        index=True,
        info=shown(
            _("Setting"), choices=lambda: {k: d.about for k, d in _declared.items()}, fixed=True
        ),
    )
    value: Mapped[Any] = mapped_column(
        JSON, info=shown(_("Value"), wide=True, shape=shape_of, lines=lines)
    )
    valid_from: Mapped[date] = mapped_column(
        Date, default=clock.today, index=True, info=shown(_("Valid from"))
    )
    source: Mapped[str] = mapped_column(
        String(200),
        info=shown(
            _("Source"), help=_("Paragraph of the regulation or a law, resolution, or person.")
        ),
    )
    jurisdiction: Mapped[str] = mapped_column(String(40), default="", info=shown(_("Jurisdiction")))
    note: Mapped[str] = mapped_column(String(200), default="", info=shown(_("Note")))

    def __str__(self) -> str:
        known = _declared.get(self.key)
        return str(known.about) if known else self.key

    def prepare(self) -> None:
        """Kept as JSON knows it: sums as text."""
        known = _declared.get(self.key)
        typed = _typed(self.value, known.default) if known else None
        if typed is not None and not _says_nothing(known, self.value):
            self.value = _plain(typed)

    def check(self) -> Iterator[tuple[str, Words]]:
        """The key must be known and the value of its type."""
        if self.key not in _declared:
            yield "key", _("The portal knows no setting of this name.")
        elif self.value is not None:
            known = _declared[self.key]
            typed = _typed(self.value, known.default)
            if typed is None:
                yield "value", _("This is not a value for this setting.")
            elif _says_nothing(known, self.value):
                yield "value", _("At least one of the numbers must be filled in.")
            else:
                wrong = [*known.beyond(typed), *self._contradictions(known, typed)]
                yield from (("value", said) for said in wrong[:1])

    def _contradictions(self, known: Declared, typed: Any) -> Iterator[Words]:
        """Of a value entered now alone: an older decision can still be confirmed and withdrawn."""
        if known.contradicts is not None and inspect(self).attrs.value.history.has_changes():
            yield from known.contradicts(typed)


@SETTING.guard("confirm")
def _second_person(row: Setting) -> Iterator[Words]:
    """What approvals depend on is confirmed by Management or Legal, never by who entered it."""
    known = _declared.get(row.key)
    if known is not None and known.power and access.behalf().account_id is not None:
        yield from by_another(row)
        if not duties.has("setting.confirm_power", actor=access.behalf()):
            yield _("Approvals depend on this: Management or the head of Legal confirms it.")


@SETTING.guard("withdraw")
def _not_alone(row: Setting) -> Iterator[Words]:
    """What approvals depend on nobody takes back alone: another decision replaces it, by two."""
    known = _declared.get(row.key)
    if row.state == "confirmed" and known is not None and known.power:
        yield _("Approvals depend on this: enter another decision; a second person confirms it.")


def value(key: str, on: date | None = None) -> Any:
    """The value in force today, or on a day: the newest confirmed decision, else the default."""
    known = _declared[key]
    found = _decided(on or clock.today(), key).get(key)
    typed = None if found is None else known.read(found.value)
    return known.default if typed is None else typed


@dataclass(frozen=True)
class InForce:
    """What holds of one setting today: its value, since when and by which source; `row` may be none."""

    declared: Declared
    value: Any
    since: date | None
    source: Words | str
    row: int | None

    @property
    def key(self) -> str:
        """The setting's name."""
        return self.declared.key

    @property
    def lines(self) -> list[shape.Line]:
        """The value in words, a line for each part."""
        return lines(self.value, self)


def in_force() -> list[InForce]:
    """Every setting with what holds today, in the order of their keys."""
    rows, found = _decided(clock.today()), []
    for key, known in sorted(_declared.items()):
        row = rows.get(key)
        typed = None if row is None else known.read(row.value)
        if row is None or typed is None:
            found.append(InForce(known, known.default, None, known.source, None))
        else:
            found.append(InForce(known, typed, row.valid_from, row.source, row.id))
    return found


def _decided(day: date, *keys: str) -> dict[str, Any]:
    """The newest confirmed decision of each setting on a day, in one statement; of all without `keys`."""
    table = Setting.__table__  # by table: everybody works under the settings, few may read the rows
    query = (
        select(table.c.key, table.c.id, table.c.value, table.c.valid_from, table.c.source)
        .where(table.c.status == "confirmed", table.c.valid_from <= day)
        .order_by(table.c.valid_from, table.c.id)
    )
    if keys:
        query = query.where(table.c.key.in_(keys))
    return {row.key: row for row in session().connection().execute(query)}  # later ones stay


def _typed(given: Any, default: Any) -> Any:
    """`given` as the type of `default`, or None when it cannot be read so."""
    if isinstance(default, dict):
        return _typed_parts(given, default)
    try:
        if isinstance(default, Decimal):
            number = Decimal(str(given))
            return number if number.is_finite() else None
        if isinstance(default, bool):
            return given if isinstance(given, bool) else None
        if isinstance(default, int):
            return None if isinstance(given, bool) else int(given)
        if isinstance(default, tuple):
            return clock.days_in(given) if isinstance(given, str) else None
        return str(given) if isinstance(given, str | int) else None
    except (InvalidOperation, ValueError, TypeError):
        return None


def _typed_parts(given: Any, default: dict[str, Any]) -> dict[str, Any] | None:
    """Each part as its default's type; one that is not said is the default's."""
    if not isinstance(given, dict) or set(given) - set(default):
        return None
    found = dict(default)
    for name, one in given.items():
        if one is None or (one == "" and not isinstance(default[name], str)):
            continue
        typed = _typed(one, default[name])
        if typed is None:
            return None
        found[name] = typed
    return found


def _says_nothing(known: Declared | None, value: Any) -> bool:
    """Whether every number of a setting of several was left empty: a decision that decides nothing."""
    numbers = known is not None and known.bounds is not None
    return numbers and isinstance(value, dict) and all(one in (None, "") for one in value.values())


def _plain(typed: Any) -> Any:
    if isinstance(typed, dict):
        return {name: _plain(one) for name, one in typed.items()}
    if isinstance(typed, tuple):
        return clock.days_said(typed)
    return str(typed) if isinstance(typed, Decimal) else typed
