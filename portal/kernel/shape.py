"""What a structured value is made of, so that people fill in boxes instead of writing JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from portal.kernel import clock, text
from portal.kernel.words import Words, _

#: How a part is typed in and shown.
KINDS = ("text", "long", "number", "money", "bool", "choice", "days")
#: A part put into words: what it is called (nothing where it needs no name) and its value.
Line = tuple[Words | str, str]


@dataclass(frozen=True)
class Part:
    """One box: its name in the structure, its words, its kind and, of a choice, what is offered.

    `bounds`: the least and the most a number or a sum may be.
    """

    name: str
    label: Words
    kind: str = "text"
    choices: Callable[[], Mapping[str, Words]] = field(default=dict)
    bounds: tuple[int, int] | None = None

    def beyond(self, value: Any) -> bool:
        """Whether a number or a sum is less or more than it may be."""
        return self.bounds is not None and not self.bounds[0] <= value <= self.bounds[1]


def kind_of(value: Any) -> str:
    """The kind of box (of `KINDS`) in which a value of this type is typed; text for what is no other."""
    if isinstance(value, bool):
        return "bool"
    return {int: "number", Decimal: "money", tuple: "days"}.get(type(value), "text")


def said(value: Any, part: Part | None = None) -> str:
    """A value of one box in the reader's words; `part` tells a choice's words and what is a sum."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if part is not None and part.kind == "choice":
        return str(part.choices().get(str(value), value))
    if (part is not None and part.kind == "money") or isinstance(value, Decimal):
        return f"{Decimal(str(value)):,}"
    if isinstance(value, tuple):
        return clock.days_said(value)
    return str(value)


#: The boxes of one line of an object of simple values.
PAIR = (Part("name", _("Name")), Part("value", _("Value")))


def is_plain(value: Any) -> bool:
    """Whether it is an object of simple values: under each name a text, a number, or yes or no."""
    return isinstance(value, dict) and all(
        isinstance(name, str) and name and is_simple(one) for name, one in value.items()
    )


def is_simple(value: Any) -> bool:
    """Whether it is a text, a finite number, or yes or no."""
    return isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))


def unstorable(value: Any) -> bool:
    """Whether any text within a structure holds characters that cannot be stored."""
    return any(text.illegal(one) for one in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inside in value.items():
            yield str(name)
            yield from _texts(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _texts(inside)


def rows_sent(names: Iterable[str], table: str) -> list[int]:
    """The numbers of the rows ``table-<n>-<column>`` of a sent table, in order; no other name counts."""
    found = {name[len(table) + 1 :].split("-")[0] for name in names if name.startswith(f"{table}-")}
    return sorted(int(n) for n in found if n.isascii() and n.isdigit() and len(n) < 5)
