"""Where each column of a list stands in the card that a row becomes on a phone."""

from __future__ import annotations

from collections.abc import Iterable

#: The places of a card, first come first served; all that finds none stands in the rest.
FREE = ("head", "sub", "lead")
REST = "rest"
#: Columns that stand above the head where they come first: what a record goes by, not its name.
LEADING = ("no", "code", "username")
WANTED = {
    "state": "corner",
    "money": "sum",
    "number": "sum",
    "date": "when",
    "moment": "when",
    "choice": "sub",
    "person": REST,
    "bool": REST,
}


def places(columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The place of each column, from names and kinds in the order of the list."""
    free, found = list(FREE), dict[str, str]()
    for at, (name, kind) in enumerate(columns):
        next_free = free[0] if free else REST
        place = WANTED.get(kind, next_free)
        if at == 0:
            place = "lead" if name in LEADING else "head"
        elif place in found.values():
            place = next_free if kind in ("text", "choice") else REST
        found[name] = place
        if place in free:
            free.remove(place)
    return found
