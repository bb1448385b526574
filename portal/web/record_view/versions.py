"""The version lock of forms beside a record's own one: its fees, the values of its paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy.orm.exc import StaleDataError

from portal.kernel.db import session
from portal.kernel.words import Words
from portal.web.record_view import conflicts
from portal.web.record_view.again import Again
from portal.web.record_view.cells import NONE, Cell
from portal.web.record_view.conflicts import Difference
from portal.web.record_view.drafts import Draft


@dataclass(frozen=True)
class Box:
    """One box of a form: what it is called, its value as a form sends it, and as people read it."""

    label: Words | str
    raw: str
    said: Words | str = ""

    @property
    def cell(self) -> Cell:
        """The value on the page of differences."""
        return Cell("text", self.said or self.raw) if self.raw else NONE


#: The boxes of a form by their names.
Boxes = Mapping[str, Box]


def version(record: Any, draft: Draft) -> str:
    """The version the form was opened at: the one sent or kept with the draft, else that of now."""
    typed = request.form if request.method == "POST" else draft.resumed()
    return (typed.get("version") if typed else "") or str(record.row_version)


@contextmanager
def unchanged(
    record: Any, boxes: Callable[[Any], tuple[Boxes, Boxes]], also: tuple[str, ...] = ()
) -> Iterator[None]:
    """Save inside: 409 with both texts when somebody saved since the form was opened.

    `boxes` gives those of the record as it stands and those sent; `also` names what else was sent.
    """
    kind, ident = type(record), record.id

    def answer() -> Any:
        now = session().get_one(kind, ident)
        return _page(now, *boxes(now), also)

    if request.form.get("version") != str(record.row_version):
        raise Again(answer)
    try:
        yield
        session().flush()
    except StaleDataError:
        raise Again(answer) from None


def _page(record: Any, theirs: Boxes, mine: Boxes, also: tuple[str, ...]) -> Any:
    same = [(name, request.form[name]) for name in ("form_token", *also) if name in request.form]
    differing = []
    for name in dict.fromkeys((*theirs, *mine)):
        label = (mine.get(name) or theirs[name]).label
        one, other = theirs.get(name, Box(label, "")), mine.get(name, Box(label, ""))
        if one.raw == other.raw:
            same.append((name, one.raw))
        else:
            differing.append(Difference(name, label, one.cell, one.raw, other.cell, other.raw))
    return conflicts.answer(record, differing, same)
