"""The rows of a form in which is said who signed a paper: begun from what it prints, and read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from flask import request
from werkzeug.datastructures import MultiDict

from portal.documents.models.signature import METHODS, MOST_OF_A_SIGNER, PARTIES
from portal.documents.signing import signatures
from portal.documents.signing.signatures import Said
from portal.kernel import clock, text
from portal.kernel.errors import Invalid
from portal.kernel.words import Words, _
from portal.web.record_view import parsing

#: The boxes of a row, and what the page calls them.
BOXES = {
    "party": _("For"),
    "signer": _("Signed by"),
    "signer_title": _("Job title"),
    "method": _("How"),
    "signer_day": _("If on another day"),
}
#: What the signatures of a copy are listed under.
HEADS = (*list(BOXES.values())[:4], _("Signed on"))
#: Rows beyond one for each side: several may sign for one.
FURTHER = 2
#: No paper that is registered was signed longer ago, in years: longer than any is kept.
OLDEST = 30


class Row(NamedTuple):
    """One row as the form shows it.

    `at` follows the names of its boxes in their ids; `side` is set where the row is that side's
    and cannot be another's.
    """

    at: str
    side: Words | None
    party: str
    signer: str
    signer_title: str
    method: str
    signer_day: str


def asked(record: Any, typed: MultiDict[str, str]) -> dict[str, Any]:
    """What the rows of the form are drawn from: the rows, whom one may choose in them, and how."""
    return {
        "rows": rows(record, typed),
        "boxes": BOXES,
        "parties": _parties(record),
        "methods": METHODS,
    }


def _parties(record: Any) -> dict[str, Words]:
    """For whom somebody may have signed the record's paper."""
    return {one: PARTIES[one] for one in (*signatures.sides(record), "other")}


def rows(record: Any, typed: MultiDict[str, str]) -> list[Row]:
    """What the form shows: what was typed, else whom the paper names for each side."""
    sides = list(signatures.sides(record))
    if "signer" in typed:
        return _sent(sides, typed)
    names = signatures.printed(record)
    begun = [_row(at, sides, one, names.get(one, "")) for at, one in enumerate(sides)]
    return begun + [_row(at, sides) for at in range(len(sides), len(sides) + FURTHER)]


def _sent(sides: list[str], typed: MultiDict[str, str]) -> list[Row]:
    """What was typed; further rows without a name come last, so that rows are in order of signatures."""
    sent = [[_typed(typed, name, at) for name in BOXES] for at in range(len(sides) + FURTHER)]
    further = sorted(sent[len(sides) :], key=lambda boxes: not text.said(boxes[1]))
    return [_row(at, sides, *boxes) for at, boxes in enumerate([*sent[: len(sides)], *further])]


def _row(
    at: int,
    sides: list[str],
    party: str = "",
    signer: str = "",
    title: str = "",
    method: str = "",
    day: str = "",
) -> Row:
    mine = sides[at] if at < len(sides) else ""
    side, party = PARTIES[mine] if mine else None, mine or party
    return Row(
        signatures.box("", at), side, party, signer, title, method or signatures.usual(party), day
    )


def _typed(typed: MultiDict[str, str], name: str, at: int) -> str:
    """What stood in one box of a row: boxes of a name come in the order of their rows."""
    sent = typed.getlist(name)
    return sent[at] if at < len(sent) else ""


def read(record: Any, last: date) -> list[Said]:
    """Who signed, from the form; a further row without a name counts for nothing.

    `last`: the day the paper counts as signed, on which whoever has no day of their own signed.
    Raises `Invalid` for the box of the row that holds what cannot be, and when the rows are not
    those of the record's form: nobody signed who was not typed, nor for a side that is another now.
    """
    sent, sides = request.form, list(signatures.sides(record))
    rows_fit = 0 < len(sent.getlist("signer")) <= len(sides) + FURTHER
    for_others = zip(sent.getlist("party"), sides, strict=False)
    if not rows_fit or any(typed != mine for typed, mine in for_others):
        raise Invalid({"signer": _("The form is too old; please open it again.")})
    return list(_read(_sent(sides, sent), _parties(record), last))


def _read(sent: list[Row], parties: dict[str, Words], last: date) -> Iterator[Said]:
    for row in sent:
        name, title = _line(row, "signer"), _line(row, "signer_title")
        if not name and not row.side:
            continue
        if not name:
            words = _("Say who signed for: %(sides)s.", sides=row.side)
            raise Invalid({f"signer{row.at}": words})
        party, method = _choice(row, "party", parties), _choice(row, "method", METHODS)
        yield Said(party, name, title, method, _day(row, last))


def _line(row: Row, box: str) -> str:
    """What was typed into a box, on one line."""
    typed = " ".join(text.cleaned(getattr(row, box)).split())
    return text.uncut(typed, MOST_OF_A_SIGNER, f"{box}{row.at}", BOXES[box])


def _choice(row: Row, box: str, choices: dict[str, Words]) -> str:
    chosen: str = getattr(row, box)
    if chosen not in choices:
        raise Invalid(
            {f"{box}{row.at}": _("Choose for whom and how %(name)s signed.", name=row.signer)}
        )
    return chosen


def _day(row: Row, last: date) -> date:
    """The day of a signature; an empty box says that it is the day of the whole paper."""
    if not text.said(row.signer_day):
        return last
    field = f"signer_day{row.at}"
    return within_reach(parsing.day_in({field: row.signer_day}, field), field)


def within_reach(day: date, field: str) -> date:
    """The day itself; raises `Invalid` for the field when it lies decades back."""
    if day.year < clock.today().year - OLDEST:
        raise Invalid({field: _("This day is more than %(n)s years ago.", n=OLDEST)})
    return day
