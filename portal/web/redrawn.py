"""A form that is refused is drawn again: what was typed stands there, each fault at its box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import request

from portal.kernel import text
from portal.kernel.errors import Forbidden, Invalid, Refusal, Unmet
from portal.kernel.words import Words, _
from portal.web.edge import asked

Act = Callable[..., Any]
#: Makes the page again from what is wrong (box -> sentence) and what its address holds.
Draw = Callable[..., Any]


def redrawn(draw: Draw, **boxes: Words) -> Callable[[Act], Act]:
    """Answer what an act refuses with the page its form stands on; goes under ``needs(…)``.

    `boxes`: what the page calls the boxes in which text is typed. One that cannot be stored is
    refused there by this name, before the act sees any of it; the page decides as ever who sees it.
    What is said of the form as a whole (something else first, not by this person) has a number for
    its name. Who asked for data gets data, and a page that draws no such fault says so by `Invalid`.
    """

    def wrap(act: Act) -> Act:
        @wraps(act)
        def answered(*args: Any, **address: Any) -> Any:
            try:
                require_storable(boxes)
                return act(*args, **address)
            except (Invalid, Unmet, Forbidden) as reason:
                if asked.for_data():
                    raise
                try:
                    return draw(_problems(reason), *args, **address), reason.status
                except Invalid:
                    raise reason from None

        answered.__redraws__ = frozenset(boxes)  # type: ignore[attr-defined]
        return answered

    return wrap


def _problems(reason: Refusal) -> Mapping[str, Words]:
    if isinstance(reason, Invalid):
        return reason.fields
    said = reason.missing if isinstance(reason, Unmet) else [reason.message]
    return {str(n): sentence for n, sentence in enumerate(said, start=1)}


def require_storable(boxes: Mapping[str, Words]) -> None:
    """Raise `Invalid` naming every box whose text holds characters that cannot be stored."""
    wrong = {
        name: _("%(field)s holds characters that cannot be stored.", field=label)
        for name, label in boxes.items()
        if any(text.illegal(one) for one in request.form.getlist(name))
    }
    if wrong:
        raise Invalid(wrong)
